// What scripts say to people: in the page's language, in a line that goes away by itself.

const words = JSON.parse(document.body.dataset.words ?? "{}");

// Every `_("…")` of our scripts is in the catalogues; %s is what is filled in.
export function _(text, ...values) {
  return values.reduce((said, value) => said.replace("%s", value), words[text] ?? text);
}

const leave = () => document.getElementById("toast")?.classList.remove("on");

// What the page said when it came stays a while.
let leaving = setTimeout(leave, 15000);

// Shows a message; with `undo`, a button that calls it once.
export function say(text, undo) {
  const toast = document.getElementById("toast");
  if (!toast) return;
  clearTimeout(leaving);
  toast.textContent = text;
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = _("Undo");
    button.addEventListener("click", () => { leave(); undo(); }, { once: true });
    toast.append(button);
  }
  toast.classList.add("on");
  leaving = setTimeout(leave, undo ? 8000 : 3000);
}
