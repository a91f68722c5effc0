// Copies a text by a click, and offers the system's own share sheet where there is one.

import { fill } from "./acts.js";
import { _, say } from "./say.js";

// Another network's text, in the dialog.
function other(event) {
  const form = event.target.closest("dialog .share form[method=get]");
  if (!form) return;
  event.preventDefault();
  const place = form.closest(".share").parentNode;
  fill(place, `${form.action}?${new URLSearchParams(new FormData(form))}`)
    .then(() => place.querySelector("select").focus(), () => form.submit());
}

export function sharing() {
  if (!navigator.share) document.documentElement.classList.add("sheetless");
  for (const name of ["change", "submit"]) document.addEventListener(name, other);
  document.addEventListener("click", ({ target }) => {
    const text = document.getElementById(target.closest("[data-copy]")?.dataset.copy);
    text?.select();
    if (text) navigator.clipboard?.writeText(text.value).then(() => say(_("Copied")), () => {});
    const sheet = target.closest("[data-share]");
    if (sheet) navigator.share({ title: sheet.dataset.title, url: sheet.dataset.url }).catch(() => {});
  });
}
