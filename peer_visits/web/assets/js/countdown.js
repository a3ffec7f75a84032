// Keeps "6 days 4 h left" right while the page stays open, by the reader's clock from the server's moment on.
const MINUTE = 60_000;

export function runCountdowns() {
  const lines = [...document.querySelectorAll("[data-until][data-words]")];
  if (!lines.length) return;
  const show = () => lines.forEach((line) => (line.textContent = words(line)));
  // The server's words stand until the first minute is over: its clock is the one that counts.
  setInterval(show, MINUTE);
}

function words(line) {
  const [left, day, days, hours, minutes, last, closed] = line.dataset.words.split("|");
  const total = Math.floor((Date.parse(line.dataset.until) - Date.now()) / MINUTE);
  if (Date.parse(line.dataset.until) <= Date.now()) return closed;
  if (total < 1) return last;
  const d = Math.floor(total / 1440);
  const h = Math.floor((total % 1440) / 60);
  const m = total % 60;
  const parts = [];
  if (d) parts.push((d === 1 ? day : days).replace("{n}", d));
  if (h) parts.push(hours.replace("{n}", h));
  if (m || !parts.length) parts.push(minutes.replace("{n}", m));
  return left.replace("{time}", parts.slice(0, 2).join(" "));
}
