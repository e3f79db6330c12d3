// The code of a one-time link stands behind the # of the address, which no browser sends to any server.

const code = decodeURIComponent(window.location.hash.slice(1));
const field = document.getElementById("field-code");
if (code && field) {
  field.value = code;
  field.readOnly = true;
  window.history.replaceState(null, "", window.location.pathname);
  const next = document.getElementById("field-password");
  if (next) next.focus();
}
