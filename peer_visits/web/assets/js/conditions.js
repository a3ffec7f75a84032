// Questions that depend on an earlier answer: shown as soon as it is given. The server judges again.
export function followConditions() {
  const dependent = [...document.querySelectorAll("[data-shown-if]")];
  if (!dependent.length) return;
  const show = () => {
    // In the order of the form: what hides a question also hides those that hang on its answer.
    for (const question of dependent) question.hidden = !isAsked(question);
  };
  document.addEventListener("input", show);
  document.addEventListener("change", show);
  show();
}

function isAsked(question) {
  const wanted = question.dataset.shownValues.split(" ");
  const names = question.dataset.shownIf.split(" ");
  return names.some((name) => answersOf(name).some((value) => wanted.includes(value)));
}

function answersOf(name) {
  return [...document.getElementsByName(name)]
    .filter((field) => !field.closest("[data-shown-if]")?.hidden)
    .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
    .map((field) => field.value);
}
