// The reading page: the text lit where a field was read, half-finished work kept, and what follows kept up to date.
// Without scripts the page is a plain form; everything here only saves going back and forth.

const text = document.getElementById("text");
const quotes = text ? [...text.querySelectorAll(".quote")] : [];
const fieldOf = (path) => document.getElementById(`field-${path}`);

function light(path) {
  let first = null;
  for (const quote of quotes) {
    const lit = path !== null && quote.dataset.fields.split(" ").includes(path);
    quote.classList.toggle("lit", lit);
    if (lit && !first) first = quote;
  }
  if (first) {
    const place = first.getBoundingClientRect();
    const frame = text.getBoundingClientRect();
    if (place.top < frame.top + 40 || place.bottom > frame.bottom - 40) {
      text.scrollTop += place.top - frame.top - frame.height / 3;
    }
  }
}

document.addEventListener("focusin", (event) => {
  const field = event.target;
  if (field === text || text?.contains(field)) return;
  const path = field.name && field.id?.startsWith("field-") ? field.name : field.dataset?.field;
  light(path || null);
});

for (const quote of quotes) {
  quote.addEventListener("click", () => {
    const paths = quote.dataset.fields.split(" ");
    const goal = paths.map((path) => fieldOf(path) || document.querySelector(`[data-field="${CSS.escape(path)}"]`)).find(Boolean);
    if (goal) enter(goal);
  });
}

function enter(goal) {
  goal.closest("details")?.setAttribute("open", "");
  goal.focus({ preventScroll: true });
  // As the Tab key does, so that what is typed takes the place of what was there.
  if (goal.tagName === "INPUT") goal.select();
  goal.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-field], .errors a, a[data-go]");
  if (!link) return;
  const goal = document.getElementById(link.hash.slice(1));
  if (!goal) return;
  event.preventDefault();
  enter(goal);
});

// A field somebody has just added, or that was asked for in the address, is entered at once.
if (location.hash.startsWith("#field-")) {
  const goal = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (goal) enter(goal);
}

// What a number of months or yuan comes to, in words.
function said(field) {
  const number = Number(field.value);
  if (!field.value.trim() || !Number.isFinite(number) || number < 0) return "";
  if (field.dataset.reads === "yuan") return number >= 10000 ? ` = ${number / 10000} 万元` : "";
  const years = Math.floor(number / 12);
  const months = Math.round((number - years * 12) * 100) / 100;
  return years ? ` = ${years} 年${months ? ` ${months} 个月` : ""}` : "";
}
for (const field of document.querySelectorAll("[data-reads]")) {
  const words = document.createElement("span");
  words.className = "reads";
  document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.append(words);
  const tell = () => { words.textContent = said(field); };
  field.addEventListener("input", tell);
  tell();
}

const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
const form = document.getElementById("judgment");
if (form) keepDraft(form);

function markDoubts() {
  for (const field of document.querySelectorAll(".field.doubt")) field.classList.remove("doubt");
  for (const link of document.querySelectorAll("#doubts li:not(.settled) a")) {
    document.getElementById(link.hash.slice(1))?.closest(".field")?.classList.add("doubt");
  }
}

// What was complained of goes once it is mended, beside the field and in the summary.
function clearMended() {
  const missing = new Set([...document.querySelectorAll("#following .missing a")].map((link) => link.hash));
  const summary = document.querySelector(".errors");
  for (const link of summary ? summary.querySelectorAll("a") : []) {
    const field = document.getElementById(link.hash.slice(1));
    if (missing.has(link.hash) || !field?.name || ["note", "reason"].includes(field.name)) continue;
    link.closest("li").remove();
    field.closest(".field")?.querySelector(".fault")?.remove();
    field.closest(".field")?.classList.remove("wrong");
    field.removeAttribute("aria-invalid");
  }
  if (summary && !summary.querySelector("li")) summary.remove();
}

function keepDraft(draft) {
  const kept = document.getElementById("kept");
  const version = draft.elements.version;
  let waiting = null;
  let sending = false;
  let again = false;
  let stopped = false;

  const tell = (words, bad) => {
    kept.textContent = words;
    kept.classList.toggle("bad", Boolean(bad));
  };

  function put(answer) {
    for (const id of ["doubts", "following"]) {
      const [now, next] = [document.getElementById(id), answer.getElementById(id)];
      if (now && next && !now.contains(document.activeElement)) now.replaceWith(document.adoptNode(next));
    }
    markDoubts();
    clearMended();
    const numbers = (answer.body.dataset.numbers || "").split(" ");
    numbers.forEach((number, place) => {
      const field = draft.elements[`defendants[${place}].no`];
      if (field) field.value = number;
    });
  }

  function ended(request) {
    sending = false;
    const answer = request.response;
    if (request.status === 409) {
      stopped = true;
      tell(draft.dataset.conflict, true);
      return;
    }
    const went = answer?.body?.dataset;
    if (request.status === 200 && went?.go) {
      stopped = true;
      location.assign(went.go);
      return;
    }
    if (request.status !== 200 || !went?.version) {
      tell(draft.dataset.failed, true);
      waiting = setTimeout(send, 15000);
      return;
    }
    version.value = went.version;
    for (const other of document.querySelectorAll("form:not(#judgment) input[name=version]")) other.value = went.version;
    put(answer);
    tell(draft.dataset.done.replace("{time}", clock.format(new Date())));
    if (again) send();
  }

  function send() {
    clearTimeout(waiting);
    if (stopped) return;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    again = false;
    tell(draft.dataset.now);
    const request = new XMLHttpRequest();
    request.open("POST", draft.dataset.keep);
    request.responseType = "document";
    request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
    request.timeout = 30000;
    for (const way of ["load", "error", "timeout"]) request.addEventListener(way, () => ended(request));
    request.send(new URLSearchParams(new FormData(draft)));
  }

  draft.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(send, 900);
  });
  // Leaving a field keeps it at once, so that a browser closed in the next moment loses nothing.
  draft.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(send, 50);
  });
  draft.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.dataset.sure && !window.confirm(button.dataset.sure)) {
      event.preventDefault();
      delete draft.dataset.sent;
      return;
    }
    stopped = true;
    clearTimeout(waiting);
    if (sending) {
      // The version an answer on its way brings is waited for, or the form would be of an older one.
      event.preventDefault();
      event.stopImmediatePropagation();
      const go = setInterval(() => {
        if (sending) return;
        clearInterval(go);
        draft.requestSubmit(button);
      }, 40);
    }
  });
  markDoubts();
}
