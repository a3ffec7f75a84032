// An ordered list by drag, by buttons and by keys. Markup:
//   <ol data-ranking data-up="Move up" data-down="Move down" data-hold="Move">
//     <li data-name="Rotterdam"> … <input name="…" data-position> (number, or a select of ranks) … </li>
// Each line's position, counted from 1, is written into its data-position field, which is what is sent.
export function makeRankings() {
  for (const list of document.querySelectorAll("ol[data-ranking]")) new Ranking(list);
}

class Ranking {
  constructor(list) {
    this.list = list;
    this.scope = list.closest("form") ?? list.parentElement;
    this.status = this.scope.querySelector("[data-ranking-status]");
    this.held = null;
    for (const help of this.scope.querySelectorAll("[data-ranking-help]")) help.hidden = false;
    for (const line of this.lines()) this.prepare(line);
    this.renumber();
  }

  lines() {
    return [...this.list.children].filter((line) => line.matches("li[data-name]"));
  }

  prepare(line) {
    const box = document.createElement("span");
    box.className = "ranking-buttons";
    const { up, down, hold } = this.list.dataset;
    line.grip = this.button(box, "⠿", `${hold}: ${line.dataset.name}`, () => this.toggle(line));
    line.up = this.button(box, "↑", `${up}: ${line.dataset.name}`, () => this.step(line, -1, line.up));
    line.down = this.button(box, "↓", `${down}: ${line.dataset.name}`, () => this.step(line, 1, line.down));
    line.grip.dataset.grip = "";
    line.grip.setAttribute("aria-pressed", "false");
    line.grip.addEventListener("keydown", (event) => this.key(event, line));
    line.grip.addEventListener("pointerdown", (event) => this.drag(event, line));
    line.grip.addEventListener("blur", () => this.held === line && !this.moving && this.drop(line));
    line.append(box);
    for (const field of line.querySelectorAll("[data-position]")) field.closest("[data-position-field]")?.setAttribute("hidden", "");
  }

  button(box, sign, name, action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", name);
    button.addEventListener("click", action);
    box.append(button);
    return button;
  }

  step(line, by, button) {
    if (!this.move(line, by)) return;
    (button.disabled ? line.grip : button).focus();
    this.say("moved", line);
  }

  move(line, by) {
    const lines = this.lines();
    const target = lines[lines.indexOf(line) + by];
    if (!target) return false;
    // The neighbour moves, not the line: what is held keeps its focus and its pointer.
    if (by < 0) line.after(target);
    else line.before(target);
    this.renumber();
    return true;
  }

  toggle(line) {
    if (line.dragged) line.dragged = false;
    else if (this.held === line) this.drop(line);
    else this.hold(line);
  }

  hold(line) {
    if (this.held) this.drop(this.held);
    this.held = line;
    this.origin = this.lines();
    line.classList.add("held");
    line.grip.setAttribute("aria-pressed", "true");
    this.say("picked", line);
  }

  drop(line, word = "dropped") {
    this.held = null;
    line.classList.remove("held");
    line.grip.setAttribute("aria-pressed", "false");
    this.say(word, line);
  }

  // Arrows act while a line is held only, so that they scroll otherwise.
  key(event, line) {
    if (this.held !== line) return;
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (by) {
      event.preventDefault();
      if (this.move(line, by)) this.say("moved", line);
      line.grip.focus();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.moving = true;
      this.list.append(...this.origin);
      this.moving = false;
      this.renumber();
      line.grip.focus();
      this.drop(line, "cancelled");
    }
  }

  drag(event, line) {
    if (event.button !== 0) return;
    const start = event.clientY;
    event.preventDefault();
    line.grip.focus();
    line.dragged = false;
    const onMove = (moved) => {
      if (!line.dragged && Math.abs(moved.clientY - start) < 5) return;
      if (!line.dragged) {
        line.dragged = true;
        if (this.held !== line) this.hold(line);
      }
      this.follow(line, moved.clientY);
    };
    const onEnd = () => {
      ends.abort();
      if (line.dragged) this.drop(line);
      // The click that ends a drag comes after this and is no command of its own.
      setTimeout(() => (line.dragged = false));
    };
    const ends = new AbortController();
    for (const [kind, handler] of [["pointermove", onMove], ["pointerup", onEnd], ["pointercancel", onEnd]]) {
      window.addEventListener(kind, handler, { signal: ends.signal });
    }
  }

  follow(line, y) {
    const middle = (other) => other.getBoundingClientRect().top + other.offsetHeight / 2;
    const lines = this.lines();
    const at = lines.indexOf(line);
    if (lines[at - 1] && y < middle(lines[at - 1])) this.move(line, -1);
    else if (lines[at + 1] && y > middle(lines[at + 1])) this.move(line, 1);
  }

  renumber() {
    const lines = this.lines();
    lines.forEach((line, index) => {
      line.up.disabled = index === 0;
      line.down.disabled = index === lines.length - 1;
      for (const field of line.querySelectorAll("[data-position]")) {
        if (field.value === String(index + 1)) continue;
        field.value = String(index + 1);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    this.list.dispatchEvent(new CustomEvent("reordered", { bubbles: true }));
  }

  say(word, line) {
    if (!this.status) return;
    const lines = this.lines();
    this.status.textContent = (this.status.dataset[word] ?? "")
      .replace("{name}", line.dataset.name)
      .replace("{n}", lines.indexOf(line) + 1)
      .replace("{total}", lines.length);
  }
}
