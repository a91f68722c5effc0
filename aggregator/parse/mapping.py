"""A JSON answer and a mapping row → `Parsed`.

The rows (`mappings.ROWS`, and `[[json]]` in feeds.toml) say where the records of an answer are and
which of their values is what; `picking` explains the expressions. What is missing in a record is
missing in its entry; an answer that has another shape altogether is a ParseError that says which
was expected.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from aggregator.errors import ParseError
from aggregator.model import Enclosure, FeedInfo, Parsed, RawEntry, Text
from aggregator.parse import picking
from aggregator.parse.bbcode import from_bbcode, from_slack
from aggregator.parse.dates import parse_date
from aggregator.parse.picking import Scope
from aggregator.parse.resolve import join
from aggregator.parse.split import HASH_SIZE, PARSER_VERSION, unpack
from aggregator.parse.texts import looks_like_html
from aggregator.rules import JsonRow, Mapping

_CONDITION = re.compile(r"\s*(\S+?)\s*(!=|=)\s*(.*?)\s*")
_DAY = re.compile(
    r"(\d{4})[-/.](\d\d?)[-/.](\d\d?)"
    r"(?:[T ]+(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|UTC|[+-]\d\d:?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
_MARKUP = re.compile(r"<[^<>]*>")
_BBCODE = re.compile(r"\[/?[a-zA-Z*]")
_FORMATTER = re.compile(r"_?\{[^{}]*\}")
_MILLISECONDS = 100_000_000_000
"""Seconds reach so far in the year 5138: a larger number counts milliseconds."""


def read_mapped(
    body: bytes, *, mapping: Mapping, url: str, known_hashes: bytes, max_entries: int
) -> Parsed:
    """Read a JSON answer by a mapping; records that are known already are left out.

    Of more records than `max_entries` the newest are read, by their dates, else by their places.
    Raises ParseError: kind `malformed` for another shape, `api` for an error told in the answer.
    """
    try:
        document = _load(body)
        records = _records(document, mapping.row)
        scopes = [Scope(document, record, dict(mapping.groups)) for record in records]
        wanted = [scope for scope in scopes if _fulfils(scope, mapping.row)]
        entries = [_entry(scope, mapping.row, url) for scope in wanted]
    except RecursionError as error:
        raise _malformed("The JSON of this document is nested too deep.") from error
    listed = [entry for entry in entries if entry.id]
    if entries and not listed:
        raise _malformed(
            f"None of the answer's {len(entries)} records has what is expected at "
            f"{mapping.row.id!r} or {mapping.row.url!r}."
        )
    newest = _newest(listed, max_entries)
    hashes = [_digest(entry, url) for entry in newest]
    known = unpack(known_hashes)
    fresh = [entry for entry, hashed in zip(newest, hashes, strict=True) if hashed not in known]
    return Parsed(
        feed=_feed(Scope(document, None, dict(mapping.groups)), mapping.row, url),
        entries=tuple(fresh),
        hashes=b"".join(hashes),
        listed=len(listed),
        delta=len(fresh) < len(newest),
        path="json",
    )


def _load(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig", "replace"), strict=False)
    except ValueError as error:
        what = "a web page came" if body.lstrip()[:1] == b"<" else "what came can't be read as JSON"
        raise _malformed(f"A JSON answer was expected, but {what}.") from error


def _records(document: Any, row: JsonRow) -> list[dict[str, Any]]:
    """Find the list of records, where the row says that it is."""
    path = row.list.removesuffix("[]").removeprefix("$").strip(".")
    found = picking.at(path, document)
    lists = [each for each in found if isinstance(each, list)]
    if not lists or _is_refused(document):
        raise _told(document) or _malformed(
            f"The answer has another shape: a list was expected at {row.list!r}."
        )
    return [record for each in lists for record in each if isinstance(record, dict)]


def _is_refused(document: Any) -> bool:
    """Slack says so within any answer."""
    return isinstance(document, dict) and document.get("ok") is False


def _told(document: Any) -> ParseError | None:
    """Find the words of an error that the answer is."""
    scope = Scope(document, document, {})
    words = picking.text(
        "error.message | error.error_message | error_description | message | errors[0].message"
        " | error | errcode | errors[0] | detail",
        scope,
    )
    named = isinstance(document, dict) and any(
        key in document for key in ("error", "errors", "errcode", "message", "detail")
    )
    if not words or not named:
        return None
    said = " ".join(words.split())[:200]
    return ParseError(f"The service answered with an error: {said}", kind="api")


def _fulfils(scope: Scope, row: JsonRow) -> bool:
    """Whether a record fulfils all conditions: `path`, `path = value` or `path != value`."""
    return all(_holds(condition, scope) for condition in row.where)


def _holds(condition: str, scope: Scope) -> bool:
    match = _CONDITION.fullmatch(condition)
    if not match:
        return any(picking.values(condition, scope))
    path, sign, wanted = match.groups()
    given = {picking.as_text(value) for value in picking.values(path, scope)}
    return (wanted in given) == (sign == "=")


def _entry(scope: Scope, row: JsonRow, url: str) -> RawEntry:
    """Make an entry of a record; `id` falls back on the link, None where there is neither."""
    link = _web(picking.text(row.url, scope), url)
    image = _web(picking.text(row.image, scope), url)
    credit = picking.text(row.credit, scope, escape=escape)
    title = picking.text(row.title, scope)
    return RawEntry(
        id=picking.text(row.id, scope) or link,
        link=link,
        title=Text(title, "text/plain", url) if title else None,
        summary=_summary(scope, row, credit, url),
        content=_content(scope, row, image, credit, link or url),
        author=picking.text(row.author, scope),
        published=moment(picking.values(row.published, scope), row.date),
        updated=moment(picking.values(row.updated, scope), row.date),
        tags=_tags(picking.texts(row.tags, scope)),
        enclosures=_enclosures(scope, row, url),
        thumbnail=image,
        duration=_seconds(picking.text(row.duration, scope)),
        rights=_MARKUP.sub("", credit) if credit else None,
    )


def _summary(scope: Scope, row: JsonRow, credit: str | None, base: str) -> Text | None:
    """Take the record's summary; where the service asks for a credit, that is said in it."""
    said = picking.text(row.summary, scope, escape=escape)
    written = " — ".join(part for part in (said, credit) if part)
    return Text(written, "text/html", base) if written else None


def _content(
    scope: Scope, row: JsonRow, image: str | None, credit: str | None, base: str
) -> tuple[Text, ...]:
    """Take the record's text, and with a credit the picture that it belongs to."""
    html = picking.text(row.html, scope)
    text = picking.text(row.text, scope)
    written = _FORMATS[row.format](html) if html else ""
    if credit:
        picture = f'<p><img src="{escape(image)}" alt=""></p>' if image else ""
        words = written or (f"<p>{escape(text)}</p>" if text else "")
        written = f"{picture}{words}<p>{credit}</p>"
    plain = Text(text, "text/plain", base) if text else None
    marked = Text(written, "text/html", base) if written else None
    return tuple(each for each in (marked, plain) if each)


def _steam(text: str) -> str:
    """Steam's own news are BBCode, those that it quotes from elsewhere are HTML."""
    return text if looks_like_html(text) and not _BBCODE.search(text) else from_bbcode(text)


_FORMATS: dict[str, Callable[[str], str]] = {"html": str, "bbcode": _steam, "slack": from_slack}
FORMATS = tuple(_FORMATS)
DATES = ("iso", "date", "unix", "none")


def _tags(given: tuple[str, ...]) -> tuple[str, ...]:
    """Take tags; a single text may hold all of them, separated by commas."""
    parts = given[0].split(",") if len(given) == 1 else given
    return tuple(dict.fromkeys(tag.strip() for tag in parts if tag.strip()))


def _enclosures(scope: Scope, row: JsonRow, base: str) -> tuple[Enclosure, ...]:
    constant = "/" in row.media_type
    kind = row.media_type if constant else picking.text(row.media_type, scope)
    addresses = (_web(given, base) for given in picking.texts(row.media, scope))
    return tuple(Enclosure(url=address, type=kind) for address in addresses if address)


def _web(given: str | None, base: str) -> str | None:
    """Make an address absolute; GOG's pictures have a place for a size, which may be empty."""
    return join(base, _FORMATTER.sub("", given)) or None if given else None


def _seconds(given: str | None) -> int | None:
    try:
        seconds = int(float(given or 0))
    except (ValueError, OverflowError):
        return None
    return seconds if seconds > 0 else None


def moment(given: Sequence[Any], kind: str) -> int | None:
    """Read a date: ISO 8601 and its relatives, a day, or a number of (milli)seconds."""
    written = picking.as_text(given[0]) if given and kind != "none" else None
    if not written:
        return None
    if kind == "unix" or re.fullmatch(r"\d{9,}(?:\.\d+)?", written, re.ASCII):
        return _epoch(written)
    day = _DAY.fullmatch(written)
    if not day:
        return parse_date(written)
    year, month, date, time, zone = day.groups()
    try:
        dt.date(int(year), int(month), int(date))
    except ValueError:
        return None  # 0000-00-00, which Deezer says of what is not out yet
    time = (time or "00:00:00") if kind == "iso" else "00:00:00"
    seconds = "" if time.count(":") == 2 else ":00"
    return parse_date(f"{year}-{month:0>2}-{date:0>2}T{time}{seconds}{_zone(zone, kind)}")


def _zone(zone: str | None, kind: str) -> str:
    if kind != "iso" or not zone or zone.upper() in {"Z", "UTC"}:
        return "Z"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


def _epoch(written: str) -> int | None:
    try:
        seconds = float(written)
    except ValueError:
        return None
    seconds = seconds / 1000 if abs(seconds) > _MILLISECONDS else seconds
    return int(seconds) if 0 < seconds < _MILLISECONDS else None


def _newest(entries: list[RawEntry], most: int) -> list[RawEntry]:
    if len(entries) <= most:
        return entries
    if all(entry.published is not None for entry in entries):
        entries = sorted(entries, key=lambda entry: entry.published or 0, reverse=True)
    return entries[:most]


def _feed(scope: Scope, row: JsonRow, url: str) -> FeedInfo:
    return FeedInfo(
        title=picking.text(row.feed_title, scope), link=_web(picking.text(row.site, scope), url)
    )


def _digest(entry: RawEntry, url: str) -> bytes:
    """Sum up what an entry says.

    Not of the record: counters of views are news to nobody. Nor the queries of files: signatures
    expire, and the next answer has others for the same files.
    """
    texts = [each and each.value for each in (entry.title, entry.summary, *entry.content)]
    files = [_bare(file.url) for file in entry.enclosures]
    said = (
        url, entry.id, entry.link, entry.author, entry.published, entry.updated, entry.tags,
        entry.duration, entry.rights, entry.thumbnail and _bare(entry.thumbnail), texts, files,
    )  # fmt: skip
    written = json.dumps(said).encode()
    return hashlib.blake2b(written, digest_size=HASH_SIZE, person=b"map" + PARSER_VERSION).digest()


def _bare(address: str) -> str:
    return address.partition("?")[0]


def _malformed(message: str) -> ParseError:
    return ParseError(message, kind="malformed")
