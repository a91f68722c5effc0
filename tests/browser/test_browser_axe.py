"""Every page, state and dialog in both themes and on a phone, as axe-core sees them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.browser.pages import DESKTOP, HEIGHTS, PHONE

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a theme could break; the others are asked once a width."""

MANY = ".river .card:nth-of-type(n + 9)"
"""Cards like those before them, which would take most of the time."""

RUN = """([options, many]) => axe.run({ exclude: [[many]] }, options).then(said => said.violations.map(each => [
  each.id, each.help, ...each.nodes.slice(0, 3).map(node => `${node.target} ${node.html.slice(0, 160)}`
    + ` ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`)]))"""

VISITORS = {
    "river": "/",
    "category": "/c/blogs",
    "grid": "/c/video",
    "source": "/?feed=1",
    "search": "/?q=harbour",
    "nothing found": "/?q=xylophonqqq",
    "days": "/?since=2020-01-01&until=2021-01-01",
    "stories": "/stories",
    "lists": "/lists",
    "list": "/lists/the-week",
    "views": "/v",
    "view": "/v/films",
    "share": "/share/c/blogs",
    "share a list": "/share/lists/the-week",
    "missing": "/e/1",
}
OWNERS = {
    "owner's river": "/",
    "unread": "/?unread=1",
    "starred": "/?starred=1",
    "owner's lists": "/lists",
    "owner's list": "/lists/the-week",
    "owner's views": "/v",
    "posts": "/-/desk/posts/the-week",
    "share": "/share/lists/the-week",
    "shelve": "/-/desk/shelve?entry={entry}",
    "sources": "/-/sources",
    "source": "/-/sources/1",
    "health": "/-/health",
    "fetches": "/-/fetches",
    "statistics": "/-/stats",
    "preview": "/lists/the-week#preview",
}


def check(page, *, widths=(DESKTOP, PHONE)):
    """What axe-core finds wrong with a page as it is, at each width, light and dark."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            if not page.evaluate("() => 'axe' in window"):
                page.evaluate(AXE)
            rules = {"runOnly": {"type": "rule", "values": COLOURS}} if theme == "dark" else {}
            said = page.evaluate(RUN, [{"resultTypes": ["violations"], **rules}, MANY])
            found += [f"{width} {theme}: {json.dumps(each, indent=1)}" for each in said]
    return found


@pytest.mark.parametrize("path", VISITORS.values(), ids=VISITORS)
def test_pages_for_everybody_have_no_barriers(visit, path):
    """Axe-core has nothing to say against what visitors see."""
    assert check(quiet(visit, path)) == []


@pytest.mark.parametrize("path", OWNERS.values(), ids=OWNERS)
def test_pages_of_the_owner_have_no_barriers(visit, stage, path):
    """Axe-core has nothing to say against what the owner sees, with all that folds open."""
    page = quiet(visit, path.format(entry=newest(stage)), owner=True)
    page.evaluate("document.querySelectorAll('details.work').forEach(each => each.open = true)")

    assert check(page) == []


def newest(stage):
    with closing(sqlite3.connect(stage.db)) as db:
        return db.execute("SELECT max(id) FROM entries").fetchone()[0]


def quiet(visit, path, **options):
    """A page on which no console matters: a page that is missing says so there too."""
    page = visit(path, **options)
    if path == VISITORS["missing"]:
        visit.visits[-1].faults.clear()
    return page


@pytest.mark.parametrize("category", ["blogs", "video", "music", "photo", "microblogs"])
def test_entries_have_no_barriers(visit, category):
    """Pages of entries with films, sounds, pictures or a few words have none either."""
    page = visit(f"/c/{category}", owner=True)
    page.locator(".river h3 a").first.click()
    page.wait_for_url("**/e/*")

    assert check(page) == []


@pytest.mark.parametrize("layout", ["compact", "grid"])
def test_layouts_have_no_barriers(visit, layout):
    """Rows and tiles are as accessible as cards."""
    page = visit("/c/blogs", owner=True)
    page.context.add_cookies([{"name": "layout", "value": f"blogs.{layout}", "url": page.url}])
    page.reload()

    assert page.locator(f".river.{layout}").count() == 1
    assert check(page) == []


@pytest.mark.parametrize("number", range(5))
def test_menus_have_no_barriers(visit, number):
    """Menus that are open have none: settings, layout, filters, marks, ways to follow."""
    page = visit("/c/blogs?q=the", owner=True)
    page.locator("details.menu > summary").nth(number).click()

    assert page.locator("details.menu[open] .panel").is_visible()
    assert check(page) == []


def test_the_help_has_no_barriers(visit):
    """The dialog of keys has none."""
    page = visit("/", owner=True)
    page.keyboard.press("?")

    assert page.locator("dialog[open]").count() == 1
    assert check(page) == []


@pytest.mark.parametrize("key", ["l", "x", "S"])
def test_dialogs_of_curating_have_no_barriers(visit, key):
    """Neither the dialogs that list and share an entry nor the bar of the chosen have any."""
    page = visit("/c/blogs", owner=True)
    page.keyboard.press("j")
    page.keyboard.press(key)
    page.locator({"x": "#chosen"}.get(key, "dialog[open]")).wait_for()

    assert check(page) == []


def test_more_about_an_entry_has_no_barriers(visit):
    """The small menu of a card has none, nor the line that says what was done."""
    page = visit("/c/blogs", owner=True)
    page.locator(".river .card button.star").nth(2).click()
    page.locator("#toast.on").wait_for()
    page.locator(".river .card button[popovertarget]").first.click()

    assert check(page) == []


def test_the_drawer_has_no_barriers(visit):
    """The menu of a phone has none."""
    page = visit("/", width=PHONE)
    page.get_by_role("button", name="Menu").click()

    assert check(page, widths=(PHONE,)) == []


def test_what_an_address_comes_to_has_no_barriers(visit, stage):
    """The page after Look has none."""
    page = visit("/-/sources", owner=True)
    page.locator("#url").fill(stage.web)
    page.get_by_role("button", name="Look").click()
    page.wait_for_url("**/sources/look")

    assert check(page) == []
