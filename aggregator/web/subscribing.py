"""What the owner's forms do to feeds.toml: `/-/desk/sources/<action>`, each a POST.

What an act changed in the file is kept with it (see `store.reading`), so it can be taken back.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response
from datasette.utils.multipart import MultipartParseError

from aggregator.config import edit
from aggregator.config.values import Wrong, url
from aggregator.errors import AggregatorError, ConfigError, Locked, UsageError
from aggregator.following.feeds_file import FeedsFile, read_file
from aggregator.following.followed import Followed, rules_of
from aggregator.following.keeping import added, changes_of, edited, source_of, take_over
from aggregator.following.lists import sort
from aggregator.following.splice import Splice, splice, undone
from aggregator.homes import home_of
from aggregator.imports import read
from aggregator.model import FeedRow, Source
from aggregator.store import Store, reading
from aggregator.store.base import transaction
from aggregator.taxonomy import CATEGORY_SLUGS, home_category
from aggregator.urls import host
from aggregator.web import curating, fetching
from aggregator.web.curating import Done, Form, number_of

if TYPE_CHECKING:
    from datasette.app import Datasette


LARGEST = 10 << 20
"""Bytes of a list that is brought along."""


def feeds_file(datasette: Datasette) -> FeedsFile:
    """Read the feeds.toml of a desk; raises UsageError where it has none, and ConfigError."""
    home = home_of(datasette)
    if home is None or home.config is None:
        raise UsageError("This desk was started without a feeds.toml.")
    return read_file(home.config)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What an act works with: the desk, its file, the database, the form, and the time."""

    datasette: Datasette
    file: FeedsFile
    store: Store
    form: Form
    now: int

    def write(self, text: str, what: str = "", name: str = "") -> reading.Act | None:
        """Write feeds.toml, and let the database know; where that is busy, a fetch will.

        Return what was done, to be taken back; `name` says with what.
        """
        config = self.file.write(text)
        try:
            take_over(self.store, config, now=self.now)
            if not what or text == self.file.text:
                return None
            value = json.dumps([name, *astuple(splice(self.file.text, text))])
            return reading.record(self.store.conn, f"source/{what}", value, now=self.now)
        except Locked:
            return None

    def feed(self) -> FeedRow:
        """Return the feed that is meant."""
        found = self.store.feed(number_of(self.form.get("feed", "")))
        if found is None:
            raise UsageError("There is no such source.")
        return found


async def do(datasette: Datasette, request: Request) -> Response:
    """Do what a form asks of feeds.toml."""
    if refused := curating.refusal(datasette, request):
        return refused
    form = dict(await curating.fields_of(request))
    act = ACTS[request.url_vars["action"]]
    try:
        done = await curating.write(datasette, lambda store: _act(datasette, act, store, form))
        if feed := (done.more or {}).get("fetch"):
            await fetching.fetch_now(datasette, feed)
    except AggregatorError as error:
        return curating.failed(datasette, request, _plain(error))
    return curating.answered(datasette, request, done, form)


def _act(datasette: Datasette, act: Callable[[_Turn], Done], store: Store, form: Form) -> Done:
    return act(_Turn(datasette, feeds_file(datasette), store, form, int(time.time())))


def _plain(error: AggregatorError) -> AggregatorError:
    """Say what is wrong with a value without the name and the line of the file."""
    if not isinstance(error, ConfigError):
        return error
    return UsageError(f"feeds.toml could not take that: {error.problems[0].partition(': ')[2]}.")


def _add(turn: _Turn) -> Done:
    """Follow a feed that was looked at, and fetch it."""
    form = turn.form
    try:
        address = str(url(form.get("feed_url", "")))
    except Wrong as error:
        raise UsageError(f"That is no address: {error}.") from error
    given = _given(form)
    source = Source(
        url=address,
        category=given["category"] or home_category(address),
        title=given["title"] or None,
        platform=form.get("platform") or None,
        tags=tuple(given["tags"]),
    )
    text = added(turn.file, source, turn.store.feeds(), remark=form.get("remark", ""))
    if given["every"]:
        text = edit.edit(text, address, {"every": given["every"]})
    done = turn.write(text, "add", source.title or host(address))
    found = next((each for each in turn.store.feeds() if each.url == address), None)
    if found is None:
        return Done(target="/-/sources", act=done)
    return Done(target=f"/-/sources/{found.id}", act=done, more={"fetch": str(found.id)})


def _edit(turn: _Turn) -> Done:
    """Change title, category, tags and interval."""
    feed = turn.feed()
    source = source_of(turn.file.config, feed)
    text = edited(turn.file.text, [source.url], changes_of(_given(turn.form)))
    done = turn.write(text, "edit", feed.title)
    return Done(target=f"/-/sources/{feed.id}", words=SAVED, act=done)


def _given(form: Form) -> dict[str, Any]:
    """Return what the form says; a category that is none is not said at all."""
    tags = [tag.strip() for tag in form.get("tags", "").split(",")]
    slug = form.get("category", "")
    if slug and slug not in CATEGORY_SLUGS:
        raise UsageError("There is no such category.")
    return {
        "title": form.get("title", "").strip(),
        "category": slug,
        "tags": [tag for tag in tags if tag],
        "every": form.get("every", "").strip(),
    }


def _pause(turn: _Turn) -> Done:
    feed = turn.feed()
    text = edit.pause(turn.file.text, [source_of(turn.file.config, feed).url])
    done = turn.write(text, "pause", feed.title)
    return Done(target=f"/-/sources/{feed.id}", act=done)


def _resume(turn: _Turn) -> Done:
    feed = turn.feed()
    text = edit.resume(turn.file.text, [source_of(turn.file.config, feed).url])
    done = turn.write(text, "resume", feed.title)
    return Done(target=f"/-/sources/{feed.id}", act=done, more={"fetch": str(feed.id)})


def _remove(turn: _Turn) -> Done:
    """Take a source out; its entries stay, and so does the way back."""
    feed = turn.feed()
    source = source_of(turn.file.config, feed)
    done = turn.write(edit.remove(turn.file.text, [source.url]), "remove", feed.title)
    return Done(target="/-/sources", act=done)


def _follow(turn: _Turn) -> Done:
    """Follow a source again that was left some time ago."""
    feed = turn.feed()
    source = Source(url=feed.url, category=feed.category, tags=feed.tags, every=feed.every)
    done = turn.write(added(turn.file, source, turn.store.feeds()), "follow", feed.title)
    return Done(target=f"/-/sources/{feed.id}", act=done, more={"fetch": str(feed.id)})


def _adopt(turn: _Turn) -> Done:
    """Write down the address to which a source has moved."""
    feed = turn.feed()
    source = source_of(turn.file.config, feed)
    if feed.moved_to is None:
        raise UsageError("It has not moved.")
    if Followed(turn.file.config, turn.store.feeds()).under(feed.moved_to) not in {
        None,
        source.url,
    }:
        raise UsageError("Its new address is followed already.", hint="Remove one of them.")
    done = turn.write(edit.move(turn.file.text, source.url, feed.moved_to), "adopt", feed.title)
    return Done(target=f"/-/sources/{feed.id}", act=done)


ACTS: dict[str, Callable[[_Turn], Done]] = {
    "add": _add,
    "edit": _edit,
    "pause": _pause,
    "resume": _resume,
    "remove": _remove,
    "follow": _follow,
    "adopt": _adopt,
}


async def bring(datasette: Datasette, request: Request) -> Response:
    """Follow what is on a list that is sent along: OPML, or what `aggregate import` reads."""
    if refused := curating.refusal(datasette, request):
        return refused
    try:
        data = await _sent(request)
        told = await curating.write(datasette, lambda store: _brought(datasette, store, data))
    except AggregatorError as error:
        return curating.failed(datasette, request, _plain(error))
    return curating.answered(datasette, request, told)


async def _sent(request: Request) -> bytes:
    try:
        async with await request.form(files=True, max_file_size=LARGEST) as form:
            sent = form.get("list")
            data: bytes = await sent.read() if sent and hasattr(sent, "read") else b""
    except MultipartParseError as error:
        raise UsageError(f"The file did not arrive: {error}.") from error
    if not data:
        raise UsageError("No file was chosen.")
    return data


def _brought(datasette: Datasette, store: Store, data: bytes) -> Done:
    turn = _Turn(datasette, feeds_file(datasette), store, {}, int(time.time()))
    config = turn.file.config
    found = sort(read(data), Followed(config, store.feeds()), rules_of(config))
    done = None
    if found.new:
        count = str(len(found.new))
        done = turn.write(edit.add(turn.file.text, found.new), "bring", count)
    figures = f"{len(found.new)}.{len(found.known)}.{len(found.remarks)}"
    return Done(target=f"/-/sources?{urlencode({'told': figures})}", act=done)


def take_back(datasette: Datasette, store: Store, act: reading.Act, now: int) -> None:
    """Undo an act on feeds.toml; raises UsageError where the file was changed there since."""
    _name, *lines = json.loads(act.value)
    done = Splice(*lines)
    turn = _Turn(datasette, feeds_file(datasette), store, {}, now)
    text = undone(turn.file.text, done)
    if text is None and act.what == "source/remove":  # its neighbours are others by now
        text = f"{turn.file.text.rstrip()}\n\n{done.gone.strip()}\n"
    if text is None:
        raise UsageError("feeds.toml was changed there since.", hint="Change it by hand.")
    with transaction(store.conn):
        reading.undo(store.conn, act.id, now=now)
        try:
            turn.write(text)
        except ConfigError as error:
            raise _plain(error) from error


def _(text: str) -> str:
    """Mark words for the catalogues."""
    return text


SAVED = _("Saved")
