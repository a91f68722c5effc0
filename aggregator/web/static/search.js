"use strict";

// The search of a desk that is kept as plain files. The index lies beside it, cut into small files
// of which only those are read that a search needs: `about`, `w<n>` (word: entries) and `e<n>`
// (entries). They are scripts that hand over JSON, since pages opened from a disk may load scripts
// but no data. Words are cut as in aggregator/site/search.py; a test compares the two.

(() => {
  const PAGE = 40;
  const LONGEST = 40;
  const CJK = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
  const RUNS = new RegExp(`[${CJK}]+|(?:(?![${CJK}])[\\p{L}\\p{N}])+`, "gu");
  const IS_CJK = new RegExp(`^[${CJK}]`, "u");

  function words(text) {
    const folded = text.normalize("NFKD").toLowerCase().normalize("NFKD")
      .replace(/\p{M}/gu, "").replaceAll("ς", "σ");
    return (folded.match(RUNS) ?? []).flatMap((run) => {
      const letters = [...run];
      if (!IS_CJK.test(run)) return [letters.slice(0, LONGEST).join("")];
      return letters.map((_, place) => letters.slice(place, place + 2).join(""));
    });
  }

  function shard(word, shards) {
    const letters = [...word].slice(0, IS_CJK.test(word) ? 1 : 2);
    return letters.reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 65521, 7) % shards;
  }

  // What is asked: words that must be there, words that must not.
  function terms(query) {
    const asked = { all: [], none: [] };
    for (const part of query.split(/\s+/u)) {
      (part.startsWith("-") ? asked.none : asked.all).push(...words(part));
    }
    // Of "日本語" the last letter alone would ask for all words that begin with it.
    const pairs = (word, place, list) => !(place && IS_CJK.test(word) && [...word].length === 1
      && list[place - 1].endsWith(word));
    return { all: asked.all.filter(pairs), none: asked.none.filter(pairs) };
  }

  // The entries of every word that begins so; a single letter only stands for itself.
  function entriesOf(word, index) {
    const found = new Set();
    const whole = [...word].length === 1 && !IS_CJK.test(word);
    for (const [other, steps] of Object.entries(index)) {
      if (whole ? other !== word : !other.startsWith(word)) continue;
      let number = 0;
      for (const step of steps) found.add(number += step);
    }
    return found;
  }

  async function find(query, category, load) {
    const about = await load("about");
    const { all, none } = terms(query);
    const look = async (word) => {
      return entriesOf(word, await load(`w${shard(word, about.shards)}`, about.version));
    };
    if (!all.length) return [];
    const [first, ...rest] = await Promise.all(all.map(look));
    const without = await Promise.all(none.map(look));
    const kind = about.categories.indexOf(category);
    return [...first].filter((each) => rest.every((others) => others.has(each))
      && !without.some((others) => others.has(each))
      && (kind < 0 || parseInt(about.kinds[each], 36) === kind)).sort((a, b) => a - b);
  }

  if (typeof document === "undefined") {
    module.exports = { words, shard, terms, find };
    return;
  }

  const root = new URL("../search/", document.currentScript.src);
  const loading = new Map();
  const waiting = new Map();
  window.aggregatorSearch = (name, data) => waiting.get(name)?.(data);

  function load(name, version = "") {
    if (!loading.has(name)) {
      loading.set(name, new Promise((done, failed) => {
        waiting.set(name, done);
        const script = document.createElement("script");
        script.src = new URL(`${name}.js${version && `?${version}`}`, root);
        script.onerror = () => failed(new Error(`${name} can't be read`));
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  const by = (id) => document.getElementById(id);

  function fill(node, text, href) {
    if (text || href) {
      node.textContent = text;
      if (href) node.href = href;
    } else {
      node.remove();
    }
  }

  function card(entry) {
    const node = by("card").content.cloneNode(true);
    const part = (name) => node.querySelector(name);
    const article = part("article");
    article.classList.add(`cat-${entry.category}`);
    if (["microblogs", "messaging"].includes(entry.category)) article.classList.add("short");
    if (entry.language) article.lang = entry.language;
    const badge = part(".badge");
    const rail = document.querySelector(`.rail .cat-${entry.category}`);
    badge.href = rail.getAttribute("href");
    badge.title = rail.querySelector("span").textContent;
    badge.setAttribute("aria-label", badge.title);
    part("use").setAttribute("href", rail.querySelector("use").getAttribute("href"));
    fill(part(".source"), entry.source, entry.river);
    fill(part(".author"), entry.author);
    part("time").dateTime = entry.date;
    part("time").textContent = entry.day;
    fill(part("h3 a"), entry.title, entry.href);
    fill(part(".summary"), entry.summary);
    if (entry.image) {
      part(".thumb").href = entry.href;
      part(".thumb img").src = entry.image;
    } else {
      part(".thumb").remove();
    }
    return node;
  }

  async function show(numbers, from) {
    const about = await load("about");
    for (const number of numbers.slice(from, from + PAGE)) {
      const block = await load(`e${Math.floor(number / about.block)}`, about.version);
      by("found").append(card(block[number % about.block]));
    }
    by("more").hidden = from + PAGE >= numbers.length;
    by("more").firstElementChild.onclick = () => show(numbers, from + PAGE);
  }

  async function run() {
    const asked = new URLSearchParams(location.search);
    const query = (asked.get("q") ?? "").trim().slice(0, 200);
    const category = asked.get("in") ?? "";
    by("q").value = query;
    if (!query) return by("q").focus();
    const rail = [...document.querySelectorAll(".rail a")]
      .find((each) => category && each.classList.contains(`cat-${category}`));
    if (rail) {
      document.querySelector(".rail [aria-current]")?.removeAttribute("aria-current");
      rail.setAttribute("aria-current", "page");
    }
    const where = rail ? rail.querySelector("span").textContent : "everything";
    by("asked").textContent = `“${query}”`;
    document.title = `“${query}” · ${document.title}`;
    by("said").textContent = "Looking …";
    const numbers = await find(query, rail ? category : "", load);
    const count = numbers.length.toLocaleString("en");
    by("said").textContent = numbers.length
      ? `${count} ${numbers.length === 1 ? "match" : "matches"} in ${where}, the newest first`
      : `Nothing matches in ${where}. Try fewer or shorter words.`;
    return show(numbers, 0);
  }

  run().catch((problem) => { by("said").textContent = `The search failed: ${problem.message}.`; });
})();
