"""`python -m tests.browser.screenshots`: the pictures of the demo in docs, desktop and phone.

Needs Chromium on PATH and what the tests need. README shows `river.png`.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import FLAGS, found
from tests.browser.pages import DESKTOP, PHONE, Visit
from tests.browser.stage import staged

DOCS = Path(__file__).resolve().parents[2] / "docs"

# Name of the file, page, width, dark, owner.
PICTURES = (
    ("river", "/", DESKTOP, False, True),
    ("river-dark", "/", DESKTOP, True, True),
    ("river-phone", "/", PHONE, False, True),
    ("river-phone-dark", "/", PHONE, True, True),
    ("video", "/c/video", DESKTOP, False, True),
    ("list", "/lists/the-week", DESKTOP, False, False),
    ("list-phone-dark", "/lists/the-week", PHONE, True, False),
    ("health", "/-/health", DESKTOP, False, True),
    ("statistics-dark", "/-/stats", DESKTOP, True, True),
)
SETTLED = "() => [...document.images].every(each => each.complete || each.loading === 'lazy')"


def main():
    """Write all of them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        staged(Path(folder)) as stage,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=found(), args=list(FLAGS))
        with Visit.to(browser, stage.url) as owner:
            owner.page.goto(stage.invitation)
            state = owner.page.context.storage_state()
        for name, path, width, dark, by_owner in PICTURES:
            wishes = {"width": width, "dark": dark, "state": state if by_owner else None}
            with Visit.to(browser, stage.url, **wishes) as visit:
                take(visit, path, DOCS / f"{name}.png")
        browser.close()


def take(visit, path, file):
    """Write one picture."""
    visit.go(path)
    visit.page.wait_for_load_state("networkidle")
    visit.page.wait_for_function(SETTLED)
    visit.page.screenshot(path=file)


if __name__ == "__main__":
    main()
