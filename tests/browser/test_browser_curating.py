"""Curating, managing and sharing in a real browser, with scripts and without."""

import pytest

from tests.browser.pages import DESKTOP, PHONE
from tests.browser.stage import NOTES

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
BOTH = pytest.mark.parametrize("width", [DESKTOP, PHONE])
CARD = ".river .card"


def star(page, number=0):
    return page.locator(CARD).nth(number).locator("button.star")


def saved(page):
    """An answer of the server to something that was done."""
    return page.expect_response(lambda answer: answer.request.method == "POST")


@BOTH
@SCRIPTS
def test_a_star_is_kept_and_taken_back(visit, width, scripts):
    """One press stars an entry, which is then among the starred, another takes that back."""
    page = visit("/c/microblogs", owner=True, width=width, scripts=scripts)
    for expected in ("true", "false"):
        # Without scripts the press leads to the page anew.
        with saved(page) if scripts else page.expect_navigation():
            star(page).click()
        if scripts:
            page.reload()

        assert star(page).get_attribute("aria-pressed") == expected


def test_what_was_done_can_be_undone_at_once(visit):
    """The line that says what was done has a button that takes it back."""
    page = visit("/c/wikis", owner=True)
    first = page.locator(CARD).first
    title = first.locator("h3").inner_text()
    first.locator("button[popovertarget]").click()
    with saved(page):
        first.get_by_role("button", name="Hide it").click()
    first.wait_for(state="hidden")
    with saved(page):
        page.locator("#toast").get_by_role("button", name="Undo").click()
    first.wait_for(state="visible")
    page.reload()
    assert page.locator(f"{CARD} h3").first.inner_text() == title


def test_a_refusal_is_said_and_shown(visit):
    """When the server does not do it, the star goes out again, and the page says so."""
    page = visit("/c/forums", owner=True)
    page.route("**/-/desk/entries", lambda route: route.fulfill(status=500, body="{}"))
    before = star(page).get_attribute("aria-pressed")
    star(page).click()
    page.get_by_text("That was not done").wait_for()

    assert star(page).get_attribute("aria-pressed") == before
    said = visit.visits[-1].faults
    assert [each for each in said if "500" not in each] == []
    said.clear()


def test_entries_are_marked_by_keyboard(visit):
    """S stars and m marks the entry under the keyboard, without the mouse."""
    page = visit("/c/photo", owner=True)
    page.keyboard.press("j")
    card = page.locator(CARD).first
    was = card.locator("button.star").get_attribute("aria-pressed")
    with saved(page):
        page.keyboard.press("s")

    assert card.locator("button.star").get_attribute("aria-pressed") != was
    read = card.locator(".act[value$=read]")
    before = read.get_attribute("value")
    with saved(page):
        page.keyboard.press("m")
    assert {before, read.get_attribute("value")} == {"read", "unread"}


@BOTH
def test_several_are_chosen_and_marked_together(visit, width):
    """Entries that are ticked are marked by one button."""
    page = visit("/c/professional", owner=True, width=width)
    page.locator("summary", has_text="Mark read").click()
    page.locator("#selecting").check()
    page.keyboard.press("Escape")
    for number in range(3):
        page.locator(CARD).nth(number).locator(".pick").check()

    assert page.locator("#chosen b").inner_text().startswith("3")
    with saved(page):
        page.locator("#chosen").get_by_role("button", name="Star").click()
    assert [star(page, n).get_attribute("aria-pressed") for n in range(3)] == ["true"] * 3
    with saved(page):
        page.locator("#toast").get_by_role("button", name="Undo").click()


def test_an_entry_is_put_on_a_list_by_keyboard(visit):
    """L opens the dialog; a new list, words and a tag are written, Enter saves."""
    page = visit("/c/curation", owner=True)
    page.keyboard.press("j")
    page.keyboard.press("l")
    dialog = page.get_by_role("dialog", name="Add to a list")
    dialog.locator("[name=title]").fill("Found by keyboard")
    dialog.locator("[name=note]").fill("Worth a look.")
    dialog.locator("[name=tags]").fill("kept")
    with saved(page):
        dialog.locator("[name=tags]").press("Enter")
    page.goto(page.url.replace("c/curation", "lists/found-by-keyboard"))

    assert page.locator(CARD).count() == 1
    assert page.get_by_text("Worth a look.").first.is_visible()


def test_an_entry_is_put_on_a_list_without_scripts(visit, stage):
    """Without scripts the same form is a page, which leads back."""
    page = visit("/c/social", owner=True, scripts=False)
    page.locator(f"{CARD} a[data-shelve]").first.click()
    page.locator("main [name=title]").fill("Found in plain")
    page.locator("main").get_by_role("button", name="Save").click()
    page.goto(f"{stage.url}lists/found-in-plain")

    assert page.locator(CARD).count() == 1


def test_a_list_is_arranged_by_keyboard(visit):
    """The grip of an item moves it down with the arrow key, and that is kept."""
    page = visit("/lists/to-sort", owner=True)
    before = page.locator("[data-item]").evaluate_all("all => all.map(x => x.dataset.item)")
    page.locator("[data-item]").first.locator(".grip").focus()
    with saved(page):
        page.keyboard.press("ArrowDown")
    page.reload()
    after = page.locator("[data-item]").evaluate_all("all => all.map(x => x.dataset.item)")

    assert after == [before[1], before[0], *before[2:]]


def test_a_note_is_written_in_place(visit):
    """The words on an item become a field where they stand, and are kept when it is left."""
    page = visit("/lists/to-sort", owner=True)
    page.locator("[data-item]").nth(2).locator("[data-words]").click()
    page.locator(".inplace").fill("Said better.")
    with saved(page):
        page.keyboard.press("Control+Enter")
    page.reload()

    assert page.locator("[data-item]").nth(2).locator(".note").inner_text() == "Said better."


def test_exports_of_a_list_are_previewed(visit):
    """The preview shows what would leave, as it would leave."""
    page = visit("/lists/the-week", owner=True)
    page.locator("#preview summary").click()
    page.locator("#preview pre").filter(has_text=NOTES[0]).wait_for()


@SCRIPTS
def test_an_item_is_taken_off_and_brought_back(visit, scripts):
    """What is taken off a list is gone, and back after Undo."""
    page = visit("/lists/to-sort", owner=True, scripts=scripts)
    number = page.locator("[data-item]").count()
    with saved(page):
        page.locator("[data-item]").last.get_by_role("button", name="Take off").click()

    assert page.locator("[data-item]:visible").count() == number - 1
    with saved(page):
        page.locator("#toast").get_by_role("button", name="Undo").click()
    page.goto(page.url)
    assert page.locator("[data-item]").count() == number


def test_all_are_marked_as_read_and_unread_again(visit):
    """What is shown is marked as read at once, and Undo takes all of it back."""
    page = visit("/c/video?unread=1", owner=True)
    number = page.locator(f"{CARD}.unread").count()
    page.locator("summary", has_text="Mark read").click()
    with saved(page):
        page.get_by_role("button", name="All of these").click()

    assert number > 5
    assert page.locator(f"{CARD}.unread").count() == 0
    with saved(page):
        page.locator("#toast").get_by_role("button", name="Undo").click()
    page.reload()
    assert page.locator(f"{CARD}.unread").count() == number


@SCRIPTS
def test_a_source_is_paused_removed_and_brought_back(visit, scripts):
    """Pausing and removing are buttons of the source's page; both are taken back by one."""
    page = visit("/-/sources", owner=True, scripts=scripts)
    link = page.locator("td a.feed").last
    title = link.inner_text()
    link.click()
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Pause", exact=True).wait_for()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("is removed; its entries stay").wait_for()
    page.locator("#toast").get_by_role("button", name="Undo").click()

    page.locator("td a.feed", has_text=title).first.wait_for()


def test_health_and_fetches_are_told(visit):
    """The owner sees which source fails and why, and the log of fetches."""
    page = visit("/-/health", owner=True)

    assert page.get_by_text("503").count() > 0
    page.goto(page.url.replace("health", "fetches"))
    page.locator("main tr, main li").nth(20).wait_for()


@pytest.mark.parametrize("path", ["/", "/-/sources", "/-/health", "/?starred=1", "/lists/to-sort"])
def test_visitors_have_no_forms_of_the_owner(visit, path):
    """No visitor sees a form that would change the desk."""
    page = visit(path)
    forms = page.locator("form[method=post]").evaluate_all("all => all.map(x => x.action)")
    visit.visits[-1].faults.clear()  # pages that are not theirs

    assert {each.rpartition("/")[2] for each in forms} <= {"prefs"}


@BOTH
def test_a_view_is_shared_as_link_and_picture(visit, width):
    """The share page has the link, its QR code and a text; all of it is of this desk."""
    page = visit("/c/blogs", width=width, scripts=False)
    page.locator(".head").get_by_role("link", name="Share").click()
    page.wait_for_url("**/share/c/blogs")

    assert page.locator("main svg:visible, main img:visible").count() > 0
    assert page.locator("main input, main textarea").first.input_value().endswith("/c/blogs")


def test_a_source_is_followed_by_pasting_its_address(visit):
    """Look shows what the address comes to, Follow writes it down and says so."""
    page = visit("/-/sources", owner=True)
    page.locator("td a.feed", has_text="Kiln").click()
    address = page.locator(".facts dd").first.inner_text()
    page.get_by_role("button", name="Remove").click()
    page.locator("#url").fill(address)
    page.get_by_role("button", name="Look").click()
    page.get_by_role("button", name="Follow", exact=True).click()
    page.locator("#toast.on", has_text="is followed").wait_for()

    assert page.get_by_role("heading", level=1).inner_text().startswith("Kiln")


def test_sources_come_from_another_reader(visit):
    """An OPML file is chosen and sent; what was added is said, and taken back by Undo."""
    page = visit("/-/sources", owner=True)
    opml = (
        '<opml><body><outline xmlUrl="http://127.0.0.1:9/new.xml" text="New here"/></body></opml>'
    )
    file = {"name": "feeds.opml", "mimeType": "text/x-opml", "buffer": opml.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("form:has(input[type=file]) button").click()
    page.locator("#toast.on", has_text="1 source added").wait_for()
    assert page.get_by_text("New here").count() > 0

    page.locator("#toast").get_by_role("button", name="Undo").click()
    page.locator("td.broad a", has_text="New here").wait_for(state="detached")


@BOTH
def test_a_card_is_shared_in_a_dialog(visit, width):
    """Its menu has the link, and a text for each network with its count; both are copied."""
    page = visit("/c/forums", width=width)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(f"{CARD} [data-sharing]").first.click()
    dialog = page.get_by_role("dialog", name="Share")
    dialog.locator("select").select_option("bluesky")
    dialog.locator("#share-bluesky").wait_for()
    assert "of 300 characters" in dialog.inner_text()

    dialog.locator("[data-copy=share-link]").click()
    page.locator("#toast.on", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == dialog.locator("#share-link").input_value()
    assert dialog.locator("svg.qr").is_visible()


def test_counts_beside_the_page_follow(visit):
    """What is marked as read is one less beside the page, at once, and one more after Undo."""
    page = visit("/c/messaging", owner=True)
    beside = page.locator(".rail .cat-messaging b")
    number = int(beside.inner_text())
    page.locator(f"{CARD}.unread").first.locator(".act[value=read]").click()
    page.locator(".rail b", has_text=str(number - 1)).first.wait_for()
    page.locator("#toast").get_by_role("button", name="Undo").click()
    page.locator("#toast", has_text="Taken back").wait_for()

    assert beside.inner_text() == str(number)
