"""From what feeds.toml says of a feed to what is sent, and back.

    rsshub:/telegram/channel/durov             → the bridge's address, with its key
    https://api.example/${TOKEN}/feed          → the same, from the environment
    https://pixabay.com/api/?key={PIXABAY_KEY} → the same, for a platform's key and its JSON row
    headers of feed, host and JSON row         → their `${NAME}` filled in

What is filled in exists between asking and answer alone: the store, the log, errors and exports
have the address as it was written. `answered` and `hushed` see to it. Pure: the environment is an
argument.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from aggregator import rules as nouns
from aggregator.errors import SourceError
from aggregator.model import Bridges, Fetched, Rules
from aggregator.parse.endpoints import mapping_for

Headers = tuple[tuple[str, str], ...]
Problem = TypeVar("Problem", bound=SourceError)

REFERENCES = ("rsshub:", "rssbridge:", "nitter:")
HIDDEN = "hidden"

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_ANY_HOST = "[^/]+"
_SECRET_HEADER = re.compile(r"(?i)auth|cookie|key|token|secret|passw")
_SECRET_PARAMETERS = frozenset({"key", "code", "token"})
_SHORTEST = 6
"""Characters; what is shorter can't be told from the words of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to send for a feed: `url` is its address as written, `address` the one to ask.

    `mapping` is how to read a JSON source's answer. `secrets` are the texts that must not be seen.
    `insecure` takes any certificate.
    """

    url: str
    address: str
    mapping: nouns.Mapping | None = None
    headers: Headers = ()
    secrets: tuple[str, ...] = ()
    insecure: bool = False


def request(url: str, *, rules: Rules, environ: Mapping[str, str]) -> Request:
    """Find out what to ask for a feed.

    Raises SourceError: kind `bridge` where the bridge of a reference is not configured, kind `key`
    where the environment lacks a variable.
    """
    if url.startswith(REFERENCES):
        return _by_bridge(url, rules.bridges, environ)
    mapping = mapping_for(url, rules.json)
    address, secrets = _filled(url, environ, _holes(mapping), escaped=True)
    headers: Headers = ()
    if mapping:
        headers = mapping.row.headers
        query = [(name, *_filled(text, environ)) for name, text in mapping.row.query]
        address = _with_query(address, [(name, text) for name, text, _ in query])
        secrets += tuple(secret for *_, found in query for secret in found)
    return Request(url=url, address=address, mapping=mapping, headers=headers, secrets=secrets)


def with_headers(
    asked: Request, headers: Sequence[tuple[str, str]], environ: Mapping[str, str]
) -> Request:
    """Add headers, of the feed and its host; they win over those of its JSON row.

    Raises SourceError, kind `key`.
    """
    said = {name.lower() for name, _ in headers}
    rest = (pair for pair in asked.headers if pair[0].lower() not in said)
    filled = [(name, *_filled(value, environ)) for name, value in (*rest, *headers)]
    written = [value.split()[-1:] for name, value, _ in filled if _SECRET_HEADER.search(name)]
    return replace(
        asked,
        headers=tuple((name, value) for name, value, _ in filled),
        secrets=asked.secrets
        + tuple(secret for *_, found in filled for secret in found)
        + _spellings(*(secret for words in written for secret in words)),
    )


def answered(asked: Request, fetched: Fetched) -> tuple[Fetched, str]:
    """Take what was filled in out of an answer; returns it with the base of relative addresses.

    An answer to the address itself counts as one of the feed's own, so that validators hold.
    """
    if asked.address == asked.url and not asked.secrets:
        return fetched, fetched.final_url
    base = fetched.final_url
    if asked.address != asked.url or _holds(base, asked.secrets):
        base = _plain(base, asked.secrets)
    return replace(
        fetched,
        final_url=asked.url if fetched.final_url == asked.address else base,
        permanent_url=_permanent(asked, fetched),
        headers={
            name: value
            for name, value in fetched.headers.items()
            if not _holds(value, _long(asked.secrets))
        },
        body=_scrubbed(fetched.body, asked.secrets) if fetched.body else fetched.body,
    ), base


def _permanent(asked: Request, fetched: Fetched) -> str | None:
    """Tell where a feed has moved, unless secrets would move with it to somebody else."""
    target = fetched.permanent_url
    if not target or asked.address != asked.url or _holds(target, asked.secrets):
        return None
    return target if urlsplit(target).netloc == urlsplit(asked.url).netloc else None


def hushed(asked: Request, error: Problem) -> Problem:
    """Take what was filled in out of an error's words."""
    secrets = _long(asked.secrets)
    error.message = _without(error.message, secrets)
    error.hint = _without(error.hint, secrets) if error.hint else error.hint
    error.args = (error.message,)
    return error


def _by_bridge(url: str, bridges: Bridges, environ: Mapping[str, str]) -> Request:
    """Expand a reference; the keys of the others need not be there."""
    # Only references need the room of finding, with all its rows.
    from aggregator.find.bridges import expand  # noqa: PLC0415

    names = {"rsshub:": "rsshub_key", "rssbridge:": "rssbridge_token"}
    name = names.get(url[: url.index(":") + 1])
    if not name or not getattr(bridges, name):
        return Request(url=url, address=expand(url, bridges))
    key, _ = _filled(getattr(bridges, name), environ)
    address = expand(url, replace(bridges, **{name: key}))
    asked = parse_qsl(urlsplit(address).query)
    said = (value for name, value in asked if name in _SECRET_PARAMETERS and value not in url)
    return Request(url=url, address=address, secrets=_spellings(key, *said))


def _holes(mapping: nouns.Mapping | None) -> re.Pattern[str]:
    """Say what is filled in: `${NAME}`, and in a known API's address its own keys, `{NAME}`.

    A list of feeds from somebody else must not send the environment's other secrets anywhere, nor
    a platform's to a host that only looks like it.
    """
    row = mapping.row if mapping else None
    if not row or not row.platform or row.endpoint.startswith(_ANY_HOST):
        return _VARIABLE
    prefix = re.escape(row.platform.upper().replace("-", "_"))
    return re.compile(rf"(?:\$|(?=\{{{prefix}_))\{{(\w+)\}}")


def _filled(
    text: str,
    environ: Mapping[str, str],
    holes: re.Pattern[str] = _VARIABLE,
    *,
    escaped: bool = False,
) -> tuple[str, tuple[str, ...]]:
    """Fill in a text, percent-escaped in addresses; returns it with what is secret in it."""
    if "{" not in text:
        return text, ()
    names = holes.findall(text)
    missing = [name for name in names if not environ.get(name, "").strip()]
    if missing:
        raise SourceError(
            f"The environment has no variable {missing[0]}.",
            kind="key",
            hint=f"Set {missing[0]} where `aggregate fetch` runs, also for cron.",
        )
    found = {name: environ[name].strip() for name in names}
    written = {name: quote(value, safe="") if escaped else value for name, value in found.items()}
    return holes.sub(lambda hole: written[hole[1]], text), _spellings(*found.values())


def _spellings(*secrets: str) -> tuple[str, ...]:
    """List secrets as they may be written: plain and percent-escaped, the longest first."""
    ways = {way for secret in secrets for way in (secret, quote(secret, safe=""), quote(secret))}
    return tuple(sorted((way for way in ways if way), key=lambda way: (-len(way), way)))


def _with_query(address: str, query: list[tuple[str, str]]) -> str:
    """Add parameters, but none that are there."""
    there = {name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True)}
    more = urlencode([(name, value) for name, value in query if name not in there])
    return f"{address}{'&' if '?' in address else '?'}{more}" if more else address


def _plain(address: str, secrets: tuple[str, ...]) -> str:
    """Reduce an address to what relative ones need, and to its host where that holds a secret."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    path = "/" if _holds(parts.path, secrets) else parts.path
    return f"{parts.scheme}://{host}{path}"


def _holds(text: str, secrets: tuple[str, ...]) -> bool:
    return any(secret in text for secret in secrets)


def _without(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _scrubbed(body: bytes, secrets: tuple[str, ...]) -> bytes:
    """Take secrets out of a document that repeats them, as in a link to itself."""
    for secret in _long(secrets):
        body = body.replace(secret.encode(), HIDDEN.encode())
    return body


def _long(secrets: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out those that any text may happen to hold."""
    return tuple(secret for secret in secrets if len(secret) >= _SHORTEST)
