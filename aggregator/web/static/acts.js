// Forms with `data-act` are sent without leaving the page: at once, and taken back if refused.
//
// The server answers {"ok": true, "message": "…", "undo": {"action": "…", …fields} | null}. `does`
// changes the page before the answer; what it returns takes the change back.

import { _, say } from "./say.js";

const does = {
  star(form, button) {
    const pressed = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!pressed));
    return () => button.setAttribute("aria-pressed", String(pressed));
  },
};

// Other modules name what their forms do.
export function act(name, change) {
  does[name] = change;
}

export async function post(url, fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" } });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok || !said.ok) throw new Error(said.message ?? said.error ?? `${answer.status}`);
  return said;
}

export async function send(form, button) {
  const back = does[form.dataset.act]?.(form, button);
  try {
    const said = await post(form.action, new FormData(form, button));
    const undo = said.undo && (() => takeBack(said.undo, back));
    if (said.message) say(said.message, undo);
    form.dispatchEvent(new CustomEvent("done", { bubbles: true, detail: said }));
  } catch (problem) {
    back?.();
    say(_("That was not done: %s", problem.message));
  }
}

async function takeBack({ action, ...fields }, back) {
  try {
    const said = await post(action, fields);
    back?.();
    say(said.message ?? _("Taken back"));
  } catch (problem) {
    say(_("That was not done: %s", problem.message));
  }
}

export function acts() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-act]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
}
