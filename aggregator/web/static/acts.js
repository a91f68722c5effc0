// Forms with `data-act` are sent without leaving the page: at once, and taken back if refused.
//
// The server answers {"ok": true, "message": "…", "undo": {"action": "…", …fields} | null}. `does`
// changes the page before the answer; what it returns takes the change back.

import { current, key } from "./keys.js";
import { _, say } from "./say.js";

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const does = { mark, sweep, shelve };

// Other modules name what their forms do.
export function act(name, change) {
  does[name] = change;
}

export async function post(url, fields) {
  const body = new URLSearchParams(fields);
  const keepalive = `${body}`.length < 6e4; // who goes on to another page at once loses nothing
  const answer = await fetch(url, { method: "POST", body, keepalive, headers: { Accept: "application/json" } });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok || !said.ok) throw new Error(said.message ?? said.error ?? `${answer.status}`);
  return said;
}

// Says what the server answered; `back` is called when that is undone.
export function tell(said, back) {
  count(said);
  if (said.message) say(said.message, said.undo && (() => takeBack(said.undo, back)));
}

export function failed(problem) {
  say(_("That was not done: %s", problem.message));
}

export async function send(form, button) {
  const fields = new FormData(form, button);
  const back = does[form.dataset.act]?.(form, button);
  try {
    const said = await post(form.getAttribute("action"), fields);
    tell(said, back);
    form.dispatchEvent(new CustomEvent("done", { bubbles: true, detail: said }));
    if (form.dataset.act === "undo") location.reload();
  } catch (problem) {
    back?.();
    failed(problem);
  }
}

// How many are unread by now, wherever a page says it.
function count({ counts = {} }) {
  for (const each of all("[data-count]")) each.textContent = counts[each.dataset.count] ?? each.textContent;
}

async function takeBack({ action, ...fields }, back) {
  try {
    const said = await post(action, fields);
    back?.();
    count(said);
    say(said.message || _("Taken back"));
    document.dispatchEvent(new CustomEvent("done", { detail: said }));
  } catch (problem) {
    failed(problem);
  }
}

// What a card shows of its marks: set, with a function that sets it as it was.
function show(card, marks) {
  const press = (name, value, on) => {
    const button = one(`.acts [value$=${name}]`, card);
    button?.setAttribute("aria-pressed", String(on));
    if (button) button.value = value;
  };
  const was = {
    starred: !!one(".acts [value=unstar]", card),
    unread: !!one(".acts [value=read]", card),
    hidden: card.hidden,
  };
  const now = { ...was, ...marks };
  press("star", now.starred ? "unstar" : "star", now.starred);
  press("read", now.unread ? "read" : "unread", !now.unread);
  card.classList.toggle("unread", now.unread && card.matches(".card"));
  one("h3 .hidden", card)?.toggleAttribute("hidden", !now.unread);
  card.hidden = now.hidden;
  return () => show(card, was);
}

const shown = (cards, marks) => {
  const backs = cards.map((card) => show(card, marks));
  return () => backs.forEach((back) => back());
};

const MARKS = {
  star: { starred: true },
  unstar: { starred: false },
  read: { unread: false },
  unread: { unread: true },
  hide: { hidden: true, unread: false },
};

function mark(form, button) {
  const verb = button?.value;
  one(":popover-open", form)?.hidePopover();
  if (form.id === "chosen") {
    const cards = all(".pick:checked").map((pick) => pick.closest(".card"));
    form.reset();
    return shown(cards, MARKS[verb] ?? {});
  }
  const card = form.closest(".card, .reading");
  if (verb === "above" || verb === "below") {
    const cards = all(".river .card[data-id]");
    const at = cards.indexOf(card);
    return shown(verb === "above" ? cards.slice(0, at) : cards.slice(at + 1), { unread: false });
  }
  if (!MARKS[verb] || (verb === "hide" && card.matches(".reading"))) return undefined;
  const back = shown([card], MARKS[verb]);
  if (verb === "hide") next(card)?.focus();
  return back;
}

function next(card) {
  const found = card.nextElementSibling?.closest(".card") ?? one(".river .card:not([hidden])");
  if (found) found.tabIndex = -1;
  return found;
}

function sweep(form, button) {
  const days = { day: 1, week: 7 }[button?.value] ?? 0;
  const until = days ? Date.now() - days * 864e5 : Infinity;
  const cards = all(".river .card.unread").filter((card) => Date.parse(one("time", card)?.dateTime) < until);
  form.closest("details")?.removeAttribute("open");
  return shown(cards, { unread: false });
}

function shelve(form) {
  const dialog = form.closest("dialog");
  dialog?.close();
  return () => dialog?.showModal();
}

// The part of a page that is a form.
export async function fill(place, address) {
  const fragment = new URL(address, location.href);
  fragment.searchParams.set("_fragment", "1");
  const answer = await fetch(fragment);
  if (!answer.ok) throw new Error(answer.status);
  place.innerHTML = await answer.text();
}

// A page that is a form, as a dialog; where it can't be had, the page itself.
export async function open(address, title, focus) {
  const url = new URL(address, location.href);
  url.searchParams.set("next", location.pathname + location.search);
  try {
    const dialog = Object.assign(document.createElement("dialog"), { id: "opened", className: "dialog" });
    const [place, close, heading] = ["div", "button", "h2"].map((each) => document.createElement(each));
    await fill(place, url);
    heading.textContent = title;
    Object.assign(close, { type: "button", className: "button close", textContent: _("Close") });
    dialog.setAttribute("aria-label", title);
    close.addEventListener("click", () => dialog.close());
    dialog.append(heading, place, close);
    one("#opened")?.remove();
    document.body.append(dialog);
    dialog.showModal();
    one(focus || "input:enabled:not([type=hidden])", dialog)?.focus();
  } catch {
    location.href = url;
  }
}

const shelf = (hash) => {
  const link = one("[data-shelve]", current() ?? document.createElement("i"));
  if (one(".pick:checked")) one("#chosen [data-shelve]").click();
  else if (link) open(link.href, _("Add to a list"), hash);
};

// From the box that was ticked last to this one.
let last;

function pick(box, range) {
  const boxes = all(".pick");
  const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
  if (range && from >= 0) boxes.slice(from, to).forEach((each) => { each.checked = box.checked; });
  last = box;
}

function counted() {
  const said = one("#chosen b");
  if (said) said.textContent = _("%s chosen", all(".pick:checked").length);
}

export function acts() {
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (!form.matches("form[data-act]")) return;
    event.preventDefault();
    if (submitter?.matches("[data-shelve]")) {
      open(`${submitter.formAction}?${new URLSearchParams(new FormData(form))}`, _("Add to a list"));
    } else send(form, submitter);
  });
  document.addEventListener("change", counted);
  document.addEventListener("click", (event) => {
    const { target } = event;
    if (target.matches(".pick")) pick(target, event.shiftKey);
    const link = target.closest("a[data-shelve], a[data-sharing]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    target.closest("[popover]")?.hidePopover();
    open(link.href, "sharing" in link.dataset ? _("Share") : _("Add to a list"), link.hash);
  });
  key("S", _("Share"), () => one("[data-sharing]", current() ?? document)?.click());
  if (!("owner" in document.body.dataset)) return;
  key("l", _("Add to a list"), () => shelf());
  key("t", _("Tag it"), () => shelf("#tags"));
  key("x", _("Choose it"), () => one(".pick", current() ?? document.createElement("i"))?.click());
  key("h", _("Hide it"), () => one(".acts [value=hide]", current() ?? document.createElement("i"))?.click());
  key("A", _("Mark all as read"), () => one("#sweep [value=all]")?.click());
  const reading = one(".reading[data-unread]");
  if (reading) post(one(".acts", reading).action, { do: "read", entry: reading.dataset.id }).then((said) => {
    count(said);
    show(reading, { unread: false });
  }, () => {});
}
