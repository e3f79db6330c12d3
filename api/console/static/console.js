// What every page does by itself: nothing here is needed to use it.

const focused = document.querySelector("[data-focus]");
if (focused) focused.focus();

for (const box of document.querySelectorAll("[data-select]")) {
  box.addEventListener("focus", () => box.select());
}

// A link of the error summary leads into its field, not only to it.
for (const link of document.querySelectorAll(".errors a")) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });
}

// Pressed twice, a button sends once; what cannot be taken back is asked for first.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent || (form.dataset.sure && !window.confirm(form.dataset.sure))) {
    event.preventDefault();
    return;
  }
  if (!("again" in form.dataset)) form.dataset.sent = "yes"; // a download leaves the page as it is
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
