"""Finding feeds with a real client, real workers and a real server on loopback."""

import asyncio
import socket

import pytest

from aggregator.config import Config, Network, Settings
from aggregator.discover import discover
from aggregator.model import HostPolicy, Source
from aggregator.rules import Bridges, JsonRow, RecipeRow, Rules
from tests.loopback import Answer, feed

HTML = {"Content-Type": "text/html; charset=utf-8"}


def config(**changes):
    settings = changes.pop("settings", Settings())
    return Config(settings=settings, network=Network(allow=("127.0.0.0/8",)), **changes)


def paths(web):
    return [path for path, _ in web.requests]


def link(href, title=""):
    return f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'


def only(url, given=None, **options):
    (found,) = discover([url], config=given or config(), **{"environ": {}, **options})
    return found


def test_a_page_is_followed_to_its_feed(web):
    """A page costs one request and its feed another: title and newest entries are known."""
    page = web.serve("/blog", Answer(200, f"<title>Ann</title>{link('/f')}".encode(), HTML))
    web.serve("/f", feed(("1", "One"), ("2", "Two"), ("3", "Three"), ("4", "Four"), title="Notes"))
    found = only(page)

    assert found.resolution.feed_url == found.final_url == f"{web.url}/f"
    assert found.title == "Notes"
    assert [entry.title for entry in found.newest()] == ["One", "Two", "Three"]
    assert (found.error, paths(web)) == (None, ["/blog", "/f"])


def test_a_feed_is_asked_for_once(web):
    """An address that turns out to be a feed is not asked for again."""
    address = web.serve("/somewhere", feed(("1", "One")))
    found = only(address)

    assert (found.resolution.how, found.resolution.feed_url) == ("feed", address)
    assert [entry.title for entry in found.newest()] == ["One"]
    assert paths(web) == ["/somewhere"]


@pytest.mark.parametrize(
    ("path", "body", "headers", "wanted", "platform"),
    [
        ("/@ann", b"<div id='mastodon'>", {}, "/@ann.rss", "mastodon"),
        (
            "/t/a-b/5/2",
            b"<html>",
            {"X-Discourse-Route": "topics/show"},
            "/t/a-b/5.rss",
            "discourse",
        ),
        (
            "/c/news/videos",
            b"<html>",
            {"X-Powered-By": "PeerTube"},
            "/feeds/videos.xml?videoChannelName=news",
            "peertube",
        ),
        ("/topic/9/hello", b"<html>", {"X-Powered-By": "NodeBB"}, "/topic/9.rss", "nodebb"),
        ("/c/cats", b'<div class="lemmy-site">', {}, "/feeds/c/cats.xml", "lemmy"),
        ("/forum/viewforum.php?f=4", None, {}, "/forum/feed.php?f=4", "phpbb"),
    ],
)
def test_engines_are_recognised(web, path, body, headers, wanted, platform):  # noqa: PLR0917 — a row
    """Pages and headers in the shape of the engines' lead to feeds that are there."""
    if body is not None:
        web.serve(path, Answer(200, body, {**HTML, **headers}))
    web.serve(wanted, feed(("1", "One")))
    found = only(web.url + path)

    assert (found.resolution.platform, found.resolution.feed_url) == (platform, web.url + wanted)
    assert len(found.newest()) == 1
    assert paths(web) == ([path] if body is not None else []) + [wanted]


def test_a_wiki_is_followed_by_its_page(web):
    """A wiki's page names its scripts and itself; its history is a feed."""
    text = (
        f'<link rel="EditURI" type="application/rsd+xml" href="{web.url}/w/api.php?action=rsd"/>'
        '<script>RLCONF={"wgNamespaceNumber":0,"wgPageName":"Web_feed"}</script>'
    )
    page = web.serve("/wiki/Web_feed", Answer(200, text.encode(), HTML))
    history = "/w/index.php?title=Web_feed&action=history&feed=atom"
    web.serve(history, feed(("1", "An edit")))

    assert only(page).resolution.feed_url == web.url + history


def test_an_unknown_page_costs_four_requests(web):
    """A page without feeds is asked once, and three usual places after it."""
    page = web.serve("/none", Answer(200, b"<html>", HTML))
    found = only(page)

    assert (found.candidate, found.preview, found.resolution.how) == (None, None, "none")
    assert paths(web) == ["/none", "/feed/", "/atom.xml", "/rss.xml"]


def test_a_probe_that_is_redirected_is_no_feed(web):
    """A server that sends every unknown path to its news has no feed at the usual places."""
    page = web.serve("/none", Answer(200, b"<html>", HTML))
    web.serve("/news", feed(("1", "One")))
    for path in ("/feed/", "/atom.xml", "/rss.xml"):
        web.serve(path, Answer(302, b"", {"Location": "/news"}))

    assert only(page).resolution.feed_url is None


def test_a_page_may_name_what_is_no_feed(web):
    """The first of the named feeds that is one is meant; the others stay to choose from."""
    named = link("/gone", "Old") + link("/page", "Page") + link("/real", "Real")
    page = web.serve("/blog", Answer(200, named.encode(), HTML))
    web.serve("/page", Answer(200, b"<html>", HTML))
    web.serve("/real", feed(("1", "One")))
    found = only(page)

    assert found.candidate.feed_url == found.resolution.feed_url == f"{web.url}/real"
    assert [each.title for each in found.resolution.candidates] == ["Real", "Old", "Page"]


def test_when_none_is_a_feed_the_first_is_told(web):
    """Where none of the named feeds is one, the first one's error is told."""
    page = web.serve("/blog", Answer(200, (link("/a") + link("/b")).encode(), HTML))
    found = only(page)

    assert found.candidate.feed_url == f"{web.url}/a"
    assert (found.preview, found.error.http_status) == (None, 404)
    assert found.title is None


@pytest.mark.parametrize(("choose", "path"), [(1, "/a"), (2, "/b"), (3, None)])
def test_another_feed_may_be_chosen(web, choose, path):
    """The feed that was chosen is looked at, and no other; there may not be so many."""
    page = web.serve("/blog", Answer(200, (link("/a") + link("/b", "B")).encode(), HTML))
    web.serve("/b", feed(("1", "One")))
    found = only(page, choose=choose)

    assert (found.candidate.feed_url if found.candidate else None) == (path and web.url + path)
    assert paths(web) == ["/blog", path][: 2 if path else 1]


def test_many_are_found_in_their_order(web):
    """Addresses come back in their order, each is told of, and one domain is asked in turn."""
    under_way, most = [0], [0]

    def slowly(_headers):
        under_way[0] += 1
        most[0] = max(most[0], under_way[0])
        answer = feed(("1", "One"))
        under_way[0] -= 1
        return answer

    addresses = [web.serve(f"/{n}", slowly) for n in range(6)]
    told = []
    found = discover([*addresses, "nonsense"], config=config(), environ={}, on_found=told.append)

    assert [each.resolution.url for each in found] == [*addresses, "nonsense"]
    assert len(told) == 7
    assert most[0] == 1


def test_a_seldom_asked_host_is_asked_once(web):
    """Where a policy allows one request a run, the second says so and does not wait."""
    page = web.serve("/blog", Answer(200, link("/f").encode(), HTML))
    web.serve("/f", feed(("1", "One")))
    policy = HostPolicy(host="127.0.0.1", gap=60.0)
    found = only(page, config(hosts=(policy,)))

    assert (found.error.kind, found.preview) == ("rate_limited", None)
    assert found.resolution.feed_url == f"{web.url}/f"
    assert paths(web) == ["/blog"]


def test_a_bridge_is_asked_with_its_key(web):
    """A bridge's feed is looked at with its key, which is seen nowhere afterwards."""
    rules = Rules(
        bridges=Bridges(rssbridge=web.url, rssbridge_token="${BRIDGE_TOKEN}"),
    )
    asked = "/?action=display&bridge=FacebookBridge&context=User&u=NASA&format=Atom&token=s%26ecret"
    web.serve(asked, feed(("1", "One")))
    found = only(
        "https://www.facebook.com/NASA", config(rules=rules), environ={"BRIDGE_TOKEN": "s&ecret"}
    )

    assert found.resolution.how == "bridge"
    assert found.candidate.feed_url == "rssbridge:bridge=FacebookBridge&context=User&u=NASA"
    assert [entry.title for entry in found.newest()] == ["One"]
    assert "ecret" not in repr(found.resolution) + str(found.final_url)


def test_a_bridge_is_asked_what_it_knows(web):
    """RSS-Bridge is asked with its token about a page that names nothing."""
    page = web.serve("/page", Answer(200, b"<html>", HTML))
    rules = Rules(bridges=Bridges(rssbridge=f"{web.url}/b", rssbridge_token="${BRIDGE_TOKEN}"))
    said = b'[{"url":"./?action=display&bridge=Ann&u=1&format=Atom","bridgeMeta":{"name":"Ann"}}]'
    web.serve(
        f"/b/?action=findfeed&format=Atom&url={page}&token=s%26ecret",
        Answer(200, said, {"Content-Type": "application/json"}),
    )
    web.serve("/b/?action=display&bridge=Ann&u=1&format=Atom&token=s%26ecret", feed(("1", "One")))
    found = only(page, config(rules=rules), environ={"BRIDGE_TOKEN": "s&ecret"})

    assert found.resolution.feed_url == "rssbridge:bridge=Ann&u=1"
    assert len(found.newest()) == 1


def test_a_json_source_is_read_by_its_row(web):
    """A JSON source is read as its mapping says, with the key that it needs."""
    host = web.url.removeprefix("http://")
    row = JsonRow(
        endpoint=rf"{host}/api\?",
        list="things[]",
        pattern=rf"{host}/things",
        template=f"{web.url}/api?key=${{THINGS_KEY}}",
        title="name",
        url="link",
        date="none",
    )
    web.serve(
        "/api?key=abcdef",
        Answer(
            200,
            b'{"things":[{"id":1,"name":"One","link":"https://example.org/1"}]}',
            {"Content-Type": "application/json"},
        ),
    )
    given = config(rules=Rules(json=(row,)))
    found = only(f"{web.url}/things", given, environ={"THINGS_KEY": "abcdef"})
    without = only(f"{web.url}/things", given)

    assert (found.resolution.how, [entry.title for entry in found.newest()]) == ("json", ["One"])
    assert "abcdef" not in repr(found.resolution) + str(found.final_url)
    assert (without.error.kind, without.preview) == ("key", None)


def test_a_missing_variable_in_an_address_is_told(web):
    """A page whose address needs a variable that is not set is not asked for."""
    found = only(f"{web.url}/${{NOT_SET}}/page")

    assert "NOT_SET" in found.resolution.reason
    assert paths(web) == []


def test_an_empty_answer_is_no_feed(web):
    """A feed that is empty can't be shown, and says so."""
    found = only(web.serve("/f.rss", Answer(200, b"")))

    assert (found.resolution.how, found.error.kind) == ("feed", "http")


def test_a_server_that_never_answers_costs_so_much_at_most():
    """An address has a time limit of its own; what was known by then is told."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a"
        found = only(f"{address}/page", config(settings=Settings(timeout=1)))

    assert found.resolution.feed_url is None
    assert found.resolution.reason


def test_impatience(web, monkeypatch):
    """The limit of an address holds whatever its requests may take."""
    monkeypatch.setattr("aggregator.discover.PATIENCE", 0)
    page = only(web.url)
    known = only("https://vimeo.com/filmsupply")

    assert (page.error.kind, page.resolution.reason) == ("timeout", page.error.message)
    assert page.candidate is None
    assert known.error.kind == "timeout"
    assert isinstance(known.error.__cause__, (TimeoutError, asyncio.TimeoutError))


def test_users_recipes_are_followed(web):
    """A recipe of feeds.toml leads to its feed."""
    host = web.url.removeprefix("http://")
    row = RecipeRow(pattern=f"{host}/board/{{name}}", template=f"{web.url}/{{name}}.feed")
    web.serve("/ann.feed", feed(("1", "One")))
    given = config(rules=Rules(recipes=(row,)), feeds=(Source(url="https://example.org/"),))
    found = only(f"{web.url}/board/ann", given)

    assert (found.resolution.how, len(found.newest())) == ("recipe", 1)
    assert paths(web) == ["/ann.feed"]
