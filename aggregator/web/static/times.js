// Days and times where the reader is. The zone goes into a cookie, so the server knows it next
// time; on the first page of all, what it said in UTC is said anew here.

import { _ } from "./say.js";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const { lang } = document.documentElement;
const language = lang === "en" ? "en-GB" : lang;

const told = (moment, options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(moment);
const dayOf = (moment) => new Intl.DateTimeFormat("sv", { timeZone: zone }).format(moment);

function heading(moment) {
  const now = new Date();
  if (dayOf(moment) === dayOf(now)) return _("Today");
  if (dayOf(moment) === dayOf(now - 864e5)) return _("Yesterday");
  const near = Math.abs(now - moment) < 300 * 864e5;
  return told(moment, near ? { weekday: "long", day: "numeric", month: "long" } : { dateStyle: "long" });
}

function again(within) {
  for (const time of within.querySelectorAll("time[datetime]")) {
    const exact = told(new Date(time.dateTime), { dateStyle: "long", timeStyle: "short" });
    if ("exact" in time.dataset) time.textContent = exact;
    else time.title = exact;
  }
}

// Headings stand where the day changes for the reader.
function headings(river) {
  for (const old of river.querySelectorAll(".day[data-day]")) old.remove();
  let last = "";
  for (const card of river.querySelectorAll(".card")) {
    const time = card.querySelector("time");
    const said = time && heading(new Date(time.dateTime));
    if (said && said !== last) {
      const day = Object.assign(document.createElement("h2"), { className: "day", textContent: said });
      day.dataset.day = said;
      card.before(day);
    }
    last = said ?? last;
  }
}

export function times() {
  if (!zone || document.body.dataset.zone === zone) return;
  const { base } = document.body.dataset;
  document.cookie = `tz=${zone}; path=${base}; max-age=31536000; samesite=lax`;
  again(document);
  const river = document.querySelector("#river:not(.grid)");
  if (river?.querySelector(".day[data-day]")) headings(river);
}
