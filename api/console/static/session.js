// Says before the session ends that it will, and lets a page go on after signing in again in another window.

const bar = document.getElementById("session");
const WARN_SECONDS = 180;
let timer = 0;

function show(state) {
  bar.hidden = !state;
  for (const words of bar.querySelectorAll("[data-state]")) words.hidden = words.dataset.state !== state;
}

function take(told) {
  if (String(told.user) !== bar.dataset.user) {
    show("other");
    return;
  }
  for (const field of document.querySelectorAll('input[name="csrf"]')) field.value = told.csrf;
  document.body.dataset.csrf = told.csrf;
  show(told.seconds <= WARN_SECONDS ? "soon" : "");
  window.clearTimeout(timer);
  const wait = told.seconds > WARN_SECONDS ? told.seconds - WARN_SECONDS : told.seconds;
  timer = window.setTimeout(ask, (wait + 1) * 1000);
}

// What the page asks by itself does not keep the session alive; the button does.
async function ask(inUse) {
  const headers = { Accept: "application/json" };
  if (inUse !== true) headers["X-Background"] = "1";
  try {
    const answer = await fetch(bar.dataset.address, { headers });
    if (answer.ok) take(await answer.json());
    else if (answer.status === 401) show("over");
  } catch {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 30000);
  }
}

bar.querySelector("[data-stay]").addEventListener("click", () => ask(true));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) ask();
});
window.addEventListener("focus", () => ask());
ask();
