// "Now and next" renews itself: clocks by the zone they name, and the page once the server's mark of it is another.
const EVERY = 30_000;
const TICK = 5_000;

export function followPresent() {
  if (!document.querySelector("[data-present]")) return;
  const clocks = [...document.querySelectorAll("[data-clock]")];
  setInterval(() => clocks.forEach(show), TICK);
  let seen = null;
  const ask = async () => {
    if (document.hidden) return;
    const mark = await currentMark();
    if (mark && seen && mark !== seen) location.reload();
    seen ??= mark;
  };
  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}

async function currentMark() {
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    return answer.ok ? answer.headers.get("ETag") : null;
  } catch {
    return null; // no connection: the page stands as it is
  }
}

function show(clock) {
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.clock };
  const words = new Intl.DateTimeFormat("en-GB", format).format(new Date());
  if (clock.textContent !== words) clock.textContent = words;
}
