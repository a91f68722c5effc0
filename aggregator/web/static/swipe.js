// On a phone: swiping an entry's page leads to the next one, swiping a card stars it.

const FAR = 72;

export function swipes() {
  let start = null;
  addEventListener("touchstart", (event) => {
    const { target, touches: [touch] } = event;
    const scrolls = target.closest("pre, table, iframe, audio, video, input, textarea, .chips, .gallery, .rail");
    start = event.touches.length > 1 || scrolls ? null : { target, x: touch.clientX, y: touch.clientY };
  }, { passive: true });
  addEventListener("touchend", (event) => {
    if (!start) return;
    const [touch] = event.changedTouches;
    const { target, x, y } = start;
    start = null;
    const right = (touch.clientX - x) * (document.dir === "rtl" ? -1 : 1);
    if (Math.abs(right) < FAR || Math.abs(touch.clientY - y) > Math.abs(right) / 2) return;
    const card = target.closest(".card[data-id]");
    if (card) card.querySelector(right > 0 ? ".acts [value$=star]" : ".acts [value$=read]")?.click();
    else if (target.closest(".reading")) document.querySelector(`.beside a[rel=${right > 0 ? "prev" : "next"}]`)?.click();
  }, { passive: true });
}
