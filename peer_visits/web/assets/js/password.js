// Shows what is typed into a password field, on demand.
export function revealPasswords() {
  for (const button of document.querySelectorAll("button[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal);
    const show = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.textContent = shown ? show : button.dataset.hide;
      button.setAttribute("aria-pressed", String(!shown));
    });
    // Password managers save what was typed as a password only.
    field.form?.addEventListener("submit", () => (field.type = "password"));
  }
}
