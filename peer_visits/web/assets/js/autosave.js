// Saves a form by itself while somebody types, and keeps on this device what has not reached the server yet.
//   <div data-autosave="address" data-token="address" data-keep="name" hidden> inside the form
//   [data-autosave-status] says when it was saved, [data-autosave-trouble] what is wrong,
//   [data-missing] lists what is still missing.
const PAUSE = 700; // after the last key
const LONGEST = 1800; // while somebody goes on typing: a crash costs less than two seconds of it
const RETRY = 5000;

export function saveByItself() {
  const mark = document.querySelector("[data-autosave]:not([data-off])");
  if (mark) new Autosave(mark);
}

class Autosave {
  constructor(mark) {
    this.form = mark.closest("form");
    this.address = mark.dataset.autosave;
    this.token = mark.dataset.token;
    this.key = `draft ${mark.dataset.keep}`;
    this.status = document.querySelector("[data-autosave-status]");
    this.trouble = document.querySelector("[data-autosave-trouble]");
    this.dirty = false;
    this.busy = false;
    this.stopped = false;
    this.restore();
    this.form.addEventListener("input", () => this.touched());
    this.form.settle = () => this.settle();
    this.form.addEventListener("attached", (event) => this.attached(event.detail));
    this.form.addEventListener("submit", () => this.leave());
    window.addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => this.hide());
  }

  // The version, the token and files are not what somebody typed.
  fields() {
    return [...new FormData(this.form)].filter(
      ([name, value]) => typeof value === "string" && !["csrf_token", "version"].includes(name),
    );
  }

  touched() {
    this.dirty = true;
    this.keep();
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.save(), PAUSE);
    this.longest ??= setTimeout(() => this.save(), LONGEST);
  }

  keep(sent = false) {
    const kept = { version: this.form.elements.version.value, fields: this.fields(), sent };
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage: the server still has what was saved.
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // As above.
    }
  }

  // Text that was typed here and did not arrive: back into the form, and on to the server.
  restore() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      return;
    }
    if (!kept) return;
    const version = Number(this.form.elements.version.value);
    // It arrived after all: pressed and answered, refused and shown as typed, or the same as what is saved.
    const arrived = kept.sent && version > Number(kept.version);
    const shown = document.querySelector("[data-summary]");
    if (arrived || shown || same(kept.fields, this.fields())) return this.forget();
    fill(this.form, kept.fields);
    this.form.elements.version.value = kept.version;
    this.say("restored");
    this.dirty = true;
    this.save();
  }

  async save() {
    clearTimeout(this.pause);
    clearTimeout(this.longest);
    this.longest = undefined;
    if (!this.dirty || this.busy || this.stopped) return;
    this.busy = true;
    this.dirty = false;
    try {
      await this.send();
    } catch {
      this.dirty = true;
      this.say("offline");
      setTimeout(() => this.save(), RETRY);
    } finally {
      this.busy = false;
    }
    if (this.dirty && !this.longest) this.pause = setTimeout(() => this.save(), PAUSE);
  }

  // What was typed a moment ago, on the server before the page is left.
  async settle() {
    while (this.busy) await new Promise((done) => setTimeout(done, 50));
    await this.save();
  }

  async send(again = true) {
    const data = new FormData();
    for (const [name, value] of this.fields()) data.append(name, value);
    data.append("csrf_token", this.form.elements.csrf_token.value);
    data.append("version", this.form.elements.version.value);
    const answer = await fetch(this.address, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (answer.ok) return this.saved(await answer.json());
    if (answer.status === 400 && again && (await this.renew())) return this.send(false);
    if (answer.status === 401 || answer.status === 400) return this.signedOut();
    if (answer.status === 409) return this.stop("stale");
    if (answer.status === 410) return this.over((await answer.json()).reasons);
    if ([403, 404].includes(answer.status) && this.trouble?.dataset.gone) return this.stop("gone");
    if (answer.status === 422) return this.refused(await answer.json());
    throw new Error(String(answer.status));
  }

  // Signed in again in another tab: this page's token belongs to the session that ended.
  async renew() {
    const answer = await fetch(this.token, { headers: { Accept: "application/json" } });
    if (!answer.ok) return false;
    this.form.elements.csrf_token.value = (await answer.json()).token;
    return true;
  }

  saved(answer) {
    this.form.elements.version.value = answer.version;
    if (this.status) this.status.textContent = answer.saved;
    if (this.trouble) this.trouble.hidden = true;
    mark(this.form, {});
    if (this.dirty) this.keep();
    else this.forget();
    this.form.dispatchEvent(new CustomEvent("saved", { detail: answer }));
    list(answer.missing);
  }

  signedOut() {
    this.dirty = true;
    this.say("signedOut", true);
    setTimeout(() => this.save(), RETRY);
  }

  refused(answer) {
    if (this.trouble) this.show(answer.reasons.join(" "));
    mark(this.form, answer.fields ?? {});
  }

  // What is being written about is no more.
  over(reasons) {
    this.stopped = true;
    if (this.trouble) this.show(reasons.join(" "));
  }

  stop(word) {
    this.stopped = true;
    this.say(word);
  }

  say(word, signIn = false) {
    if (this.trouble) this.show(this.trouble.dataset[word], signIn);
  }

  show(words, signIn = false) {
    this.trouble.querySelector("[data-words]").textContent = words;
    this.trouble.querySelector("[data-sign-in]").hidden = !signIn;
    this.trouble.hidden = false;
  }

  // A file is on the server as soon as it is chosen; what names it is saved like every other answer.
  attached({ version }) {
    const field = this.form.elements.version;
    if (field.value === "0" && version) field.value = version;
    this.touched();
  }

  leave() {
    clearTimeout(this.pause);
    clearTimeout(this.longest);
    this.stopped = true;
    this.keep(true);
  }

  // The last chance before a phone puts the page away.
  hide() {
    if (document.visibilityState === "hidden") this.save();
  }
}

function same(one, other) {
  return JSON.stringify(one.map(plain)) === JSON.stringify(other.map(plain));
}

// As the server cleans it.
function plain([name, value]) {
  return [name, value.normalize("NFC").replace(/\r\n?/g, "\n").trim()];
}

function fill(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || ["csrf_token", "version"].includes(field.name) || field.type === "file") continue;
    const typed = values.get(field.name) ?? [];
    if (["radio", "checkbox"].includes(field.type)) field.checked = typed.includes(field.value);
    else if (field.type !== "submit" && values.has(field.name)) field.value = typed[0];
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

// What is wrong, beside each field, until it is right.
function mark(form, wrong) {
  for (const line of form.querySelectorAll("[data-refused]")) {
    const field = document.getElementById(line.dataset.refused);
    field?.removeAttribute("aria-invalid");
    line.remove();
  }
  for (const [id, words] of Object.entries(wrong)) {
    const field = form.querySelector(`#${CSS.escape(id)}`);
    if (!field || document.getElementById(`${id}-error`)) continue;
    const line = document.createElement("p");
    line.className = "error";
    line.id = `${id}-error`;
    line.dataset.refused = id;
    line.textContent = words;
    field.before(line);
    field.setAttribute("aria-invalid", "true");
    const described = (field.getAttribute("aria-describedby") ?? "").split(" ");
    field.setAttribute("aria-describedby", [...new Set([...described, line.id])].join(" ").trim());
  }
}

function list(missing) {
  const panel = document.querySelector("[data-missing]");
  if (!panel || !missing) return;
  panel.querySelector("[data-none]").hidden = missing.length > 0;
  panel.querySelector("ul").replaceChildren(...missing.map(item));
}

function item(one) {
  const line = document.createElement("li");
  const link = document.createElement("a");
  const label = document.createElement("b");
  const reason = document.createElement("span");
  link.href = `#${one.field}`;
  label.textContent = one.label;
  reason.textContent = one.reason;
  reason.className = "soft";
  link.append(label);
  line.append(link, " ", reason);
  return line;
}
