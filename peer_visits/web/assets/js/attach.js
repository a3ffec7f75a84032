// A file goes up as soon as it is chosen, with a bar that says how far; what names it stands in a hidden field.
export function attachFiles() {
  const mark = document.querySelector("[data-files]");
  if (!mark) return;
  for (const input of document.querySelectorAll("input[type=file][data-attach]")) {
    input.addEventListener("change", () => input.files[0] && send(mark.dataset.files, input));
  }
}

function send(address, input) {
  const file = input.files[0];
  const form = input.form;
  const line = statusLine(input);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", input.dataset.uploading.replace("{name}", file.name));
  line.replaceChildren(bar);
  line.classList.remove("error");
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
  });
  request.addEventListener("load", () => arrived(request, input, line));
  request.addEventListener("error", () => failed(line, input.dataset.failed));
  const data = new FormData();
  data.append("csrf_token", form.elements.csrf_token.value);
  data.append("file", file);
  request.send(data);
}

function statusLine(input) {
  const next = input.nextElementSibling;
  if (next?.matches("[data-upload-status]")) return next;
  const line = document.createElement("p");
  line.className = "hint";
  line.dataset.uploadStatus = "";
  line.setAttribute("role", "status");
  input.after(line);
  return line;
}

function arrived(request, input, line) {
  let answer = {};
  try {
    answer = JSON.parse(request.responseText);
  } catch {
    // A page instead of an answer: told below.
  }
  if (request.status !== 200) return failed(line, answer.reasons?.join(" ") ?? input.dataset.failed);
  document.getElementById(input.dataset.attach).value = answer.id;
  line.textContent = input.dataset.done.replace("{name}", answer.name);
  input.value = "";
  showFile(input, answer);
  input.form.dispatchEvent(new CustomEvent("attached", { detail: { version: answer.version } }));
}

function failed(line, words) {
  line.textContent = words;
  line.classList.add("error");
}

function showFile(input, answer) {
  const place = input.closest("[data-file-field]").querySelector("[data-file-now]");
  const frame = document.createElement("span");
  frame.className = "file-line";
  if (answer.preview) {
    const picture = document.createElement("img");
    picture.src = answer.preview;
    picture.alt = "";
    picture.width = 96;
    frame.append(picture);
  }
  const words = document.createElement("span");
  const link = document.createElement("a");
  const size = document.createElement("span");
  link.href = answer.url;
  link.textContent = answer.name;
  size.className = "soft";
  size.textContent = answer.size;
  words.append(link, " ", size);
  frame.append(words);
  place.replaceChildren(frame);
  place.hidden = false;
}
