// The page where an application is read and scored: keys, and what changes when a reading has saved itself.
//   [data-keys] the panel in which keys work; links with data-key are what its letters do,
//   [data-keys-help] says so, [data-left] and [data-own-score] follow what was saved.
// Letters work only while the focus is in the panel, and never where somebody types.
const PANEL = "#scoring";
const PAIR = 800; // milliseconds in which a second digit belongs to the first

export function readByKeys() {
  const panel = document.querySelector("[data-keys]");
  if (!panel) return;
  const help = document.querySelector("[data-keys-help]");
  if (help) help.hidden = false;
  const form = panel.querySelector("form");
  for (const link of document.querySelectorAll("a[data-key]")) {
    link.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      leave(form, link.href);
    });
  }
  const digits = new Digits();
  panel.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || types(event.target)) return;
    const link = /^[a-z]$/i.test(event.key) && document.querySelector(`a[data-key="${event.key.toLowerCase()}"]`);
    if (link) {
      event.preventDefault();
      leave(form, link.href + PANEL);
    } else if (digits.press(event)) event.preventDefault();
  });
  form?.addEventListener("saved", (event) => follow(event.detail));
}

// What was typed a moment ago is saved first. Where that fails, the page asks before it is left.
async function leave(form, address) {
  await form?.settle?.();
  location.assign(address);
}

function types(target) {
  return target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit])");
}

class Digits {
  constructor() {
    this.before = "";
    this.at = 0;
  }

  // A digit chooses that value in the group that has the focus; Delete takes the choice back.
  press(event) {
    const group = event.target.closest("fieldset");
    const options = [...(group?.querySelectorAll("input[type=radio]") ?? [])];
    if (!options.length) return false;
    if (event.key === "Delete" || event.key === "Backspace") return choose(options.find((one) => one.checked), false);
    if (!/^[0-9]$/.test(event.key)) return false;
    const soon = Date.now() - this.at < PAIR ? this.before : "";
    this.before = event.key;
    this.at = Date.now();
    const named = (value) => options.find((one) => one.value === value);
    const counted = named("0") || named("1") ? undefined : options[Number(event.key) - 1];
    return choose((soon && named(soon + event.key)) || named(event.key) || counted, true);
  }
}

function choose(option, on) {
  if (!option) return false;
  option.checked = on;
  option.focus();
  option.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function follow(answer) {
  for (const [name, words] of Object.entries({ left: answer?.left, "own-score": answer?.score })) {
    const line = document.querySelector(`[data-${name}]`);
    if (line && words !== undefined) line.textContent = words;
  }
}
