"""What strangers write, on its way to every place where it is shown: never markup, never a command."""

import json
import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from aggregator.cli import cli
from aggregator.export import FORMATS
from tests.hostile.world import NOW, entries, ok, run
from tests.refine.refine_injections import INJECTIONS

ESCAPES = (
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[H",
    "\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;cm0gLXJmIH4K\x07",
    "\x9b31m",
    "\x90q\x9c",
    "\r\x1b[1Aoverwritten",
    "\u202emoc.live\u202c",
    "\x07\x08\x7f",
)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def jsonfeed(*items, **fields):
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items, **fields}
    ).encode()


def everywhere(words, **more):
    """An entry that says the same in each of its fields."""
    return {
        "id": words,
        "title": words,
        "content_html": words,
        "summary": words,
        "authors": [{"name": words}],
        "tags": [words],
        "language": words,
        "url": words,
        "external_url": words,
        "image": words,
        "attachments": [{"url": words, "mime_type": words, "title": words}],
        **more,
    }


class Markup(HTMLParser):
    """Collects the elements, attributes and addresses of what a browser would read."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def active(html):
    """What in a text could run, load or be styled."""
    return [
        (tag, name, value)
        for tag, attributes in Markup(html).found
        for name, value in [(None, None), *attributes.items()]
        if tag in {"script", "style", "svg", "math", "iframe", "form", "object", "embed", "base"}
        or tag in {"meta", "link", "input", "button", "template", "noscript"}
        or (name or "").startswith("on")
        or name in {"id", "class", "style", "name", "srcdoc", "target", "ping", "formaction"}
        or (name in {"href", "src", "poster", "action"} and not _is_web(value))
    ]


def _is_web(address):
    return re.match(r"(?i)(https?://|mailto:)", address or "") is not None


def test_no_field_of_an_entry_holds_what_could_run(db, world):
    """Every injection, in every field of an entry and of its feed, comes out as words or not at all."""
    items = [
        everywhere(words, id=str(n), url=f"https://e.example/{n}")
        for n, words in enumerate(INJECTIONS)
    ]
    run(db, world.serve("/feed", ok(jsonfeed(*items), kind="application/json")))
    stored = entries(db, limit=500)

    assert len(stored) == len(INJECTIONS)
    for entry in stored:
        assert active(entry.html or "") == []
        assert "<script" not in (entry.html or "").lower()
        for address in (entry.url, entry.image, entry.comments_url):
            assert address is None or _is_web(address)
        for enclosure in entry.enclosures:
            assert _is_web(enclosure.url)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "file:///etc/passwd",
        "blob:https://e.example/1",
        "feed:javascript:alert(1)",
        "view-source:https://e.example/",
        "about:blank",
        "//",
        "http://",
        "https://[::1",
    ],
)
def test_an_address_is_of_the_web_or_nothing(db, world, address):
    """Links, GUIDs that are links, pictures, comments, enclosures and the feed's page alike."""
    item = everywhere("x", id=address, url=address, image=address, attachments=[{"url": address}])
    document = jsonfeed(item, home_page_url=address, icon=address)
    run(db, world.serve("/feed", ok(document, kind="application/json")))

    for entry in entries(db):
        assert entry.url is None or _is_web(entry.url)
        assert entry.image is None or _is_web(entry.image)
        assert all(_is_web(each.url) for each in entry.enclosures)
        assert active(entry.html or "") == []


def commands(db, tmp_path, document, world):
    """Fetch a document; yield what each command that tells of entries prints."""
    (tmp_path / "feeds.toml").write_text(
        f'[network]\nallow = ["127.0.0.1"]\n[[feeds]]\nurl = "{world.serve("/feed", document)}"\n'
    )
    where = ["--config", str(tmp_path / "feeds.toml"), "--db", str(db)]
    first = str(entries(db)[0].id)
    for asked in (
        ["-v", "fetch", "--force"],
        ["ls"],
        ["ls", "--json"],
        ["show", first],
        ["search", "needle"],
        ["feeds"],
        ["status"],
        ["stories"],
        ["digest"],
        ["find", world.url + "/feed"],
    ):
        yield asked, CliRunner().invoke(cli, [*where, *asked]).output


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_escape_sequence_reaches_a_terminal(db, world, tmp_path, escape):
    """Titles, authors, tags, texts and names of feeds are printed without what a terminal obeys."""
    words = f"needle {escape} end"
    item = everywhere(words, url="https://e.example/a", date_published="2026-11-22T10:00:00Z")
    document = ok(jsonfeed(item, title=words, description=words), kind="application/json")
    run(db, world.serve("/feed", document))

    told = {" ".join(asked): output for asked, output in commands(db, tmp_path, document, world)}

    assert [asked for asked, output in told.items() if _CONTROLS.search(output)] == []
    assert [asked for asked, output in told.items() if not output] == []
    assert sum("needle" in output for output in told.values()) >= 5


def test_an_error_of_a_server_reaches_no_terminal_raw(db, world, tmp_path):
    """What a server puts into its status line, headers and redirects is not printed as it is."""
    said = b"HTTP/1.1 302 \x1b[31mFound\r\nLocation: http://\x1b]0;x\x07.example/\r\n\r\n"
    run(db, world.serve("/good", ok(jsonfeed(everywhere("x")), kind="application/json")))

    for asked, output in commands(db, tmp_path, said, world):
        assert _CONTROLS.search(output) is None, (asked, output)


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_no_export_carries_a_command(db, world, tmp_path, name):
    """Each format is free of control characters, and those that are markup of what could run."""
    words = "needle \x1b[2J\x9b31m <img src=x onerror=alert(1)> =cmd|'/c calc'!A1 {{7*7}} ${7*7}"
    item = everywhere(words, url="https://e.example/a", date_published="2026-11-22T10:00:00Z")
    run(db, world.serve("/feed", ok(jsonfeed(item, title=words), kind="application/json")))
    (tmp_path / "feeds.toml").write_text("")
    where = ["--config", str(tmp_path / "feeds.toml"), "--db", str(db)]
    made = CliRunner().invoke(cli, [*where, "export", "--format", name])

    assert made.exit_code == 0, made.output
    assert _CONTROLS.sub("", made.stdout.replace("\r\n", "\n")) == made.stdout.replace("\r\n", "\n")
    if name in {"html", "fragment", "newsletter"}:
        assert not [
            each
            for each in Markup(made.stdout).found
            if any(key.startswith("on") for key in each[1])
        ]


def test_links_and_hosts_are_shown_as_what_they_are(db, world):
    """A text that pretends another host is told apart; a homograph is written in Punycode."""
    html = '<p><a href="https://evil.example/">paypal.com</a></p>'
    item = everywhere(html, url="https://\u0430pple.com/x")
    run(db, world.serve("/feed", ok(jsonfeed(item), kind="application/json")))
    entry = entries(db)[0]

    assert "paypal.com [evil.example]" in entry.html
    assert entry.url == "https://xn--pple-43d.com/x"


def test_a_name_of_a_feed_is_words(db, world):
    """Titles and authors are text, whatever their declared type, and links in them are none."""
    for number, kind in enumerate(("html", "xhtml", "text")):
        body = f"""<feed xmlns='http://www.w3.org/2005/Atom'><title type='{kind}'>&lt;b&gt;x&lt;/b&gt;
        </title><entry><id>{number}</id><title type='{kind}'>&lt;img src=x onerror=alert(1)&gt;T</title>
        <author><name>&lt;script&gt;alert(1)&lt;/script&gt;</name></author></entry></feed>"""
        run(db, world.serve(f"/{number}", ok(body.encode())))

    for entry in entries(db):
        assert entry.title.endswith("T")
        assert "<script" not in (entry.author or "")


def test_nothing_that_a_feed_says_is_later_than_now(db, world):
    """Dates beyond reason are the time of the look."""
    item = everywhere(
        "x", date_published="9999-12-31T23:59:59Z", date_modified="0001-01-01T00:00:00Z"
    )
    run(db, world.serve("/feed", ok(jsonfeed(item), kind="application/json")))

    assert entries(db)[0].published_at == NOW
