// Shows a question in a frame while it is written: the same form, posted into the frame in every pause.
export function showTries() {
  const frame = document.querySelector("iframe[data-try]");
  const form = frame && document.getElementById(frame.dataset.try);
  const button = document.querySelector("[data-try-button]");
  if (!form || !button) return;
  let wait = 0;
  const show = () => {
    const copy = document.createElement("form");
    copy.method = "post";
    copy.action = button.formAction;
    copy.target = frame.name;
    copy.hidden = true;
    for (const [name, value] of new FormData(form)) {
      const field = document.createElement("textarea");
      field.name = name;
      field.value = value;
      copy.append(field);
    }
    document.body.append(copy);
    copy.submit();
    copy.remove();
  };
  form.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(show, 500);
  });
  show();
}
