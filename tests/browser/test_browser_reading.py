"""Reading the desk in a real browser."""

import re
import sqlite3
from contextlib import closing

import pytest

from tests.browser.pages import DESKTOP, PHONE
from tests.browser.stage import NOTES

WIDTHS = pytest.mark.parametrize("width", [DESKTOP, PHONE])
CARDS = ".river .card"


def ids(page, selector="[data-id]"):
    """The entries on a page, in the order in which they stand there."""
    return page.locator(selector).evaluate_all("all => all.map(each => each.dataset.id)")


def overflows(page):
    """By how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@WIDTHS
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_river_shows_pictures_days_and_entries(visit, width, dark):
    """The first page has a mosaic, headings of days and forty entries, none wider than it."""
    page = visit("/", width=width, dark=dark)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert page.locator(".mosaic .tile").count() == 5
    assert page.locator(".day").first.is_visible()
    assert len(set(ids(page))) >= 40
    assert overflows(page) <= 0
    assert (int(re.findall(r"\d+", background)[0]) < 60) is dark


@WIDTHS
def test_the_river_goes_on_without_end_and_without_repeating(visit, width):
    """Scrolling down brings older entries, each once, the newest first, to the very end."""
    page = visit("/c/microblogs", width=width)
    end = page.get_by_text("That is everything.")
    while not end.count():
        page.keyboard.press("End")
        page.wait_for_function(
            "n => document.querySelectorAll('.card').length > n"
            " || !document.querySelector('.more a')",
            arg=page.locator(CARDS).count(),
        )
    found = ids(page)

    assert len(found) > 80
    assert len(found) == len(set(found))
    assert [int(each) for each in found] == sorted(map(int, found), reverse=True)
    assert page.locator(".day").evaluate_all(
        "all => all.every((day, at) => !at || day.textContent !== all[at - 1].textContent)"
    )


@WIDTHS
def test_older_entries_are_a_link_without_scripts(visit, width):
    """Without scripts the river is read page by page, with the same entries."""
    page = visit("/c/microblogs", width=width, scripts=False)
    first = ids(page)
    page.get_by_role("link", name="Older entries").click()
    second = ids(page)

    assert len(first) == 40
    assert set(first).isdisjoint(second)
    assert int(first[-1]) > int(second[0])
    page.get_by_role("link", name="Back to the newest").click()
    assert ids(page) == first


@pytest.mark.parametrize("layout", ["Cards", "Compact", "Grid"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_layout_is_remembered_for_its_view(visit, layout, scripts):
    """Who wants a category as cards, rows or tiles gets it so again, other views not."""
    page = visit("/c/blogs", scripts=scripts)
    page.locator("summary", has_text="Layout").click()
    page.get_by_role("button", name=layout, exact=True).click()
    page.wait_for_selector(f".river.{layout.lower()}")
    page.reload()

    assert page.locator(f".river.{layout.lower()} .card").count() == 40
    page.get_by_role("link", name="Forums").first.click()
    page.wait_for_url("**/c/forums")
    assert page.locator(".river.cards").count() == 1


def test_pictures_come_through_the_desk(visit):
    """No picture is asked of its site, and those in sight are there."""
    page = visit("/c/photo")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.thumb img')].slice(0, 4)"
        ".every(each => each.complete && each.naturalWidth)"
    )

    assert page.locator(".river.grid .thumb img").count() > 8


@WIDTHS
def test_an_entry_is_read_and_left_to_its_neighbour(visit, width):
    """A title leads to its page, from there to the older entry, and back to the river."""
    page = visit("/c/blogs", width=width)
    title = page.locator(f"{CARDS} h3 a").first
    words = title.inner_text()
    title.click()
    page.wait_for_url("**/e/*")

    assert page.get_by_role("heading", level=1).inner_text() == words
    assert len(page.locator(".prose").inner_text()) > 40
    assert overflows(page) <= 0
    first = page.url
    page.locator(".beside a[rel=next]").click()
    page.wait_for_function("first => location.href !== first", arg=first)
    page.go_back()
    page.go_back()
    assert page.url.endswith("/c/blogs")


def test_times_are_the_readers_own(visit):
    """The zone of the reader decides what is called today, also before the server knows it."""
    page = visit("/", timezone_id="Pacific/Auckland")
    page.wait_for_function("() => document.cookie.includes('tz=Pacific/Auckland')")
    before = page.locator(".day").all_inner_texts()
    clock = re.search(r"\d+:\d+", page.locator("time[title]").first.get_attribute("title"))
    page.reload()

    assert page.locator(".day").all_inner_texts() == before
    assert page.locator("body").get_attribute("data-zone") == "Pacific/Auckland"
    assert clock[0] in page.locator("time[title]").first.get_attribute("title")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_search_marks_what_it_found(visit, scripts):
    """A word that is searched for is marked in every entry found, and leads back to all."""
    page = visit("/", scripts=scripts)
    page.get_by_role("searchbox").first.fill("harbour")
    page.get_by_role("searchbox").first.press("Enter")
    page.wait_for_url("**q=harbour*")
    marks = page.locator(f"{CARDS} mark")

    assert marks.count() > 3
    assert {each.lower() for each in marks.all_text_contents()} == {"harbour"}
    page.get_by_role("link", name="leave the search").click()
    assert page.locator("mark").count() == 0


def test_a_search_is_narrowed_by_the_filters(visit):
    """Words, a category and a day from the filters come into the address and the page."""
    page = visit("/")
    page.locator("summary", has_text="Filter").click()
    page.locator(".panel [name=q]").fill("the -harbour")
    page.locator(".panel select[name=category]").select_option("blogs")
    page.locator(".panel").get_by_role("button", name="Show").click()
    page.wait_for_url("**/c/blogs?q=*")

    assert set(page.locator(CARDS).evaluate_all("all => all.map(x => x.dataset.cat)")) == {"blogs"}
    assert page.locator("mark", has_text="harbour").count() == 0


def test_a_search_without_matches_says_what_to_do(visit):
    """Nothing found is said, with the next step."""
    page = visit("/?q=xylophonqqq")

    assert page.get_by_role("heading", name="Nothing matches").is_visible()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_theme_changes_at_once_and_stays(visit, width):
    """The button changes light to dark without a reload, and the next page is dark from the start."""
    page = visit("/stories", width=width)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Light or dark").click()

        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(page.url.replace("stories", "lists"))
    assert page.locator("html[data-theme=dark]").count() == 1


def test_the_theme_changes_without_scripts(visit):
    """A form sets the theme where there are no scripts, and leads back."""
    page = visit("/c/blogs", scripts=False)
    page.get_by_role("button", name="Light or dark").click()
    page.wait_for_selector("html[data-theme=dark]")

    assert page.url.endswith("/c/blogs")


@pytest.mark.parametrize(
    ("locale", "words"), [("de-DE", "Alles"), ("fr-FR", "Tout"), ("en-US", "Everything")]
)
def test_the_desk_speaks_the_browsers_language(visit, locale, words):
    """The browser's language decides, until the reader chooses another."""
    page = visit("/", locale=locale)

    assert page.locator("html").get_attribute("lang") == locale[:2]
    assert page.get_by_role("heading", level=1).inner_text() == words
    page.locator("details.menu summary.tool").click()
    page.get_by_role("button", name="English", exact=True).click()
    page.wait_for_selector("html[lang=en]")
    assert page.get_by_role("heading", level=1).inner_text() == "Everything"


def test_a_phone_has_tabs_and_a_drawer(visit):
    """On a phone the tabs lead on, and the menu opens the rail, which Escape closes."""
    page = visit("/", width=PHONE)
    tabs = page.get_by_role("navigation", name="Quick ways")
    tabs.get_by_role("link", name="Stories").click()
    page.wait_for_url("**/stories")
    rail = page.locator("#rail")

    assert not rail.is_visible()
    page.get_by_role("button", name="Menu").click()
    assert rail.is_visible()
    page.keyboard.press("Escape")
    assert not rail.is_visible()
    page.get_by_role("button", name="Menu").click()
    rail.locator(".cat-blogs").click()
    page.wait_for_url("**/c/blogs")


def test_a_story_shows_who_reports_it(visit):
    """A story's page lists the sources, reached from the stories."""
    page = visit("/stories")
    page.locator(".card .told").first.click()
    page.wait_for_url("**/s/*")

    assert page.locator(CARDS).count() >= 2


@WIDTHS
def test_a_public_list_is_read_by_anybody_a_private_one_by_its_owner(visit, width):
    """Visitors see lists that are public, and nothing of the others."""
    page = visit("/lists", width=width)

    assert page.get_by_role("link", name="The week in five links").first.is_visible()
    assert page.get_by_text("To be sorted").count() == 0
    page.locator("main").get_by_role("link", name="The week in five links").click()
    page.wait_for_url("**/lists/the-week")
    assert page.get_by_text(NOTES[0]).is_visible()
    assert page.get_by_role("heading", name="Further").is_visible()


def test_views_are_pages_of_their_own(visit):
    """A saved view is found under Views."""
    page = visit("/v", owner=True)
    page.locator("main").get_by_role("link", name="Films").first.click()
    page.wait_for_url("**/v/films")

    assert set(page.locator(CARDS).evaluate_all("all => all.map(x => x.dataset.cat)")) == {"video"}


def test_nothing_moves_while_a_page_loads(visit):
    """No layout shift: what was painted stays where it is."""
    page = visit("/")
    shift = page.evaluate(
        """() => new Promise(done => {
          let sum = 0;
          new PerformanceObserver(list => {
            for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
          }).observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
        })"""
    )

    assert shift < 0.02


def test_a_player_is_asked_for_by_a_click(visit, stage):
    """Until then no request leaves the desk; then the player is where its picture was."""
    with closing(sqlite3.connect(stage.db)) as db, db:
        (number,) = db.execute("SELECT max(id) FROM entries WHERE category = 'video'").fetchone()
        address = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
        db.execute("UPDATE entries SET url = ? WHERE id = ?", (address, number))
    page = visit(f"/e/{number}")
    page.context.route(
        "https://www.youtube-nocookie.com/**", lambda route: route.fulfill(body="ok")
    )
    faults = visit.visits[-1].faults

    assert page.locator("[data-embed]").count() == 1
    assert faults == []
    page.locator("[data-embed]").click()
    page.frame_locator(".player iframe").get_by_text("ok").wait_for()
    assert [each.split("?")[0] for each in faults] == [
        "left the host: https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
    ]
    faults.clear()
