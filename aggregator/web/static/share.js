// Copies a text by a click, and offers the system's own share sheet where there is one.

import { _, say } from "./say.js";

export function sharing() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (button.dataset.label) button.querySelector("span").textContent = button.dataset.label;
    button.addEventListener("click", () => {
      const text = document.getElementById(button.dataset.copy);
      text.select();
      navigator.clipboard?.writeText(text.value).then(() => say(_("Copied")), () => {});
    });
  }
  const sheet = navigator.share && document.querySelector("[data-share]");
  if (!sheet) return;
  sheet.hidden = false;
  const { title, url } = sheet.dataset;
  sheet.addEventListener("click", () => navigator.share({ title, url }).catch(() => {}));
}
