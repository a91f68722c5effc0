// A player of another site is asked for when somebody presses play, not before.

export function embeds() {
  document.addEventListener("click", (event) => {
    const facade = event.target.closest("[data-embed]");
    if (!facade || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.src = facade.dataset.embed;
    frame.title = facade.getAttribute("aria-label");
    frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    if (facade.dataset.height) frame.height = facade.dataset.height;
    facade.replaceWith(frame);
    frame.focus();
  });
}
