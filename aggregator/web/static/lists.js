// The page of a list: items are dragged or moved by keys, words are edited where they stand, and
// the exports show at once what came of it.

import { act, failed, post, tell } from "./acts.js";
import { _ } from "./say.js";

const base = document.body.dataset.base ?? "/";
const picks = document.querySelector(".picks");
const does = (name) => `${base}-/desk/lists/${name}`;
const rows = () => [...picks.children].filter((each) => each.matches("[data-item], h2.day"));

// All items in their order, each with the heading above it.
function order() {
  let section = "";
  const found = [];
  for (const row of rows()) {
    if (row.dataset.item) found.push([Number(row.dataset.item), section]);
    else section = row.textContent;
  }
  return found;
}

// Puts the rows where they were.
const remember = () => {
  const before = rows();
  return () => before.forEach((row) => picks.append(row));
};

let saving = Promise.resolve();

function save(back) {
  const now = JSON.stringify(order());
  saving = saving.then(async () => {
    try {
      const slug = picks.dataset.list;
      const said = await post(does("arrange"), { list: slug, order: now });
      tell(said, back);
      show();
    } catch (problem) {
      back();
      failed(problem);
    }
  });
}

// One row up or down; headings count, so that items change their section.
function step(card, by) {
  const all = rows();
  const other = all[all.indexOf(card) + by];
  if (!other) return;
  const back = remember();
  if (by < 0) other.before(card);
  else other.after(card);
  save(back);
}

function drag(event, grip) {
  const card = grip.closest("[data-item]");
  const back = remember();
  let moved = false;
  const move = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest(".picks > [data-item], .picks > h2.day");
    if (!over || over === card) return;
    const { top, height } = over.getBoundingClientRect();
    if (clientY < top + height / 2) over.before(card);
    else over.after(card);
    moved = true;
  };
  const end = ({ type }) => {
    card.classList.remove("dragged");
    document.removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"]) document.removeEventListener(name, end);
    if (type === "pointercancel") back();
    else if (moved) save(back);
  };
  event.preventDefault();
  grip.focus();
  card.classList.add("dragged");
  // The grip moves with its card, and what moves can't hold the pointer.
  document.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, end);
}

// The words on an item become a field; leaving it saves them, Escape does not.
function edit(card) {
  if (card.querySelector(".inplace")) return;
  const field = card.querySelector("form textarea[name=note]");
  const note = card.querySelector(".note");
  const area = Object.assign(document.createElement("textarea"), { className: "inplace", value: field.value, rows: 3, dir: "auto" });
  area.setAttribute("aria-label", _("Your words"));
  if (note) note.replaceWith(area);
  else card.querySelector("h3").after(area);
  area.focus();
  const close = (words) => {
    const line = Object.assign(document.createElement("p"), { className: "note", dir: "auto", textContent: words });
    if (words) area.replaceWith(line);
    else area.remove();
    card.querySelector("[data-words]").focus();
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") area.value = field.value;
    if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) area.blur();
  });
  area.addEventListener("blur", async () => {
    const [words, before] = [area.value.trim(), field.value];
    close(words);
    if (words === before) return;
    field.value = words;
    const back = () => {
      card.querySelector(".note")?.remove();
      field.value = before;
      if (before) card.querySelector("h3").after(Object.assign(document.createElement("p"), { className: "note", dir: "auto", textContent: before }));
    };
    try {
      const said = await post(does("change"), { item: card.dataset.item, note: words });
      tell(said, back);
      show();
    } catch (problem) {
      failed(problem);
      back();
      edit(card);
      card.querySelector(".inplace").value = words; // nothing that was written is lost
    }
  }, { once: true });
}

async function show() {
  const form = document.querySelector("details[open] form[data-preview]");
  if (!form) return;
  const place = form.querySelector("pre");
  const answer = await fetch(`${form.action}?_fragment=1&${new URLSearchParams(new FormData(form))}`).catch(() => null);
  place.hidden = false;
  place.textContent = answer?.ok ? await answer.text() : _("The preview can't be shown now.");
}

export function lists() {
  if (!picks?.dataset.list) return;
  act("take-off", (form) => {
    const card = form.closest("[data-item]");
    const [place, next] = [card.parentNode, card.nextSibling];
    card.remove();
    (next?.querySelector?.(".grip") ?? document.getElementById("main")).focus();
    return () => place.insertBefore(card, next);
  });
  for (const [name, by] of [["up", -1], ["down", 1]]) {
    picks.addEventListener("submit", (event) => {
      if (event.target.dataset.act !== name) return;
      event.preventDefault();
      event.stopPropagation();
      step(event.target.closest("[data-item]"), by);
      event.submitter?.focus();
    });
  }
  picks.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.target.matches(".grip")) return;
    event.preventDefault();
    step(event.target.closest("[data-item]"), by);
    event.target.focus();
  });
  picks.addEventListener("pointerdown", (event) => {
    const grip = event.button === 0 && event.target.closest(".grip");
    if (grip) drag(event, grip);
  });
  picks.addEventListener("click", (event) => {
    const card = event.target.closest("[data-item]");
    if (card && event.target.closest("[data-words], .note")) edit(card);
  });
  document.addEventListener("done", show);
  document.querySelector("form[data-preview]")?.addEventListener("change", show);
  document.querySelector("form[data-preview]")?.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  document.getElementById("preview")?.addEventListener("toggle", show);
}
