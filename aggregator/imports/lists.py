"""Lists of lines: plain addresses, and the `urls` of Newsboat."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aggregator.config.values import Wrong
from aggregator.imports.folders import line, source
from aggregator.imports.nouns import Imported, Remark
from aggregator.imports.texts import decoded
from aggregator.model import Source

_TOKENS = re.compile(r'"((?:\\.|[^"\\])*)"|(\S+)')
_ESCAPED = re.compile(r"\\(.)")
_COMMAND = re.compile(r"(query|exec|filter):")
_BULLET = re.compile(r"(?:[-*+•]|\d+[.)])\s+")
# Neither piece reaches into another link: that would be looked through again for each of them.
_LINK = re.compile(r"\[([^\[\]]*+)\]\(\s*+((?:(?!\]\()\S)+?)\s*\)")
_BARE = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def address(text: str) -> str | None:
    """Return what a person wrote as an address: `<…>` and missing https:// are put right."""
    word = text.strip().removeprefix("<").removesuffix(">")
    if not word or re.search(r"\s", word):
        return None
    if _BARE.fullmatch(word):
        return f"https://{word}"
    return word if _SCHEME.match(word) else None


def addresses(text: str) -> Iterator[str]:
    """Yield the address of each line of a plain list; a line without one comes as it is."""
    for said, url in _plain(text):
        yield url or said


def read_plain(data: bytes) -> Imported:
    """Read a list with an address a line; bullets, Markdown links and # remarks are known."""
    sources: list[Source] = []
    remarks: list[Remark] = []
    for said, url in _plain(decoded(data)):
        title = _LINK.search(said)
        try:
            if url is None:
                remarks.append(Remark(line(said)[:60], "holds no address"))
            else:
                sources.append(source(url, title=title[1] if title else None))
        except Wrong as error:
            remarks.append(Remark(line(said)[:60], str(error)))
    return Imported(sources=tuple(sources), remarks=tuple(remarks))


def _plain(text: str) -> Iterator[tuple[str, str | None]]:
    """Yield each line with content and the address in it."""
    for raw in text.splitlines():
        said = _BULLET.sub("", raw.strip(), count=1)
        if said and not said.startswith("#"):
            link = _LINK.search(said)
            yield said, address(link[2] if link else said.split(" #")[0])


def is_newsboat(head: str) -> bool:
    """Tell Newsboat's `urls` by tags behind an address, or by its commands."""
    return any(
        _COMMAND.match(words[0]) or (len(words) > 1 and _SCHEME.match(words[0]))
        for words in map(_words, head.splitlines())
        if words and not words[0].startswith("#") and words[1:2] != ["#"]
    )


def read_newsboat(data: bytes) -> Imported:
    """Read `urls`: an address and its tags a line; "~Name" is its name, "!" hides it there."""
    sources: list[Source] = []
    remarks: list[Remark] = []
    for words in map(_words, decoded(data).splitlines()):
        if not words or words[0].startswith("#"):
            continue
        if command := _COMMAND.match(words[0]):
            remarks.append(Remark(line(words[0])[:60], f"{command[1]} is Newsboat's own"))
            continue
        names = [word[1:] for word in words[1:] if word.startswith("~")]
        tags = [word for word in words[1:] if not word.startswith(("~", "!"))]
        try:
            title = names[0] if names else None
            sources.append(source(words[0], title=title, folders=tags))
        except Wrong as error:
            remarks.append(Remark(line(words[0])[:60], str(error)))
    return Imported(sources=tuple(sources), remarks=tuple(remarks))


def _words(raw: str) -> list[str]:
    """Split a line as Newsboat does: by blanks, but not within quotes."""
    found = []
    for match in _TOKENS.finditer(raw):
        quoted, bare = match.groups()
        found.append(bare if quoted is None else _ESCAPED.sub(r"\1", quoted))
    return found
