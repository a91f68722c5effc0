"""The desk by keyboard alone."""

import pytest

from tests.browser.pages import DESKTOP, PHONE

FOCUSED = "document.activeElement.closest('.card')?.dataset.id"


@pytest.fixture
def river(visit):
    return visit("/c/forums", owner=True)


def test_j_and_k_walk_through_the_river(river):
    """J goes to the next entry, k back, and o opens the one that has the focus."""
    cards = river.locator(".river .card").evaluate_all("all => all.map(x => x.dataset.id)")
    for key in "jjjk":
        river.keyboard.press(key)

    assert river.evaluate(FOCUSED) == cards[1]
    river.keyboard.press("o")
    river.wait_for_url(f"**/e/{cards[1]}")


def test_j_goes_on_where_the_river_is_loaded(visit):
    """Walking down loads older entries before one arrives at the end."""
    page = visit("/c/microblogs")
    for _ in range(45):
        page.keyboard.press("j")
    page.wait_for_function("() => document.querySelectorAll('.river .card').length > 45")
    for _ in range(5):
        page.keyboard.press("j")
    at = page.evaluate(
        "[...document.querySelectorAll('.river .card')].indexOf(document.activeElement)"
    )

    assert at >= 40


def test_a_page_is_chosen_by_two_letters(river):
    """G and a letter lead to the desk's pages."""
    for letters, place in (("gt", "**/stories"), ("gl", "**/lists"), ("gu", "**/?unread=1")):
        for letter in letters:
            river.keyboard.press(letter)
        river.wait_for_url(place)


def test_help_is_a_dialog_that_escape_closes(river):
    """The question mark opens the list of keys; the focus is in it, and goes back."""
    river.keyboard.press("j")
    river.keyboard.press("?")
    dialog = river.get_by_role("dialog", name="Keyboard shortcuts")

    assert dialog.is_visible()
    assert dialog.locator("kbd").count() > 8
    assert river.evaluate("document.activeElement.closest('dialog') !== null")
    river.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert river.evaluate(FOCUSED)


def test_letters_are_letters_where_one_writes(river):
    """The slash leads to the search, in which letters are no commands."""
    river.keyboard.press("/")
    river.keyboard.type("jam gloss?")

    assert river.locator("#q").input_value() == "jam gloss?"
    assert river.locator("dialog[open]").count() == 0


@pytest.mark.parametrize("path", ["/", "/lists/the-week", "/v"])
def test_everything_is_reached_by_tab(visit, path):
    """The first stop skips to the content; every stop is seen, and none is a trap."""
    page = visit(path, owner=True)
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.className")
    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                """() => {
                  const at = document.activeElement, box = at.getBoundingClientRect();
                  at.dataset.stop ??= Math.random();
                  return [at.dataset.stop, box.width > 0 && box.height > 0];
                }"""
            )
        )

    assert first == "skip"
    assert len({number for number, _ in stops}) == 30
    assert all(seen for _, seen in stops)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_focus_is_seen(visit, width):
    """What has the focus has an outline."""
    page = visit("/c/blogs", width=width)
    page.locator(".river h3 a").first.focus()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")

    assert outline != "none"


def test_v_opens_the_original(visit):
    """On an entry that is under the keyboard, v goes to where it was published."""
    page = visit("/c/forums", owner=True)
    page.keyboard.press("j")
    address = page.locator(".card:focus a.orig").get_attribute("href")
    page.route(address.partition("#")[0], lambda route: route.fulfill(body="the original"))
    page.keyboard.press("v")
    page.get_by_text("the original").wait_for()

    assert page.url == address
    visit.visits[-1].faults.clear()  # it left the desk


def test_shift_s_shares(river):
    """The share menu of the entry under the keyboard opens, and Escape closes it."""
    page = river
    page.keyboard.press("j")
    page.keyboard.press("S")
    page.get_by_role("dialog", name="Share").wait_for()
    page.keyboard.press("Escape")

    assert page.locator("dialog[open]").count() == 0
