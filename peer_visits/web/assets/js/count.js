// Counts as the server does: code points in normal form, a line end as one, blanks at both ends left out.
export function characters(text) {
  return [...text.normalize("NFC").replace(/\r\n?/g, "\n").trim()].length;
}

export function words(text) {
  return text.trim() ? text.trim().split(/\s+/u).length : 0;
}

const UNITS = { characters, words };

export function countCharacters() {
  for (const field of document.querySelectorAll("[data-count][data-count-at]")) {
    const line = document.getElementById(field.dataset.countAt);
    if (!line) continue;
    const limit = Number(field.dataset.count);
    const count = UNITS[field.dataset.countUnit ?? "characters"];
    const figures = new Intl.NumberFormat(document.documentElement.lang);
    const show = () => {
      const left = limit - count(field.value);
      line.classList.toggle("over", left < 0);
      line.textContent = `${left < 0 ? line.dataset.over : line.dataset.left} ${figures.format(Math.abs(left))}`;
    };
    let wait = 0;
    field.addEventListener("input", () => {
      show();
      // Spoken only in a pause, or every letter would be answered.
      line.removeAttribute("aria-live");
      clearTimeout(wait);
      wait = setTimeout(() => {
        if (count(field.value) > limit * 0.9) line.setAttribute("aria-live", "polite");
        show();
      }, 900);
    });
    show();
  }
}
