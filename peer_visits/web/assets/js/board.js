// The shortlist board: lines by drag and by keys, moves sent one after the other, and what others have moved.
//   <div data-board="address of changes" data-version="12"> holds <form id="board-form"> with
//   <tbody data-pile data-label data-total data-first><tr data-line="id" data-name="…"> …
// The server answers every move with the whole board; it is put in place of the one that stands here. What somebody
// holds stays in their hand meanwhile: a board that comes then waits until it is put down.
import { SharedBoard } from "./shared_board.js";

export function runBoards() {
  const board = document.querySelector("[data-board]");
  if (board) new Board(board);
}

class Board extends SharedBoard {
  item = "tr";
  part = "[data-board]";
  untick = false; // once ticked lines have been moved

  constructor(board) {
    super(board);
    document.addEventListener("toggle", () => this.settle(), true);
  }

  // -- Looking at the page

  get form() {
    return this.board.querySelector("#board-form");
  }

  get changes() {
    return this.board.dataset.board;
  }

  get trying() {
    return Boolean(this.form?.elements.tried);
  }

  lines(pile) {
    return [...(pile ?? this.board).querySelectorAll("tr[data-line]")];
  }

  piles() {
    return [...this.board.querySelectorAll("tbody[data-pile]")];
  }

  prepare() {
    if (!this.form) return;
    for (const cell of this.board.querySelectorAll("tr[data-line] > td.tick")) {
      const line = cell.parentElement;
      const grip = document.createElement("button");
      grip.type = "button";
      grip.className = "grip";
      grip.dataset.grip = "";
      grip.textContent = "⠿";
      grip.setAttribute("aria-label", this.words("grip", line));
      grip.setAttribute("aria-pressed", "false");
      cell.append(grip);
    }
    this.count();
  }

  // -- Words

  words(word, line) {
    const pile = line.closest("tbody");
    const lines = this.lines(pile);
    const ordered = ["shortlisted", "reserve"].includes(pile.dataset.pile);
    const key = word === "grip" || word === "picked" || ordered ? word : "unordered";
    const total = Number(pile.dataset.total) + (this.held === line ? this.shift(pile) : 0);
    return (this.status.dataset[key] ?? "")
      .replace("{name}", line.dataset.name)
      .replace("{pile}", pile.dataset.label)
      .replace("{n}", Number(pile.dataset.first) + lines.indexOf(line))
      .replace("{total}", Math.max(total, lines.length));
  }

  // The held line counts where it is, not where it came from.
  shift(pile) {
    if (pile === this.origin.pile) return 0;
    return this.held.closest("tbody") === pile ? 1 : 0;
  }

  // -- Choosing

  chosen(event) {
    if (event.target.name === "choice" && this.board.contains(event.target)) this.count();
  }

  count() {
    const place = this.board.querySelector("[data-chosen]");
    if (!place) return;
    const count = this.form.querySelectorAll("[name=choice]:checked").length;
    place.hidden = !count;
    place.textContent = place.dataset.chosen.replace("{n}", count);
  }

  // -- Picking up, moving, putting down

  clicked(event) {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || !this.board.contains(grip)) return;
    const line = grip.closest("tr");
    if (this.justDragged) return;
    if (this.held === line) this.drop();
    else this.hold(line);
  }

  hold(line) {
    if (this.held) this.drop();
    this.held = line;
    this.origin = { pile: line.closest("tbody"), next: line.nextElementSibling };
    line.classList.add("held");
    line.querySelector("[data-grip]").setAttribute("aria-pressed", "true");
    this.say(this.words("picked", line));
  }

  release(word) {
    const line = this.held;
    const words = this.words(word, line);
    this.held = null;
    line.classList.remove("held");
    line.querySelector("[data-grip]").setAttribute("aria-pressed", "false");
    this.say(words);
    return line;
  }

  drop() {
    const { pile, next } = this.origin;
    const line = this.release("dropped");
    const now = line.closest("tbody");
    const stayed = now === pile && line.nextElementSibling === next;
    if (!stayed) this.send(this.moveOf(line, now));
    else this.settle();
  }

  cancel() {
    this.moving = true;
    this.origin.pile.insertBefore(this.held, this.origin.next);
    this.moving = false;
    this.release("cancelled").querySelector("[data-grip]").focus();
    this.settle();
  }

  // What is meant: after which line, or before which, and as a last resort at which position.
  moveOf(line, pile) {
    const lines = this.lines(pile);
    const at = lines.indexOf(line);
    const fields = { line: `${line.dataset.line}:${pile.dataset.pile}` };
    if (lines[at - 1]) fields.after = lines[at - 1].dataset.line;
    if (lines[at + 1]) fields.before = lines[at + 1].dataset.line;
    fields.at = Number(pile.dataset.first) + at;
    return fields;
  }

  // Arrows act while a line is held only, so that they scroll otherwise.
  key(event) {
    if (!this.held || !event.target.matches?.("[data-grip]")) return;
    const actions = {
      ArrowUp: () => this.stepOver(-1),
      ArrowDown: () => this.stepOver(1),
      PageUp: () => this.jump(-1),
      PageDown: () => this.jump(1),
      Escape: () => this.cancel(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
    if (!this.held) return;
    const grip = this.held.querySelector("[data-grip]");
    grip.focus();
    this.held.scrollIntoView({ block: "nearest" });
    this.say(this.words("moved", this.held));
  }

  stepOver(by) {
    const pile = this.held.closest("tbody");
    const lines = this.lines(pile);
    const target = lines[lines.indexOf(this.held) + by];
    this.moving = true;
    if (target && by < 0) target.before(this.held);
    else if (target) target.after(this.held);
    else this.into(this.piles()[this.piles().indexOf(pile) + by], by > 0);
    this.moving = false;
  }

  jump(by) {
    const piles = this.piles();
    this.moving = true;
    this.into(piles[piles.indexOf(this.held.closest("tbody")) + by], true);
    this.moving = false;
  }

  into(pile, atTop) {
    if (!pile) return;
    const lines = this.lines(pile);
    if (lines.length && !atTop) lines.at(-1).after(this.held);
    else pile.querySelector(".pile-head").after(this.held);
  }

  // Under the pointer: above the middle of a line before it, below it after it; under a pile's head at its top.
  follow({ y }) {
    if (!this.held) return;
    const rows = [...this.board.querySelectorAll("tbody[data-pile] > tr")].filter((row) => row !== this.held);
    const under = rows.filter((row) => row.getBoundingClientRect().top <= y).at(-1) ?? rows[0];
    const box = under.getBoundingClientRect();
    this.moving = true;
    if (under.matches("tr[data-line]") && y < box.top + box.height / 2) under.before(this.held);
    else if (under.matches(".pile-more")) under.before(this.held);
    else under.after(this.held);
    this.moving = false;
    this.say(this.words("moved", this.held));
  }

  // -- Sending

  submitted(event) {
    if (event.target !== this.form || !event.submitter) return;
    const { name, value } = event.submitter;
    const action = event.submitter.getAttribute("formaction");
    // To begin and to end a trial is a page of its own.
    if ((action && !this.trying) || name === "keep") return;
    event.preventDefault();
    const menu = event.submitter.closest("details");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    const fields = {};
    if (name) fields[name] = value;
    this.send(fields, { ticked: name !== "line" && name !== "undo", action, speak: true });
  }

  send(fields, { ticked = false, action = null, speak = false } = {}) {
    const data = ticked ? new FormData(this.form) : new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    this.queue({ data, action, speak, ticked });
  }

  // A trial grows from move to move: each goes out with what the one before came back with.
  ready(move) {
    const tried = (this.answer ?? this.board).querySelector("[name=tried]");
    if (tried) move.data.set("tried", tried.value);
  }

  answered(move, page) {
    this.untick ||= move.ticked && !page.querySelector(".flashes .attention");
  }

  // -- Putting a board that came in place of the one here

  settle() {
    if (!this.answer || this.isBusy) return;
    if (this.board.querySelector(".mover[open]")) return; // an open menu is in somebody's hand too
    const fresh = document.adoptNode(this.answer);
    this.answer = null;
    const kept = this.remember();
    this.untick = false;
    this.board.replaceWith(fresh);
    this.board = fresh;
    this.prepare();
    this.recall(kept);
  }

  remember() {
    const active = this.board.contains(document.activeElement) ? document.activeElement : null;
    const line = active?.closest("tr[data-line]");
    const ticked = [...this.board.querySelectorAll("[name=choice]:checked")].map((box) => box.value);
    const part = ["[data-grip]", "[name=choice]", "summary", "a"].find((one) => active?.matches(one));
    const { to, position } = this.form?.elements ?? {};
    return {
      line: line?.dataset.line,
      part: part ?? "[data-grip]",
      id: active?.id,
      hadFocus: Boolean(active),
      name: line ? null : active?.name,
      top: line?.getBoundingClientRect().top,
      ticked: this.untick ? [] : ticked,
      typed: [to?.value, this.untick ? "" : position?.value],
    };
  }

  recall(kept) {
    for (const box of this.board.querySelectorAll("[name=choice]")) box.checked = kept.ticked.includes(box.value);
    if (this.form?.elements.to && kept.typed[0]) {
      this.form.elements.to.value = kept.typed[0];
      this.form.elements.position.value = kept.typed[1];
    }
    this.count();
    const line = kept.line && this.board.querySelector(`tr[data-line="${kept.line}"]`);
    const target =
      line?.querySelector(kept.part) ||
      (kept.id && document.getElementById(kept.id)) ||
      (kept.name && this.board.querySelector(`[name="${kept.name}"]`));
    this.focusOn(target, kept.hadFocus);
    if (line) window.scrollBy(0, line.getBoundingClientRect().top - kept.top);
  }

  // -- What others move

  async lookFor(version) {
    const news = await this.newsSince(version);
    if (!news) return;
    const page = await this.askAgain();
    if (this.sending || this.waiting.length) return; // what was sent meanwhile brings a newer board
    const board = page.querySelector("[data-board]");
    // Signed out, or handed over meanwhile: more of the page has changed than its board.
    if (!board || !page.querySelector("[data-board-help]")) return location.reload();
    for (const id of news.lines) board.querySelector(`tr[data-line="${id}"]`)?.classList.add("fresh");
    if (news.said.length) this.say(news.said.join(" "));
    this.answer = board;
    this.settle();
  }

  askAgain() {
    if (!this.trying) return this.ask("GET", location.href);
    const data = new FormData();
    data.set("csrf_token", this.form.elements.csrf_token.value);
    data.set("tried", this.form.elements.tried.value);
    data.set("again", "1");
    return this.ask("POST", this.form.getAttribute("action"), data);
  }
}
