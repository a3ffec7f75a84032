// The agenda's board: sessions by drag and by keys, moves sent one after the other, and what others have moved.
//   <div data-agenda="address of changes" data-check="address of a check" data-version data-first data-length> holds
//   <ol data-day="2026-05-18" data-label> (data-day="" for what is not placed) with
//   <li data-session="id" data-name data-start="10:00" data-minutes="60" data-seen="…"> …
// The server answers every move with where all sessions stand, and only what differs is touched; where sessions have
// come or gone or have other words, the whole board is fetched and put in place of the one that stands here. What
// somebody holds stays in their hand meanwhile. While it is held the server is asked what would be wrong where it is.
import { Placements } from "./placements.js";
import { SharedBoard } from "./shared_board.js";

const CHECK = 150; // milliseconds a held session rests before the server is asked
const STEP = 15; // minutes of a row
const DAY = 1440;

export function runAgendas() {
  const board = document.querySelector("[data-agenda]");
  if (board) new Agenda(board);
}

const clock = (minutes) =>
  `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const minutesOf = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

class Agenda extends SharedBoard {
  item = "li";
  part = "[data-moved]";
  lines = []; // sessions that others have moved

  // -- Looking at the page

  get form() {
    return this.board.querySelector("#agenda-form");
  }

  get changes() {
    return this.board.dataset.agenda;
  }

  prepare() {
    this.first = Number(this.board.dataset.first);
    this.length = Number(this.board.dataset.length);
    this.days = [...this.board.querySelectorAll("ol[data-day]")];
    this.placements = new Placements(this.board);
    for (const item of this.board.querySelectorAll("li[data-session]")) {
      item.append(this.handle(item, "grip", "⠿"));
      this.stretchable(item);
    }
    const form = this.board.querySelector("#move-session");
    if (form) this.prefill(form);
  }

  // What is placed has a handle for its length.
  stretchable(item) {
    const handle = item.querySelector("[data-stretch]");
    if (!item.dataset.start) handle?.remove();
    else if (!handle) item.append(this.handle(item, "stretch", "⇕"));
  }

  handle(item, word, sign) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = word;
    button.dataset[word] = "";
    button.textContent = sign;
    button.setAttribute("aria-label", this.status.dataset[word].replace("{name}", item.dataset.name));
    if (word === "grip") button.setAttribute("aria-pressed", "false");
    else button.tabIndex = -1; // by keys the length is changed while the session is held
    return button;
  }

  // Where a session stands: its day ("" for none), minutes after midnight, length.
  stand(item) {
    return {
      day: item.parentElement.dataset.day,
      at: item.dataset.start ? minutesOf(item.dataset.start) : null,
      minutes: Number(item.dataset.minutes),
    };
  }

  get slots() {
    return this.days.filter((day) => day.dataset.day);
  }

  // -- Words

  where(stand) {
    const list = this.days.find((one) => one.dataset.day === stand.day);
    const length = this.status.dataset.minutes.replace("{n}", stand.minutes);
    if (stand.at === null) return `${list.dataset.label}, ${length}`;
    return `${list.dataset.label}, ${clock(stand.at)}–${clock(stand.at + stand.minutes)}`;
  }

  words(word, item, stand) {
    return this.status.dataset[word].replace("{name}", item.dataset.name).replace("{where}", this.where(stand));
  }

  // -- Picking up, moving, putting down

  clicked(event) {
    const day = event.target.closest?.("[data-show-day]");
    if (day && this.board.contains(day)) return this.show(event, day);
    const grip = event.target.closest?.("[data-grip]");
    if (!grip || !this.board.contains(grip)) return;
    const item = grip.closest("li");
    if (this.justDragged) return;
    if (this.held === item) this.drop();
    else this.hold(item);
  }

  // A small screen shows one day.
  show(event, link) {
    event.preventDefault();
    history.replaceState(null, "", link.href);
    this.choose(link.dataset.showDay);
  }

  choose(day) {
    for (const one of this.board.querySelectorAll("[data-show-day]")) {
      if (one.dataset.showDay === day) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    for (const list of this.slots) list.closest(".agenda-day").classList.toggle("shown", list.dataset.day === day);
  }

  hold(item) {
    if (this.held) this.drop();
    this.held = item;
    this.origin = { list: item.parentElement, next: item.nextElementSibling, classes: item.className };
    this.before = this.stand(item);
    this.now = { ...this.before };
    item.classList.add("held");
    item.querySelector("[data-grip]").setAttribute("aria-pressed", "true");
    this.say(this.words("picked", item, this.now));
  }

  release() {
    const item = this.held;
    this.held = null;
    clearTimeout(this.checking);
    this.asked?.abort();
    item.classList.remove("held");
    item.querySelector("[data-grip]").setAttribute("aria-pressed", "false");
    return item;
  }

  drop() {
    const { before, now } = this;
    const item = this.release();
    this.say(this.words("dropped", item, now));
    const stayed = before.day === now.day && before.at === now.at && before.minutes === now.minutes;
    if (stayed) return this.settle();
    this.send({
      session: item.dataset.session,
      day: now.day,
      time: now.at === null ? "" : clock(now.at),
      minutes: now.minutes,
      seen: item.dataset.seen,
    });
  }

  cancel() {
    this.putBack();
    const item = this.release();
    this.say(this.words("cancelled", item, this.before));
    item.querySelector("[data-grip]").focus();
    this.settle();
  }

  putBack() {
    this.moving = true;
    this.origin.list.insertBefore(this.held, this.origin.next);
    this.held.className = this.origin.classes;
    this.showTime(this.held, this.before);
    this.moving = false;
  }

  // Arrows act while a session is held only, so that they scroll otherwise.
  key(event) {
    if (!this.held || !event.target.matches?.("[data-grip]")) return;
    const stretch = event.shiftKey;
    const actions = {
      ArrowUp: () => (stretch ? this.lengthen(-STEP) : this.later(-STEP)),
      ArrowDown: () => (stretch ? this.lengthen(STEP) : this.later(STEP)),
      PageUp: () => this.later(-60),
      PageDown: () => this.later(60),
      ArrowLeft: () => this.otherDay(-1),
      ArrowRight: () => this.otherDay(1),
      Escape: () => this.cancel(),
      x: () => this.swap(),
      X: () => this.swap(),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
    if (!this.held) return;
    this.held.querySelector("[data-grip]").focus({ preventScroll: true });
    this.held.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  later(by) {
    if (this.now.at === null) return this.otherDay(1);
    // To the next row, whatever minute it stands at.
    const snapped = by > 0 ? Math.floor(this.now.at / STEP) * STEP : Math.ceil(this.now.at / STEP) * STEP;
    this.place({ ...this.now, at: this.within(snapped + by) });
  }

  within(at) {
    return Math.max(this.first, Math.min(at, this.first + this.length * STEP - STEP, DAY - STEP));
  }

  otherDay(by) {
    const to = this.days[this.days.findIndex((one) => one.dataset.day === this.now.day) + by];
    if (!to) return;
    const at = to.dataset.day ? (this.now.at ?? this.before.at ?? this.first) : null;
    this.place({ ...this.now, day: to.dataset.day, at });
  }

  lengthen(by) {
    const snapped = by > 0 ? Math.floor(this.now.minutes / STEP) * STEP : Math.ceil(this.now.minutes / STEP) * STEP;
    this.place({ ...this.now, minutes: Math.max(STEP, Math.min(snapped + by, DAY)) });
  }

  swap() {
    const other = this.under();
    if (!other) return this.say(this.status.dataset.nothing);
    this.putBack();
    const item = this.release();
    item.querySelector("[data-grip]").focus();
    this.send({ session: item.dataset.session, swap: other.dataset.session }, true);
  }

  // The session the held one stands on.
  under() {
    const list = this.held.parentElement;
    return [...list.querySelectorAll("li[data-session]")].find((item) => {
      if (item === this.held) return false;
      const stand = this.stand(item);
      return stand.at < this.now.at + this.now.minutes && this.now.at < stand.at + stand.minutes;
    });
  }

  // Show the held session there; the server hears of it when it is put down.
  place(stand) {
    this.now = stand;
    const item = this.held;
    this.placements.forget(item.dataset.session);
    const list = this.days.find((one) => one.dataset.day === stand.day);
    this.moving = true;
    if (item.parentElement !== list) {
      list.append(item);
      if (stand.day) this.choose(stand.day);
    }
    item.className = [...item.classList].filter((one) => !/^(at|for|lane)-/.test(one) && one !== "waiting").join(" ");
    if (stand.at === null) item.classList.add("waiting");
    else {
      const at = Math.round((stand.at - this.first) / STEP);
      const rows = Math.max(1, Math.round((stand.at + stand.minutes - this.first) / STEP) - at);
      item.classList.add(`at-${at}`, `for-${Math.min(rows, this.length - at) || 1}`, "alone");
    }
    this.showTime(item, stand);
    this.moving = false;
    this.say(this.words("moved", item, stand));
    this.check();
  }

  showTime(item, stand) {
    const time = item.querySelector("[data-time]");
    const length = this.status.dataset.minutes.replace("{n}", stand.minutes);
    time.textContent = stand.at === null ? length : `${clock(stand.at)}–${clock(stand.at + stand.minutes)}`;
  }

  // -- What would be wrong

  check() {
    clearTimeout(this.checking);
    this.asked?.abort();
    if (this.now.at === null) return;
    this.checking = setTimeout(() => this.askCheck(), CHECK);
  }

  async askCheck() {
    const item = this.held;
    if (!item) return;
    this.asked = new AbortController();
    const { day, at, minutes } = this.now;
    const address = this.board.dataset.check.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, item.dataset.session);
    const query = new URLSearchParams({ day, time: clock(at), minutes });
    try {
      const answer = await fetch(`${address}?${query}`, { signal: this.asked.signal });
      if (!answer.ok || this.held !== item) return;
      const { said } = await answer.json();
      item.classList.toggle("clash", said.length > 0);
      if (said.length) this.say(`${this.words("moved", item, this.now)} ${this.status.dataset.clash} ${said.join(". ")}.`);
    } catch {
      // Moved on, or no connection: the answer to the move says it.
    }
  }

  // -- The pointer

  // Rows make room for the words in them; under a pointer they stay as they are.
  freeze(on) {
    const grid = this.board.querySelector(".agenda");
    if (!grid) return;
    if (on) grid.style.gridTemplateRows = getComputedStyle(grid).gridTemplateRows;
    else grid.style.removeProperty("grid-template-rows");
  }

  follow({ x, y }, handle) {
    if (!this.held) return;
    const stretching = handle.matches("[data-stretch]");
    const list = stretching ? this.held.parentElement : this.listAt(x, y);
    if (!list) return;
    if (!list.dataset.day) return this.moveTo({ ...this.now, day: "", at: null });
    const row = this.rowAt(list, y);
    if (stretching) {
      const minutes = Math.max(STEP, this.first + (row + 1) * STEP - this.now.at);
      return this.moveTo({ ...this.now, minutes });
    }
    this.moveTo({ ...this.now, day: list.dataset.day, at: this.within(this.first + row * STEP) });
  }

  moveTo(stand) {
    const { day, at, minutes } = this.now;
    if (stand.day !== day || stand.at !== at || stand.minutes !== minutes) this.place(stand);
  }

  listAt(x, y) {
    const seen = this.days.filter((one) => one.offsetParent);
    const inside = (box) => x >= box.left && x <= box.right && y >= box.top - 40 && y <= box.bottom + 40;
    return seen.find((one) => inside(one.getBoundingClientRect()));
  }

  // Rows may have different heights: a long title makes room for itself.
  rowAt(list, y) {
    const styles = getComputedStyle(list.closest(".agenda"));
    const rows = styles.gridTemplateRows.split(" ").map(parseFloat).slice(1, 1 + this.length);
    let top = list.getBoundingClientRect().top;
    for (const [at, height] of rows.entries()) {
      if (y < top + height) return at;
      top += height;
    }
    return this.length - 1;
  }

  // -- Sending

  submitted(event) {
    const form = event.target;
    if (!this.board.contains(form) || !form.matches("#agenda-form, [data-move-form]")) return;
    event.preventDefault();
    const data = new FormData(form, event.submitter);
    this.send(Object.fromEntries(data), true);
  }

  chosen(event) {
    if (event.target.id === "move-session") this.prefill(event.target);
  }

  // The plain form begins with where the chosen session stands.
  prefill(select) {
    const item = this.board.querySelector(`li[data-session="${select.value}"]`);
    if (!item) return;
    const { day, at, minutes } = this.stand(item);
    const { elements } = select.form;
    elements.day.value = day;
    if (at !== null) elements.time.value = clock(at);
    elements.minutes.value = minutes;
  }

  send(fields, speak = false) {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    this.queue({ data, speak });
  }

  // -- Showing what came

  settle() {
    if (!this.answer || this.isBusy) return;
    const answer = document.adoptNode(this.answer);
    this.answer = null;
    if (!this.placements.takes(answer)) return this.fetchWhole();
    const focus = this.rememberFocus();
    this.moving = true;
    for (const item of this.placements.put(answer)) this.stretchable(item);
    this.moving = false;
    this.settled(focus);
  }

  // Where it fails, the next look for what others did finds that the board is an old one.
  async fetchWhole() {
    const page = await this.ask("GET", location.href, null, true).catch(() => null);
    if (!page || this.isBusy || this.answer) return; // what was sent meanwhile brings a newer answer
    const fresh = page.querySelector("[data-agenda]");
    if (!fresh) return location.reload(); // nothing is left to lay out
    const [focus, kept] = [this.rememberFocus(), this.rememberRest()];
    this.board.replaceWith(document.adoptNode(fresh));
    this.board = fresh;
    this.prepare();
    this.recallRest(kept);
    this.settled(focus);
  }

  settled(focus) {
    this.recallFocus(focus);
    for (const id of this.lines) this.board.querySelector(`li[data-session="${id}"]`)?.classList.add("fresh");
    this.lines = [];
    document.dispatchEvent(new CustomEvent("agenda:settled"));
  }

  rememberFocus() {
    const active = this.board.contains(document.activeElement) ? document.activeElement : null;
    return {
      session: active?.closest("li[data-session]")?.dataset.session,
      isLink: active?.matches("a"),
      id: active?.id,
      hadFocus: Boolean(active),
      name: active?.closest("#agenda-form") && (active.matches("[data-redo]") ? "[data-redo]" : "[name=undo]"),
    };
  }

  rememberRest() {
    const fields = [...this.board.querySelectorAll(".move-form :is(select, input:not([type=hidden]))")];
    return {
      day: this.board.querySelector("[data-show-day][aria-current]")?.dataset.showDay,
      typed: fields.map((one) => [one.id, one.value]),
      scrolled: this.board.querySelector(".agenda")?.scrollLeft ?? 0,
    };
  }

  recallRest(kept) {
    if (kept.day && this.board.querySelector(`[data-show-day="${kept.day}"]`)) this.choose(kept.day);
    for (const [id, value] of kept.typed) {
      const field = id !== "shift" && this.board.querySelector(`#${id}`);
      if (field && (field.tagName !== "SELECT" || [...field.options].some((one) => one.value === value))) field.value = value;
    }
    const days = this.board.querySelector(".agenda");
    if (days) days.scrollLeft = kept.scrolled;
  }

  recallFocus(kept) {
    const item = kept.session && this.board.querySelector(`li[data-session="${kept.session}"]`);
    const target =
      item?.querySelector(kept.isLink ? "a" : "[data-grip]") ||
      (kept.id && document.getElementById(kept.id)) ||
      (kept.name && this.board.querySelector(`#agenda-form ${kept.name}:not(:disabled)`));
    this.focusOn(target, kept.hadFocus);
  }

  // -- What others move

  async lookFor(version) {
    const news = await this.newsSince(version);
    if (!news) return;
    const page = await this.ask("GET", location.href);
    if (this.sending || this.waiting.length) return; // what was sent meanwhile brings a newer answer
    const board = page.querySelector("[data-moved]");
    if (!board) return location.reload(); // signed out, or no longer of the team
    this.lines = news.lines;
    if (news.said.length) this.say(news.said.join(" "));
    this.answer = board;
    this.settle();
  }
}
