"""A desk as its readers have it: the sample web, fetched, and served by `aggregate serve`."""

import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aggregator.config import parse_config
from aggregator.curation import View
from aggregator.demo import SampleWeb
from aggregator.model import Selection
from aggregator.store import lists, open_store, views
from aggregator.update import run_update

DAY = 86_400
LISTS = (
    ("The week in five links", "the-week", "public"),
    ("To be sorted", "to-sort", "private"),
)
NOTES = (
    "I have sent this to three people already, so it may as well stand here.",
    "Exactly as long as it has to be.",
    "Nobody else wrote about it; that alone is worth the click.",
    "To be taken slowly, with something warm.",
    "I do not agree with all of it, which is why it is here.",
)
"""What the curator says of what is picked: true of whatever is the newest that day."""


@dataclass(frozen=True)
class Stage:
    """`url` is the desk's address with a slash at its end, `invitation` signs its owner in, once."""

    url: str
    invitation: str
    db: Path
    web: str


@contextmanager
def staged(folder, *, days=6):
    """Fetch the sample web as it was every other day of the last, curate a little, and serve it."""
    clock = {"now": int(time.time()) - days * DAY}
    with SampleWeb(now=lambda: clock["now"]) as web:
        db, toml = folder / "desk.db", folder / "feeds.toml"
        toml.write_text(web.config_text(), "utf-8")
        config = parse_config(web.config_text(), name="feeds.toml")
        for _ in range(0, days + 1, 2):
            run_update(db=db, config=config, now=lambda: clock["now"], force=True)
            clock["now"] += 2 * DAY
        clock["now"] = int(time.time())
        curated(db)
        with served(db, toml) as (url, invitation):
            yield Stage(url=url, invitation=invitation, db=db, web=web.url)


def curated(db):
    """Two lists, one of them public, with a section and notes; and a saved view."""
    now = int(time.time())
    kept = View(slug="films", title="Films", selection=Selection(category="video"))
    with open_store(db, now=now) as store:
        views.save(store.conn, kept, now=now)
        pictured = [each for each in store.entries(Selection(limit=80)) if each.image]
        for first, (title, slug, visibility) in enumerate(LISTS):
            lists.create(store.conn, slug, title=title, visibility=visibility, now=now)
            picked = pictured[first : first + 15 : 3]
            for number, (entry, note) in enumerate(zip(picked, NOTES, strict=True)):
                section = "Further" if number > 2 else ""
                lists.add(store.conn, slug, entry, note=note, section=section, now=now)


@contextmanager
def served(db, toml):
    """Run the desk on a free port of 127.0.0.1; it must not have complained when it ends."""
    command = [sys.executable, "-m", "aggregator.cli", "--db", str(db), "--config", str(toml)]
    command += ["serve", "--port", "0", "--sign-in"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    first, second = process.stderr.readline(), process.stderr.readline()
    try:
        yield first.partition(" at ")[2].partition(" ")[0], second.rpartition(" ")[2].strip()
    finally:
        process.terminate()
        complaints = process.communicate(timeout=20)[1]

    assert (first[:22], second[:13], complaints) == ("The desk is at http://", "Sign in once ", "")
