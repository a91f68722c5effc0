// The desk with scripts: each module adds to pages that work without it.

import { acts } from "./acts.js";
import { embeds } from "./embed.js";
import { keys } from "./keys.js";
import { lists } from "./lists.js";
import { river } from "./river.js";
import { sharing } from "./share.js";
import { swipes } from "./swipe.js";
import { times } from "./times.js";

const root = document.documentElement;
root.classList.add("js");

// A picture that can't be had leaves its place plain, without the browser's sign for it.
function plain(image) {
  if (image.closest(".thumb, .tile, .hero, .facade, .cover, .lead") && image.alt === "") image.remove();
}
document.addEventListener("error", (event) => event.target.matches?.("img") && plain(event.target), true);
for (const image of [...document.images]) if (image.complete && !image.naturalWidth) plain(image);

// A menu closes when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Light or dark changes at once; the cookie is for the next page.
document.querySelector("form[data-theme]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const theme = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  root.dataset.theme = theme;
  const form = new URLSearchParams({ theme });
  fetch(event.target.action, { method: "POST", body: form, redirect: "manual", keepalive: true });
});

document.querySelector(".chips [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

for (const start of [acts, embeds, keys, lists, river, sharing, swipes, times]) start();
