// Where the server says each session stands, beside where the board shows it: only what differs is touched.
// The board and every answer to a move carry `data-places`, `data-days`, `data-first` and `data-length`, and the lists
// beside the board as `data-piece`.
const OF_PLACE = /^(at|for|lane)-|^(alone|clash|noticed|waiting|fresh)$/;

export class Placements {
  constructor(board) {
    this.board = board;
    this.shown = new Map(JSON.parse(board.dataset.places).map((one) => [one.id, { mark: one.mark, text: JSON.stringify(one) }]));
  }

  // Somebody has put it elsewhere: whatever the server says of it is news.
  forget(id) {
    this.shown.get(id).text = "";
  }

  // Whether the answer is about the sessions, words, days and hours that are shown here.
  takes(answer) {
    const places = JSON.parse(answer.dataset.places);
    const dates = ({ dataset }) => JSON.parse(dataset.days).map((one) => one.day).join();
    return (
      ["first", "length"].every((name) => answer.dataset[name] === this.board.dataset[name]) &&
      dates(answer) === dates(this.board) &&
      places.length === this.shown.size &&
      places.every((one) => this.shown.get(one.id)?.mark === one.mark)
    );
  }

  // Shows the answer; gives the sessions that were touched.
  put(answer) {
    const changed = this.putSessions(JSON.parse(answer.dataset.places));
    this.putDays(JSON.parse(answer.dataset.days));
    for (const piece of answer.querySelectorAll("[data-piece]")) this.putPiece(piece);
    for (const name of ["version", "days"]) this.board.dataset[name] = answer.dataset[name];
    return changed;
  }

  // They come in the order of each day: every one that differs goes behind the one before it.
  putSessions(places) {
    const cards = new Map([...this.board.querySelectorAll("li[data-session]")].map((one) => [one.dataset.session, one]));
    const lists = new Map([...this.board.querySelectorAll("ol[data-day]")].map((one) => [one.dataset.day, one]));
    const last = new Map();
    const changed = [];
    for (const place of places) {
      const card = cards.get(place.id);
      const text = JSON.stringify(place);
      const list = lists.get(place.wall.slice(0, 10));
      const next = last.has(list) ? last.get(list).nextElementSibling : list.firstElementChild;
      last.set(list, card);
      if (this.shown.get(place.id).text === text) continue;
      this.shown.set(place.id, { mark: place.mark, text });
      if (next !== card) list.insertBefore(card, next);
      dress(card, place);
      changed.push(card);
    }
    return changed;
  }

  putDays(days) {
    const before = JSON.parse(this.board.dataset.days);
    for (const [at, day] of days.entries()) {
      if (JSON.stringify(day) === JSON.stringify(before[at])) continue;
      const column = this.board.querySelector(`ol[data-day="${day.day}"]`).closest(".agenda-day");
      column.classList.replace(`lanes-${before[at].lanes}`, `lanes-${day.lanes}`);
      column.querySelector(".day-notes")?.remove();
      if (day.said.length) column.append(element("div", "day-notes", ...day.said.map((words) => element("p", "", words))));
    }
  }

  putPiece(fresh) {
    const piece = this.board.querySelector(`[data-piece="${fresh.dataset.piece}"]`);
    const isOpen = piece.querySelector("details")?.open;
    const details = fresh.querySelector("details");
    if (details && isOpen !== undefined) details.open = isOpen;
    become(piece, fresh);
  }
}

// One node takes over what another holds, and only what differs is touched: a node that is put in the place of another
// makes the browser look for the style of everything behind it once more, which here is the whole board.
function become(shown, fresh) {
  if (shown.isEqualNode(fresh)) return;
  if (shown.nodeName !== fresh.nodeName) return shown.replaceWith(fresh);
  if (!fresh.attributes) return (shown.data = fresh.data);
  for (const { name, value } of fresh.attributes) if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
  for (const { name } of [...shown.attributes]) if (!fresh.hasAttribute(name)) shown.removeAttribute(name);
  const [there, wanted] = [[...shown.childNodes], [...fresh.childNodes]];
  for (const [at, child] of wanted.entries()) {
    if (there[at]) become(there[at], child);
    else shown.append(child);
  }
  for (const left of there.slice(wanted.length)) left.remove();
}

function dress(card, { wall, minutes, classes, time, said }) {
  const kept = [...card.classList].filter((name) => !OF_PLACE.test(name));
  card.className = `${kept.join(" ")} ${classes}`;
  if (wall) card.dataset.start = wall.slice(11, 16);
  else delete card.dataset.start;
  card.dataset.minutes = minutes;
  card.dataset.seen = `${wall}|${minutes}`;
  card.querySelector("[data-time]").textContent = time;
  for (const words of card.querySelectorAll(":scope > :is(.clash-word, .notice-word)")) words.remove();
  card.querySelector(":scope > p").after(...said.map(([name, words]) => element("p", name, words)));
}

function element(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}
