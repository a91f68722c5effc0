// The keyboard, in the line of Google Reader. Rows are the map and its help at once; other modules
// add theirs with `key`.

import { _ } from "./say.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const one = (selector, within = document) => within.querySelector(selector);
const base = document.body.dataset.base ?? "/";

// The card that is under the keyboard; on an entry's page, the entry.
export function current() {
  return document.activeElement?.closest?.(".card[data-id], .card") ?? one(".reading[data-id]");
}

function step(by) {
  const cards = [...document.querySelectorAll(".river .card")];
  if (!cards.length) return one(`.beside a[rel=${by > 0 ? "next" : "prev"}]`)?.click();
  const at = cards.indexOf(document.activeElement?.closest?.(".card"));
  const card = cards[at < 0 ? firstInSight(cards) : Math.max(0, Math.min(cards.length - 1, at + by))];
  card.tabIndex = -1;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
}

function firstInSight(cards) {
  return Math.max(0, cards.findIndex((card) => card.getBoundingClientRect().bottom > 120));
}

const press = (selector) => () => one(selector, current() ?? document.createElement("i"))?.click();
const go = (path) => () => { location.href = base + path; };

const rows = [
  ["j", _("Next entry"), () => step(1)],
  ["k", _("Previous entry"), () => step(-1)],
  ["o", _("Open"), press("h3 a")],
  ["v", _("Open the original"), press("a.orig")],
  ["/", _("Search"), () => { one("#q").focus(); one("#q").select(); }],
  ["?", _("This help"), help],
  ["g h", _("Everything"), go("")],
  ["g t", _("Stories"), go("stories")],
  ["g l", _("Lists"), go("lists")],
  ["g v", _("Views"), go("v")],
];

if ("owner" in document.body.dataset) {
  rows.splice(4, 0, ["s", _("Star"), press(".acts [value$=star]")], ["m", _("Read or unread"), press(".acts [value$=read]")]);
  rows.push(["g u", _("Unread"), go("?unread=1")], ["g s", _("Starred"), go("?starred=1")]);
}

// Adds a key: its letters ("l", "g x", "Shift+A" as "A"), its words, what it does.
export function key(letters, words, does) {
  rows.push([letters, words, does]);
}

function help() {
  let dialog = one("#help");
  if (!dialog) {
    dialog = Object.assign(document.createElement("dialog"), { id: "help", className: "dialog" });
    dialog.setAttribute("aria-labelledby", "help-title");
    const title = Object.assign(document.createElement("h2"), { id: "help-title", textContent: _("Keyboard shortcuts") });
    const list = Object.assign(document.createElement("dl"), { className: "keys" });
    const close = Object.assign(document.createElement("button"), { type: "button", className: "button close", textContent: _("Close") });
    close.addEventListener("click", () => dialog.close());
    for (const [letters, words] of rows) {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      for (const letter of letters.split(" ")) term.append(Object.assign(document.createElement("kbd"), { textContent: letter }), " ");
      row.append(term, Object.assign(document.createElement("dd"), { textContent: words }));
      list.append(row);
    }
    dialog.append(title, list, close);
    document.body.append(dialog);
  }
  dialog.showModal();
}

export function keys() {
  let first = "";
  let last = 0;
  one("[data-help]")?.addEventListener("click", help);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (event.key === "Enter" && event.target.matches(".card")) return press("h3 a")();
    const letters = first && Date.now() - last < 1000 ? `${first} ${event.key}` : event.key;
    const row = rows.find((each) => each[0] === letters);
    first = !row && rows.some((each) => each[0].startsWith(`${event.key} `)) ? event.key : "";
    last = Date.now();
    if (row) {
      event.preventDefault();
      row[2]();
    }
  });
}
