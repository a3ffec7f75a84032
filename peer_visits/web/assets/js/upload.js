// While a file is on its way, says so.
export function showUploads() {
  for (const field of document.querySelectorAll("input[type=file][data-upload]")) {
    field.form?.addEventListener("submit", () => {
      const file = field.files[0];
      if (!file || field.nextElementSibling?.matches("progress")) return;
      const line = document.createElement("p");
      line.className = "hint";
      line.setAttribute("role", "status");
      const progress = document.createElement("progress");
      progress.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
      field.after(progress, line);
      line.textContent = field.dataset.upload.replace("{name}", file.name);
    });
  }
}
