// Endless scrolling: the link to older entries is followed before it is reached.

export function river() {
  const list = document.getElementById("river");
  if (!list || !("IntersectionObserver" in window)) return;
  const seen = new Set([...document.querySelectorAll("[data-id]")].map((each) => each.dataset.id));
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) follow(entry.target);
  }, { rootMargin: "1400px" });

  async function follow(more) {
    watcher.unobserve(more);
    const address = new URL(more.querySelector("a").href);
    const days = list.querySelectorAll(".day");
    address.searchParams.set("_fragment", "1");
    if (days.length) address.searchParams.set("_day", days[days.length - 1].dataset.day);
    more.classList.add("busy");
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(answer.status);
      const part = document.createElement("template");
      part.innerHTML = await answer.text();
      for (const card of part.content.querySelectorAll("[data-id]")) {
        if (seen.has(card.dataset.id)) card.remove();
        seen.add(card.dataset.id);
      }
      more.replaceWith(part.content);
      watch();
      list.dispatchEvent(new CustomEvent("more", { bubbles: true }));
    } catch {
      more.classList.remove("busy"); // the link still works
    }
  }

  function watch() {
    const link = list.querySelector(":scope > .more > a[rel=next]");
    if (link) watcher.observe(link.parentElement);
  }

  watch();
}
