"""The policy of the desk's pages, tried in a real browser: whatever gets into a page does not run."""

import pytest

from tests.browser.pages import DESKTOP

# Each is put into a page as if it had got past everything else. OTHER is a server of a stranger.
INJECT = """
async other => {
  const seen = window.seen = [];
  document.addEventListener("securitypolicyviolation", each => seen.push(each.effectiveDirective));
  const put = (name, attributes, text) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    if (text) made.textContent = text;
    document.body.append(made);
    return made;
  };
  window.ran = [];
  put("script", {}, "ran.push('inline script')");
  put("script", {src: other + "script.js"});
  put("script", {type: "module"}, "ran.push('module')");
  put("script", {src: "data:text/javascript,ran.push('data')"});
  put("img", {src: "x:", onerror: "ran.push('handler')"});
  put("img", {src: other + "pixel.png"});
  put("a", {href: "javascript:ran.push('link')"}, "x").click();
  put("iframe", {src: "javascript:parent.ran.push('frame')"});
  put("iframe", {srcdoc: "<script>parent.ran.push('srcdoc')</script>"});
  put("iframe", {src: other + "frame.html"});
  put("object", {data: other + "object.swf"});
  put("embed", {src: other + "embed.swf"});
  put("link", {rel: "stylesheet", href: other + "style.css"});
  put("style", {}, "body { opacity: 0.5 } @import url(" + other + "import.css)");
  put("div", {style: "background: url(" + other + "background.png)"});
  put("base", {href: other});
  const holder = put("div");
  holder.innerHTML = "<svg onload=\\"ran.push('svg')\\"></svg><b onclick=\\"ran.push('b')\\">x</b>" +
    "<details open ontoggle=\\"ran.push('toggle')\\"><summary>x</summary></details>";
  holder.querySelector("b").click();
  // What the developer tools run themselves may evaluate; what runs later may not.
  await new Promise(later => setTimeout(later));
  for (const run of [() => eval("ran.push('eval')"), () => Function("ran.push('new')")(),
    () => new Worker(other + "worker.js"), () => new WebSocket(other.replace("http", "ws"))]) {
    try { run(); } catch { /* as it should be */ }
  }
  setTimeout("ran.push('timeout')", 0);
  await fetch(other + "fetch").catch(() => null);
  navigator.sendBeacon(other + "beacon", "secrets");
  const form = put("form", {action: other + "form", method: "post"});
  form.submit();
}
"""
FOUND = """
other => ({
  ran: window.ran,
  opacity: getComputedStyle(document.body).opacity,
  base: document.baseURI.startsWith(other),
})
"""
CLOSED = [
    "base-uri",
    "connect-src",
    "form-action",
    "frame-src",
    "img-src",
    "object-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src-attr",
    "style-src-elem",
]


def forgiven(visit):
    """The browser tells of each refusal: those are what is wanted here."""
    for each in visit.visits:
        each.faults.clear()


@pytest.mark.parametrize(
    ("path", "owner"),
    [("/", False), ("/-/health", True), ("ENTRY", False)],
)
def test_what_gets_into_a_page_does_not_run(visit, web, path, owner):
    """No script, handler, style, frame, form or request of it: the policy refuses each kind."""
    page = visit("/" if path == "ENTRY" else path, owner=owner, width=DESKTOP)
    if path == "ENTRY":
        visit.visits[-1].go(f"/e/{page.locator('[data-id]').first.get_attribute('data-id')}")
    page.evaluate(INJECT, f"{web.url}/")
    page.wait_for_function("all => all.every(each => seen.includes(each))", arg=CLOSED)
    found = page.evaluate(FOUND, f"{web.url}/")
    forgiven(visit)

    assert found["ran"] == []
    assert found["opacity"] == "1"
    assert found["base"] is False
    assert web.requests == []


def test_a_picture_that_comes_through_the_desk_runs_nothing(visit, stage):
    """What a stranger drew is shown by itself with a policy that allows nothing at all."""
    page = visit("/", width=DESKTOP)
    picture = page.locator("img[src*='/-/picture/']").first.get_attribute("src")
    answer = page.request.get(f"{stage.url.rstrip('/')}{picture}")

    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_desk_is_framed_by_nobody_else(browser, stage, web):
    """Another site can't lay the desk under its own buttons."""
    from tests.loopback import Answer

    html = f'<iframe src="{stage.url}"></iframe>'.encode()
    web.serve("/trap", lambda _headers: Answer(200, html, {"Content-Type": "text/html"}))
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{web.url}/trap")
    page.wait_for_load_state("load")
    frames = [each for each in page.frames if each != page.main_frame]
    words = [each.locator("body").inner_text() if each.url == stage.url else "" for each in frames]
    context.close()

    assert len(frames) == 1
    assert not any("Everything" in each for each in words)
