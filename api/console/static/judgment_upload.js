// Files dropped or chosen go one after another, each with its progress and one message of what became of it.

const LARGEST = 64 * 1024 * 1024;
const form = document.getElementById("upload");
const picker = document.getElementById("field-files");
const drop = document.getElementById("drop");
const results = document.getElementById("results");
const list = results.querySelector("ul");
let queue = Promise.resolve();

function element(name, words, more = {}) {
  const made = document.createElement(name);
  if (words) made.textContent = words;
  return Object.assign(made, more);
}

function line(file) {
  results.hidden = false;
  const item = element("li");
  const says = element("p", form.dataset.waiting);
  const bar = element("progress", "", { max: 1, value: 0 });
  item.append(element("strong", file.name), says, bar);
  list.append(item);
  return { item, says, bar };
}

function message(told) {
  const item = element("li", "", { className: told.tone });
  item.append(element("strong", told.name), element("p", told.says));
  if (told.address) {
    const way = element("p");
    way.append(element("a", told.go, { href: told.address, className: "button" }));
    item.append(way);
  }
  return item;
}

function failed(shown, words) {
  shown.item.className = "bad";
  shown.says.textContent = words;
  shown.bar.remove();
}

function send(file, shown) {
  if (file.size > LARGEST) {
    failed(shown, form.dataset.large);
    return Promise.resolve();
  }
  return new Promise((ended) => {
    const body = new FormData();
    body.append("files", file);
    for (const name of ["although_known", "region"]) {
      const field = form.elements[name];
      if (field && (field.type !== "checkbox" || field.checked)) body.append(name, field.value);
    }
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "json";
    request.setRequestHeader("X-CSRF-Token", document.body.dataset.csrf);
    request.setRequestHeader("Accept", "application/json");
    shown.says.textContent = form.dataset.sending;
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
    });
    request.upload.addEventListener("load", () => {
      shown.says.textContent = form.dataset.reading;
      shown.bar.removeAttribute("value");
    });
    request.addEventListener("loadend", () => {
      const told = request.response;
      if (request.status === 200 && told?.files) shown.item.replaceWith(...told.files.map(message));
      else if (request.status === 413) failed(shown, form.dataset.large);
      else if (request.status === 401 || request.status === 403) failed(shown, form.dataset.out);
      else failed(shown, told?.title ? `${told.title} ${told.advice || ""}` : form.dataset.failed);
      ended();
    });
    request.send(body);
  });
}

function take(files) {
  for (const file of files) {
    const shown = line(file);
    queue = queue.then(() => send(file, shown));
  }
}

picker.addEventListener("change", () => {
  take([...picker.files]);
  picker.value = "";
});
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  take([...event.dataTransfer.files]);
});
// A file that misses the place must not open in the browser instead of this page.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
document.getElementById("send").hidden = true;
