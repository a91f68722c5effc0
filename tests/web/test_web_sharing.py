"""Sharing from the desk: what can be copied, what others see of it, and the ledger."""

import asyncio
import json
import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from aggregator.config import Config, Desk, Settings
from aggregator.count import NETWORKS
from aggregator.store import ledger, lists, open_store
from tests.desk import NOW, ask, ask_all, entry, fill, opened, source

OWNER = {"id": "root"}
HOME = Config(settings=Settings(base_url="https://read.example.org/desk", title="My desk"))


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "aggregator.db"
    fill(
        path,
        {
            source(): [
                entry(
                    1,
                    title="Tides [and] <b>",
                    url="https://example.org/1?utm_source=feed",
                    image="https://example.org/1.png",
                ),
                entry(2),
            ]
        },
    )
    store = open_store(path, now=NOW)
    for slug, visibility in (("open", "public"), ("half", "unlisted"), ("mine", "private")):
        lists.create(
            store.conn, slug, title=f"The {slug} one", description="About it.",
            visibility=visibility, now=NOW,
        )  # fmt: skip
        lists.add(store.conn, slug, store.entry(number(1)), now=NOW)
    lists.edit(store.conn, "half", token="t0k3n", now=NOW)
    store.conn.close()
    return path


def number(minutes):
    return (NOW - minutes * 60) << 20


def post(db, action, fields, *, actor=OWNER, headers=None):
    with opened(db) as datasette:
        client = datasette.client
        address = f"/-/desk/shared/{action}"
        return asyncio.run(client.post(address, data=fields, actor=actor, headers=headers or {}))


def exports(db):
    store = open_store(db, now=NOW)
    found = ledger.exports(store.conn)
    store.conn.close()
    return found


def boxes(text):
    """The texts that can be copied, by name."""
    found = re.findall(
        r'<textarea readonly id="share-(\w+)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL
    )
    return {name: unescape(each) for name, each in found}


def test_an_entry_is_shared_by_its_original(db):
    """Link, Markdown, post, mail and code lead to the source's own page, without its trackers."""
    page = ask(db, f"/share/e/{number(1)}").text
    found = boxes(page)

    assert found["link"] == "https://example.org/1"
    assert found["markdown"].startswith("[Tides \\[and\\]")
    assert found["markdown"].endswith("](<https://example.org/1>) (A blog)")
    assert "https://example.org/1" in found["mastodon"]
    assert 'href="mailto:?subject=Tides' in page
    assert "<svg" in page.partition("<figure")[2]
    assert "<form" not in page.partition("river picks")[2].replace('<form method="get">', "")


@pytest.mark.parametrize("network", [each.slug for each in NETWORKS])
def test_a_post_comes_with_its_exact_count(db, network):
    """Each network's text says how long it is of how much, as compose counts."""
    page = ask(db, f"/share/e/{number(1)}?for={network}").text

    assert re.search(r"\d+ of [\d,]+ characters|\d+ characters", page)
    assert f'id="share-{network}"' in page


@pytest.mark.parametrize("page", ["/", "/c/blogs", "/lists/open", "/lists/half/t0k3n"])
def test_pages_are_shared_by_their_own_address(db, page):
    """On the origin of feeds.toml, whatever address was asked."""
    found = boxes(ask(db, f"/share{page}", HOME).text)

    assert found["link"] == f"https://read.example.org/desk{page}"


def test_what_may_not_be_seen_can_not_be_shared(db):
    """Sharing tells nobody that a private list, or an unlisted one without its token, is there."""
    asked = ["/share/lists/mine", "/share/lists/half", "/share/lists/half/wrong", "/share/e/1"]
    asked += ["/share/v/none", "/share/s/1", "/share/e/1?for=none"]
    owner = ask(db, "/share/lists/mine", actor=OWNER)

    assert {404} == {each.status_code for each in ask_all(db, asked)}
    assert "Only you can open this page" in owner.text


def test_a_code_is_a_picture_without_style(db):
    """It is well-formed SVG that the strict policy lets through."""
    page = ask(db, f"/share/e/{number(1)}")
    (code,) = re.findall(r"<figure.*?(<svg.*?</svg>)", page.text, re.DOTALL)

    assert "style" not in code
    assert ET.fromstring(code).tag.endswith("svg")
    assert "unsafe" not in page.headers["content-security-policy"]


def test_what_the_owner_copies_is_written_down(db):
    """The ledger knows the entry and where it went; undoing takes it back."""
    fields = {"page": f"/e/{number(1)}", "for": "mastodon"}
    told = post(db, "copied", fields, headers={"Accept": "application/json"}).json()
    (export,) = exports(db)
    taken = post(db, "undo", {"export": told["undo"]["export"]})

    assert told["ok"]
    assert (export.subject, export.target, export.entries) == (f"entry:{number(1)}", "mastodon", 1)
    assert told["undo"] == {"action": "/-/desk/shared/undo", "export": str(export.id)}
    assert taken.status_code == 303
    assert exports(db)[0].undone_at is not None


def test_a_copied_link_is_no_post(db):
    """A link goes to the clipboard; without scripts the browser is led back."""
    answer = post(db, "copied", {"page": "/lists/open", "for": "link"})
    (export,) = exports(db)

    assert answer.headers["location"] == "/share/lists/open"
    assert (export.subject, export.target, export.entries) == ("list:open", "clipboard", 0)


def test_nobody_else_writes_into_the_ledger(db):
    """Strangers, other sites and nonsense are refused."""
    fields = {"page": "/lists/open", "for": "link"}

    assert post(db, "copied", fields, actor=None).status_code == 403
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert post(db, "copied", fields, headers=foreign).status_code == 403
    assert post(db, "copied", {"page": "/nowhere", "for": "link"}).status_code == 400
    assert post(db, "copied", {"page": "/", "for": "nowhere"}).status_code == 400
    assert exports(db) == []


def tags(text):
    return dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)"', text))


def test_pages_say_how_they_look_elsewhere(db):
    """Open Graph: title, words, picture and whole address, escaped."""
    page = tags(ask(db, f"/e/{number(1)}", HOME).text)
    shared = tags(ask(db, "/lists/open", HOME).text)

    assert page["title"] == "Tides [and] &lt;b&gt;"
    assert page["image"] == shared["image"] == "https://example.org/1.png"
    assert page["url"] == f"https://read.example.org/desk/e/{number(1)}"
    assert (shared["title"], shared["description"]) == ("The open one", "About it.")


def test_a_private_list_says_nothing(db):
    """Only what others can open has Open Graph, and a canonical address if it may be found."""
    owner, half = (
        ask(db, "/lists/mine", actor=OWNER).text,
        ask(db, "/lists/half/t0k3n").text,
    )

    assert tags(owner) == {}
    assert tags(half)["title"] == "The half one"
    assert 'rel="canonical"' not in half


def test_an_entry_names_its_original_as_canonical(db):
    """Search engines are sent to the source; the desk's own pages name themselves."""
    page, category = ask_all(db, [f"/e/{number(1)}", "/c/blogs"])

    assert page.text.count('rel="canonical"') == 1
    assert '<link rel="canonical" href="https://example.org/1' in page.text
    assert '<link rel="canonical" href="/c/blogs"' in category.text


def test_others_are_told_how_to_embed(db):
    """oEmbed: an entry is a link with credit, a list a quotation of its first items."""
    base = "https://read.example.org/desk"
    page = ask(db, "/lists/open", HOME).text
    (found,) = re.findall(r'type="application/json\+oembed"[^>]* href="([^"]+)"', page)
    asked = [
        found.removeprefix("/desk"),
        f"/-/oembed?url={base}/e/{number(1)}",
        f"/-/oembed?url={base}/lists/open&maxwidth=300",
    ]
    listed, link, narrow = (each.json() for each in ask_all(db, asked, HOME))

    assert (listed["version"], listed["type"], listed["title"]) == ("1.0", "rich", "The open one")
    assert f'<blockquote cite="{base}/lists/open">' in listed["html"]
    assert "Tides [and] &lt;b&gt;" in listed["html"]
    assert (link["type"], link["author_name"], link["provider_name"]) == (
        "link",
        "A blog",
        "My desk",
    )
    assert narrow["width"] == 300


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=https://elsewhere.example/e/1", 404),
        ("url=https://read.example.org/desk/lists/mine", 404),
        ("url=https://read.example.org/desk/lists/half", 404),
        ("url=https://[", 404),
        ("", 404),
        ("url=https://read.example.org/desk/&format=xml", 501),
    ],
)
def test_nothing_else_can_be_embedded(db, query, status):
    """Neither what others have, nor what may not be seen, nor in other formats."""
    assert ask(db, f"/-/oembed?{query}", HOME).status_code == status


def test_where_lists_alone_are_public_others_are_not_embedded(db):
    """The gate lets oEmbed through, which tells of lists alone."""
    config = Config(settings=HOME.settings, desk=Desk(public="lists"))
    base = "/-/oembed?url=https://read.example.org/desk"
    answers = ask_all(db, [f"{base}/lists/open", f"{base}/e/{number(1)}", f"{base}/"], config)

    assert [each.status_code for each in answers] == [200, 404, 404]


def test_sources_and_tags_have_feeds(db):
    """What narrows a page down narrows down its feed, and the page names it."""
    page = ask(db, "/?feed=1").text
    (address,) = re.findall(r'type="application/feed\+json"[^>]* href="([^"]+)"', page)
    found, other, tagged = (
        json.loads(each.text)
        for each in ask_all(db, [address, "/-/feed/all.json?feed=99", "/-/feed/all.json?tag=none"])
    )

    assert address == "/-/feed/all.json?feed=1"
    assert len(found["items"]) == 2
    assert found["title"].endswith("A blog")
    assert other["items"] == tagged["items"] == []
    assert "application/feed+json" not in ask(db, "/?starred=1", actor=OWNER).text


def test_a_player_is_told_the_host_alone(tmp_path):
    """Where a click plays a stranger's film the host is named, elsewhere nothing."""
    path = tmp_path / "aggregator.db"
    film = entry(1, url="https://www.youtube.com/watch?v=abcdefghijk")
    fill(path, {source(category="video"): [film, entry(2)]})
    first, again, other = ask_all(path, [f"/e/{number(1)}", f"/e/{number(1)}", f"/e/{number(2)}"])

    assert first.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert again.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert other.headers["referrer-policy"] == "same-origin"


PREFIXED = re.compile(r'\s(?:href|src|action|data-base|poster|formaction)="(/[^"]*)"')


def test_all_of_the_desk_is_below_its_prefix(db):
    """Behind a proxy, no page of ours leads out of its path, signed in or not."""
    pages = ["/", "/c/blogs", f"/e/{number(1)}", "/lists", "/lists/open", "/lists/half/t0k3n"]
    pages += ["/stories", "/v", f"/share/e/{number(1)}", "/?q=number", "/nothing"]
    owners = [*pages, "/lists/mine", "/-/desk/posts/open", "/?unread=1"]
    told = [
        (str(answer.url), address)
        for actor, asked in ((None, pages), (OWNER, owners))
        for answer in ask_all(db, asked, HOME, actor=actor)
        for address in PREFIXED.findall(answer.text)
        if not address.startswith("/desk/")
    ]

    assert told == []


def test_scripts_of_other_sites_may_read_feeds(db):
    """CORS: any site's script may ask, with validators, and sees the ETag."""
    with opened(db) as datasette:

        async def run():
            asked = {"Origin": "https://else.example", "Access-Control-Request-Method": "GET"}
            client = datasette.client
            return [
                await client.options("/-/feed/all.atom", headers=asked),
                await client.get("/-/feed/list/open.json", headers=asked),
                await client.get("/", headers=asked),
            ]

        asked, feed, page = asyncio.run(run())

    assert asked.status_code == 204
    assert "If-None-Match" in asked.headers["access-control-allow-headers"]
    assert feed.headers["access-control-allow-origin"] == "*"
    assert "ETag" in feed.headers["access-control-expose-headers"]
    assert "access-control-allow-origin" not in page.headers


def test_cards_lead_to_what_can_be_copied(db):
    """Each has the way there; for a script it is the part that is a dialog, without the page."""
    river = ask(db, "/").text
    part = ask(db, f"/share/e/{number(1)}?_fragment=1&for=bluesky").text

    assert f'href="/share/e/{number(1)}" rel="nofollow" data-sharing' in river
    assert set(boxes(part)) == {"link", "markdown", "bluesky"}
    assert "<html" not in part
