// A page that waits for work elsewhere: says every second how far it is, and is loaded again when it is over.
const EVERY = 1000;
const LONGEST = 10000;

async function ask(box, words, wait) {
  let next = wait;
  try {
    const answer = await fetch(box.dataset.follow, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const told = await answer.json();
      if (told.over) {
        location.reload();
        return;
      }
      if (words.textContent !== told.words) words.textContent = told.words;
      next = EVERY;
    } else {
      next = Math.min(wait * 2, LONGEST);
    }
  } catch {
    next = Math.min(wait * 2, LONGEST);
  }
  setTimeout(() => ask(box, words, next), next);
}

export function followWork() {
  for (const box of document.querySelectorAll("[data-follow]"))
    setTimeout(() => ask(box, box.querySelector("[data-follow-words]"), EVERY), EVERY);
}
