// The shortlist board: lines by drag and by keys, moves sent one after the other, and what others have moved.
//   <div data-board="address of changes" data-version="12"> holds <form id="board-form"> with
//   <tbody data-pile data-label data-total data-first><tr data-line="id" data-name="…"> …
// The server answers every move with the whole board; it is put in place of the one that stands here. What somebody
// holds stays in their hand meanwhile: a board that comes then waits until it is put down.
const POLL = 2500;
const POLL_HIDDEN = 30000;
const RETRY = 3000;
const EDGE = 70; // pixels from the window's edge at which a drag scrolls

export function runBoards() {
  const board = document.querySelector("[data-board]");
  if (board) new Board(board);
}

class Board {
  constructor(board) {
    this.board = board;
    this.untick = false; // once ticked lines have been moved
    this.status = document.querySelector("[data-board-status]");
    this.status.hidden = false;
    const help = document.querySelector("[data-board-help]");
    if (help) help.hidden = false;
    this.held = null;
    this.waiting = []; // moves to be sent
    this.sending = false;
    this.answer = null; // a board that came while a line was held
    this.prepare();
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("change", (event) => this.chosen(event));
    document.addEventListener("keydown", (event) => this.key(event));
    // Whoever goes on to something else has put the line down.
    document.addEventListener("focusout", (event) => {
      if (this.held?.contains(event.target) && !this.moving && !this.held.dragged) this.drop();
    });
    document.addEventListener("toggle", () => this.settle(), true);
    document.addEventListener("pointerdown", (event) => this.pointer(event));
    document.addEventListener("visibilitychange", () => this.watch(0));
    this.watch(POLL);
  }

  // -- Looking at the page

  get form() {
    return this.board.querySelector("#board-form");
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

  say(words) {
    this.status.textContent = words;
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
    if (line.dragged) line.dragged = false;
    else if (this.held === line) this.drop();
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

  pointer(event) {
    const grip = event.target.closest?.("[data-grip]");
    if (event.button !== 0 || !grip || !this.board.contains(grip)) return;
    const line = grip.closest("tr");
    const start = event.clientY;
    event.preventDefault();
    grip.focus();
    line.dragged = false;
    let y = start;
    const scroll = setInterval(() => {
      if (!line.dragged) return;
      if (y < EDGE) window.scrollBy(0, -14);
      else if (y > window.innerHeight - EDGE) window.scrollBy(0, 14);
      else return;
      this.follow(y);
    }, 30);
    const onMove = (moved) => {
      y = moved.clientY;
      if (!line.dragged && Math.abs(y - start) < 5) return;
      if (!line.dragged) {
        line.dragged = true;
        if (this.held !== line) this.hold(line);
      }
      this.follow(y);
    };
    const onEnd = (ended) => {
      ends.abort();
      clearInterval(scroll);
      if (line.dragged && ended.type === "pointercancel") this.cancel();
      else if (line.dragged) this.drop();
      // The click that ends a drag comes after this and is no command of its own.
      setTimeout(() => (line.dragged = false));
    };
    const ends = new AbortController();
    for (const [kind, handler] of [["pointermove", onMove], ["pointerup", onEnd], ["pointercancel", onEnd]]) {
      window.addEventListener(kind, handler, { signal: ends.signal });
    }
  }

  // Under the pointer: above the middle of a line before it, below it after it; under a pile's head at its top.
  follow(y) {
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
    this.waiting.push({ data, action: action ?? this.form.getAttribute("action"), speak, ticked });
    if (!this.sending) this.sendNext();
  }

  async sendNext() {
    const move = this.waiting[0];
    if (!move) return this.settle();
    this.sending = true;
    move.data.set("csrf_token", this.form.elements.csrf_token.value);
    // A trial grows from move to move: each goes out with what the one before came back with.
    const tried = (this.answer ?? this.board).querySelector("[name=tried]");
    if (tried) move.data.set("tried", tried.value);
    let page = null;
    try {
      page = await this.ask("POST", move.action, move.data);
    } catch {
      this.say(this.status.dataset.offline);
      setTimeout(() => this.sendNext(), RETRY);
      return;
    }
    this.waiting.shift();
    this.sending = false;
    this.answer = page.querySelector("[data-board]");
    if (!this.answer) return location.reload(); // signed out, or no longer of the team
    this.untick ||= move.ticked && !page.querySelector(".flashes .attention");
    this.told(page, move.speak);
    this.sendNext();
  }

  // A page as a document: nothing of it runs, and no text becomes markup here.
  ask(method, address, data) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, address);
      request.responseType = "document";
      request.setRequestHeader("X-Board", "1");
      request.onload = () => (request.response && request.status < 500 ? resolve(request.response) : reject());
      request.onerror = reject;
      request.ontimeout = reject;
      request.timeout = 30000;
      request.send(data);
    });
  }

  told(page, speak) {
    const notices = [...page.querySelectorAll(".flashes .notice")];
    const errors = notices.filter((one) => one.classList.contains("attention"));
    const words = (errors.length || speak ? notices : []).map((one) => one.textContent.trim()).join(" ");
    if (words) this.say(words);
    document.querySelector(".flashes")?.remove();
    if (!errors.length) return;
    const box = document.createElement("div");
    box.className = "flashes";
    box.append(...errors);
    this.status.before(box);
  }

  // -- Putting a board that came in place of the one here

  settle() {
    if (!this.answer || this.held || this.sending || this.waiting.length) return;
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
    // What had the focus is gone: it stays on the board, not at the top of the page.
    if (!target && kept.hadFocus) this.board.tabIndex = -1;
    (target || (kept.hadFocus && this.board))?.focus?.({ preventScroll: true });
    if (line) window.scrollBy(0, line.getBoundingClientRect().top - kept.top);
  }

  // -- What others move

  watch(after) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), after);
  }

  async look() {
    const pause = document.hidden ? POLL_HIDDEN : POLL;
    try {
      if (!this.sending && !this.waiting.length) await this.lookFor(Number(this.board.dataset.version));
      this.failed = 0;
    } catch {
      this.failed = Math.min((this.failed ?? 0) + 1, 5);
    }
    this.watch(pause * 2 ** (this.failed ?? 0));
  }

  async lookFor(version) {
    const answer = await fetch(`${this.board.dataset.board}?since=${version}`, { headers: { Accept: "application/json" } });
    if (answer.status === 204) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const news = await answer.json();
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
