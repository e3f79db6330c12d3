// Tells the register that this page is open, and its reader who else has the same judgment open.

const place = document.getElementById("judgment") || document.getElementById("watching");
const others = document.getElementById("others");

function shown() {
  const field = place.elements?.version;
  return Number(field ? field.value : place.dataset.version);
}

async function tell() {
  const seen = shown();
  const answer = await fetch(place.dataset.open, {
    method: "POST",
    headers: { "X-CSRF-Token": document.body.dataset.csrf, Accept: "application/json", "X-Background": "1" },
  }).catch(() => null);
  if (!answer?.ok) return;
  const told = await answer.json();
  // What this page itself has just kept is no news.
  const changed = told.version > seen && seen === shown();
  const words = [told.says, changed ? place.dataset.changed : ""].filter(Boolean).join(" ");
  others.firstElementChild.textContent = words;
  others.hidden = !words;
}

if (place && others) {
  // Soon: the page before this one, of the same judgment, may have said that it was closed only now.
  setTimeout(tell, 1500);
  setInterval(tell, 20000);
  window.addEventListener("pagehide", () => {
    navigator.sendBeacon(place.dataset.leave, new URLSearchParams({ csrf: document.body.dataset.csrf }));
  });
}
