// What boards have in common on which several people move things, by drag and by keys: what is dragged follows the
// pointer, moves go out one after the other, and what others have moved is looked for.
// A board of its own says
//   item, part            what a handle moves and what of an answer is shown, as selectors
//   form, changes         the form that moves go out with, and the address that tells what others have done
//   prepare, clicked, submitted, chosen, key, hold, drop, cancel, follow, settle, lookFor
//   freeze, ready, answered: only where a drag, a move before it goes out or its answer wants something done
const POLL = 2500;
const POLL_HIDDEN = 30000;
const RETRY = 3000;
const EDGE = 60; // pixels from the window's edge at which a drag scrolls
const FAR = 5; // pixels from where a press is a drag

export class SharedBoard {
  constructor(board) {
    this.board = board;
    this.status = document.querySelector("[data-board-status]");
    this.status.hidden = false;
    const help = document.querySelector("[data-board-help]");
    if (help) help.hidden = false;
    this.held = null;
    this.waiting = []; // moves to be sent
    this.sending = false;
    this.answer = null; // what came while something was held
    this.prepare();
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("change", (event) => this.chosen(event));
    document.addEventListener("keydown", (event) => this.key(event));
    // Whoever goes on to something else has put down what they held.
    document.addEventListener("focusout", (event) => {
      if (this.held?.contains(event.target) && !this.moving && !this.dragged) this.drop();
    });
    document.addEventListener("pointerdown", (event) => this.pointer(event));
    document.addEventListener("visibilitychange", () => this.watch(0));
    this.watch(POLL);
  }

  freeze() {}
  ready() {}
  answered() {}

  get isBusy() {
    return Boolean(this.held || this.sending || this.waiting.length);
  }

  say(words) {
    this.status.textContent = words;
  }

  // -- The pointer

  pointer(event) {
    const handle = event.target.closest?.("[data-grip], [data-stretch]");
    if (event.button !== 0 || !handle || !this.board.contains(handle)) return;
    const item = handle.closest(this.item);
    const start = { x: event.clientX, y: event.clientY };
    event.preventDefault();
    item.querySelector("[data-grip]").focus({ preventScroll: true });
    let last = start;
    this.dragged = false;
    const scroll = setInterval(() => {
      if (!this.dragged) return;
      if (last.y < EDGE) window.scrollBy(0, -14);
      else if (last.y > window.innerHeight - EDGE) window.scrollBy(0, 14);
      else return;
      this.follow(last, handle);
    }, 30);
    const onMove = (moved) => {
      last = { x: moved.clientX, y: moved.clientY };
      if (!this.dragged && Math.hypot(last.x - start.x, last.y - start.y) < FAR) return;
      if (!this.dragged) {
        this.dragged = true;
        this.freeze(true);
        if (this.held !== item) this.hold(item);
      }
      this.follow(last, handle);
    };
    const onEnd = (ended) => {
      ends.abort();
      clearInterval(scroll);
      const dragged = this.dragged;
      this.dragged = false;
      if (dragged) this.freeze(false);
      if (dragged && this.held) {
        if (ended.type === "pointercancel") this.cancel();
        else this.drop();
      }
      // The click that ends a drag comes after this and is no command of its own.
      this.justDragged = dragged;
      setTimeout(() => (this.justDragged = false));
    };
    const ends = new AbortController();
    for (const [kind, handler] of [["pointermove", onMove], ["pointerup", onEnd], ["pointercancel", onEnd]]) {
      window.addEventListener(kind, handler, { signal: ends.signal });
    }
  }

  // -- Sending

  // A move: { data, speak, action }. Its words are said aloud if `speak`; without an `action` it goes where the form does.
  queue(move) {
    this.waiting.push(move);
    if (!this.sending) this.sendNext();
  }

  async sendNext() {
    const move = this.waiting[0];
    if (!move) return this.settle();
    this.sending = true;
    const form = this.form;
    move.data.set("csrf_token", form.elements.csrf_token.value);
    this.ready(move);
    let page = null;
    try {
      page = await this.ask("POST", move.action ?? form.getAttribute("action"), move.data);
    } catch {
      this.say(this.status.dataset.offline);
      setTimeout(() => this.sendNext(), RETRY);
      return;
    }
    this.waiting.shift();
    this.sending = false;
    this.answer = page.querySelector(this.part);
    if (!this.answer) return location.reload(); // signed out, or no longer of the team
    this.answered(move, page);
    this.told(page, move.speak);
    this.sendNext();
  }

  // A page as a document: nothing of it runs, and no text becomes markup here.
  ask(method, address, data, isWhole = false) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, address);
      request.responseType = "document";
      if (!isWhole) request.setRequestHeader("X-Board", "1");
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

  // Where what had the focus is gone, it stays on the board and not at the top of the page.
  focusOn(target, hadFocus) {
    if (!target && hadFocus) this.board.tabIndex = -1;
    (target || (hadFocus && this.board))?.focus?.({ preventScroll: true });
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

  // What others have done since the version shown here; nothing if they have done nothing.
  async newsSince(version) {
    const answer = await fetch(`${this.changes}?since=${version}`, { headers: { Accept: "application/json" } });
    if (answer.status === 204) return null;
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }
}
