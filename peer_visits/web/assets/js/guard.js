// Asks before a page with unsaved text is left; a form is sent once, however often its button is pressed.
export function guardUnsaved() {
  for (const form of document.querySelectorAll("form[data-guard]")) {
    // What came back from a preview, or with something to mend, is not saved either.
    let touched = "unsaved" in form.dataset;
    form.addEventListener("input", () => (touched = true));
    form.addEventListener("submit", (event) => {
      // What is shown in a frame is not saved by that.
      if (!event.submitter?.formTarget) touched = false;
    });
    form.addEventListener("saved", () => (touched = false));
    window.addEventListener("beforeunload", (event) => {
      if (touched) event.preventDefault();
    });
  }
  for (const form of document.querySelectorAll("form[method=post]")) {
    let sent = 0;
    form.addEventListener("submit", (event) => {
      if (event.submitter?.formTarget) return;
      if (Date.now() - sent < 3000) event.preventDefault();
      else sent = Date.now();
    });
  }
}
