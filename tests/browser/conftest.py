"""Chromium, driven by Playwright, before a desk that `aggregate serve` runs.

Where there is no Chromium these tests are skipped, unless AGGREGATOR_CHROMIUM says that they must
run: `.ci/run` sets it. All fixtures end with the file that asked for them, since Playwright's
event loop runs in this thread, where other tests want their own.
"""

import os
import shutil
from contextlib import ExitStack

import pytest

from tests.browser.pages import Visit
from tests.browser.stage import staged

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb")


def found():
    """The first Chromium on PATH, None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="module")
def chromium():
    """Where Debian's Chromium is."""
    path = found()
    if path is None and os.environ.get("AGGREGATOR_CHROMIUM") == "must":
        pytest.fail("There is no Chromium on PATH: apt-get install chromium")
    if path is None:
        pytest.skip("needs Chromium on PATH")
    return path


@pytest.fixture(scope="module")
def browser(chromium, stage):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory, chromium):
    """The desk on 127.0.0.1 that all of these tests read, and some write."""
    with staged(tmp_path_factory.mktemp("desk")) as made:
        yield made


@pytest.fixture(scope="module")
def owners(browser, stage):
    """The cookies of the owner, who signed in with the link that `serve` printed."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(stage.invitation)
    state = context.storage_state()
    context.close()

    assert [each["name"] for each in state["cookies"]] == ["ds_actor"]
    return state


@pytest.fixture
def visit(browser, stage, request):
    """Open pages as somebody: `visit("/", owner=True, width=390, dark=True, scripts=False)`.

    When the test ends, none of them may have complained or asked another host for anything.
    """
    with ExitStack() as stack:
        visits = []

        def made(path="/", *, owner=False, **wishes):
            state = request.getfixturevalue("owners") if owner else None
            new = stack.enter_context(Visit.to(browser, stage.url, state=state, **wishes))
            visits.append(new)
            new.go(path)
            return new.page

        made.visits = visits
        yield made
        faults = [fault for each in visits for fault in each.faults]

    assert faults == []
