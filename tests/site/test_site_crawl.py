"""Which pages of the desk are reached, and in which order."""

import asyncio

import pytest

from aggregator.errors import AggregatorError
from aggregator.site.crawl import Answer, Crawl, is_visible
from aggregator.site.kinds import LICENCES


def page(*links, older=None):
    anchors = "".join(f'<a href="{each}">x</a>' for each in links)
    return f'{anchors}<link rel="next" href="{older}">' if older else anchors


def crawl(desk, *, entries=10, depth=10, publishable=lambda ids: sorted(ids, reverse=True)):
    """What is reached of a desk that has these pages, and the addresses that were asked."""
    asked = []

    async def get(address):
        asked.append(address)
        body = desk.get(address)
        status = (
            404 if body is None or address == "/404" else 200 if isinstance(body, str) else body
        )
        if str(body).startswith("to "):
            return Answer(status=302, body=b"", is_page=True, location=body.removeprefix("to "))
        return Answer(status=status, body=str(body).encode(), is_page=not address.startswith("/-/"))

    walk = Crawl(get, prefix="", depth=depth, publishable=publishable)
    return asyncio.run(walk.run(entries=entries)), asked


def files(reached):
    return {each.place.file for each in reached.pages.values()} - {"404.html"}


def test_links_are_followed_once():
    """Every page is asked once, however many lead to it; unknown addresses are not asked."""
    desk = {
        "/": page("/c/video", "/c/video#x", "/aggregator", "/-/x"),
        "/c/video": page("/", "/v/a"),
    }
    reached, asked = crawl(desk)

    assert asked == ["/", "/search", "/404", *LICENCES, "/c/video", "/v/a"]
    assert files(reached) == {"index.html", "c/video.html"}


def test_older_pages_are_those_of_their_river():
    """What a page names as next is its river's next page, as far as rivers are kept."""
    desk = {
        "/": page(older="/?before=9"),
        "/?before=9": page(older="/?before=5"),
        "/?before=5": page("/?before=7", older="/?before=1"),
        "/?before=1": page(),
    }
    reached, asked = crawl(desk, depth=3)

    assert reached.file("/?before=5") == "older/3.html"
    assert "/?before=1" not in asked
    assert "/?before=7" not in asked


def test_sources_are_kept_less_far():
    """Of a source there are two pages, so that a thousand sources are no site of their own."""
    desk = {
        "/": page("/?feed=1"),
        "/?feed=1": page(older="/?feed=1&before=9"),
        "/?feed=1&before=9": page(older="/?feed=1&before=5"),
        "/?feed=1&before=5": page(),
    }
    reached, _ = crawl(desk)

    assert files(reached) == {"index.html", "source/1.html", "source/1/2.html"}


def test_the_newest_entries_have_pages():
    """Of all that were met, and only of those that may be shown."""
    desk = {"/": page("/e/1", "/e/5", "/e/3", "/e/4")} | {f"/e/{n}": page() for n in (1, 3, 4, 5)}
    reached, _ = crawl(
        desk, entries=2, publishable=lambda ids: sorted(set(ids) - {5}, reverse=True)
    )

    assert reached.entries == {1, 3, 4, 5}
    assert files(reached) == {"index.html", "e/4.html", "e/3.html"}


def test_entries_lead_to_stories_but_not_to_entries():
    """What an entry's page leads to is kept, but for further entries, which would have no end."""
    desk = {
        "/": page("/e/5"),
        "/e/5": page("/e/4", "/s/1"),
        "/e/4": page(),
        "/s/1": page("/e/2"),
        "/e/2": page(),
    }
    reached, asked = crawl(desk)

    assert files(reached) == {"index.html", "e/5.html", "s/1.html"}
    assert "/e/4" not in asked


def test_a_kind_is_kept_within_its_bounds():
    """However many pages of a kind there are, so many are kept and no more."""
    desk = {"/": page(*(f"/v/{n}" for n in range(300)))} | {f"/v/{n}": page() for n in range(300)}
    reached, asked = crawl(desk)

    assert len(files(reached)) == 201
    assert len(asked) == 203 + len(LICENCES)


def test_a_page_that_is_gone_meanwhile_is_left_out():
    """Somebody may fetch, prune or rename while the site is written."""
    reached, _ = crawl({"/": page("/c/video", "/e/7")})

    assert files(reached) == {"index.html"}


def test_styles_bring_their_fonts():
    """What a style loads is kept beside it, and fonts have their licence with them."""
    static = "/-/static-plugins/aggregator-desk"
    style = (
        "@font-face { src: url(inter.woff2?v=1) } a { b: url('data:x'); c: url(\"/c/../e.js\") }"
    )
    desk = {
        "/": page(f"{static}/desk.css?_hash=1"),
        f"{static}/desk.css?_hash=1": style,
        f"{static}/inter.woff2?v=1": "font",
        f"{static}/OFL-inter.txt": "licence",
    }
    reached, _ = crawl(desk)

    assert files(reached) == {
        "index.html",
        "static/desk.css",
        "static/inter.woff2",
        "static/OFL-inter.txt",
    }


def test_modules_bring_what_they_import():
    """A script's imports are kept beside it, whether they come at once or later."""
    static = "/-/static-plugins/aggregator-desk"
    script = """import { a } from "./a.js"; import './b.js';
        const c = await import("./c.js"); import x from "https://e.org/d.js"; // import of "e.js"
    """
    names = ("a", "b", "c", "d", "e")
    desk = {f"{static}/{name}.js": "" for name in names} | {
        "/": f'<script type="module" src="{static}/desk.js"></script>',
        f"{static}/desk.js": script,
    }
    reached, _ = crawl(desk)

    assert files(reached) == {
        "index.html",
        "static/desk.js",
        *(f"static/{name}.js" for name in "abc"),
    }


def test_a_page_that_moved_is_found_by_both_addresses():
    """Where the desk leads on, both addresses lead to the one file; nothing leads elsewhere."""
    desk = {
        "/": page("/s/9", "/s/8"),
        "/s/9": "to /s/3",
        "/s/3": page(),
        "/s/8": "to https://e.org/s/8",
    }
    reached, _ = crawl(desk)

    assert files(reached) == {"index.html", "s/3.html"}
    assert reached.file("/s/9") == reached.file("/s/3") == "s/3.html"
    assert reached.file("/s/8") is None


def test_a_page_that_fails_ends_it():
    """A site with holes is worse than the one from yesterday."""
    with pytest.raises(AggregatorError, match="/c/video"):
        crawl({"/": page("/c/video"), "/c/video": 500})


def test_what_people_come_to_is_told_apart():
    """Feeds and styles are no pages; the search and the page for nothing are not visited."""
    desk = {"/": page("/-/feed/all.atom"), "/-/feed/all.atom": "<feed/>", "/search": page()}
    reached, _ = crawl({**desk, "/404": page()})

    assert {page.place.file: is_visible(page) for page in reached.pages.values()} == {
        "index.html": True,
        "feed/all.atom": False,
        "search.html": False,
        "404.html": False,
    }
