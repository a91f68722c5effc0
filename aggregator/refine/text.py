"""Plain words out of markup: text, titles, summaries, names.

Everything that leaves this module is text, not markup: it may hold `<` and `&` and must be escaped
on the way out. It holds no control characters, no lone surrogates, and none of the characters that
turn the direction of what follows (they make `exe.fdp` read `pdf.exe`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import unescape

from aggregator import urls
from aggregator.model import Text

TITLE = 500  # characters of a title that we keep
DERIVED = 80  # characters of a title made from the text
SUMMARY = 300  # characters of a summary
AUTHOR = 200  # characters of an author's name

_TITLE_SOURCE = 8_000  # characters of markup that are read for a title
_LEAD = 700  # characters of sanitised HTML that hold a summary, mostly
_SUMMARY_SOURCE = 4_000  # characters of markup that are read for a summary

# C0, C1, embeddings, overrides and isolates (Unicode UAX 9), halves of characters, non-characters.
_DECEPTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_ORDINARY = bytes([9, 10, *range(32, 127)])
PIECES = r"(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+"  # of a tag, up to its end
_TAG = re.compile(r"<(/?[a-zA-Z][\w:-]*+|[!?])[^<>]*+>")
# The same in UTF-8: a first byte that may begin one, and what must follow.
_DECEPTIVE_BYTES = re.compile(
    rb"[\x00-\x08\x0b-\x1f\x7f\xc2\xe2\xed\xef](?:(?<=[\x00-\x7f])|(?<=\xc2)[\x80-\x9f]"
    rb"|(?<=\xe2)(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])|(?<=\xed)[\xa0-\xbf]|(?<=\xef)\xbf[\xbe\xbf])"
)
_SAFE_TAG = re.compile(r"<(/?[a-z0-9]++)[^>]*+>")  # nh3 escapes attributes
_UNSEEN = re.compile(r"<(?i:script|style|title|textarea|template|svg)\b[^<>]*+>[^<]*+")
_BREAK = "\x0b"
_BLOCKS = (
    "address article aside blockquote br caption dd details div dl dt figcaption figure footer "
    "h1 h2 h3 h4 h5 h6 header hgroup hr li main nav ol p pre section summary table tr ul video "
    "audio"
)
_CELLS = "td th img"
_INLINE = (
    "a abbr b cite code del dfn em font i ins kbd label mark picture q rp rt ruby s samp small "
    "source span strike strong sub sup tbody tfoot thead time tt u var wbr"
)


class _Breaks(dict[str, str]):
    """What stands in the text where a tag stood: a line break, a blank, mostly nothing."""

    def __missing__(self, tag: str) -> str:
        # Tags in capitals, and those that nobody keeps.
        return self.get(tag.lower(), "")


_BREAKS = _Breaks(
    {
        **{f"{end}{tag}": "" for tag in _INLINE.split() for end in ("", "/")},
        **{f"{end}{tag}": _BREAK for tag in _BLOCKS.split() for end in ("", "/")},
        **{f"{end}{tag}": " " for tag in _CELLS.split() for end in ("", "/")},
    }
)


def is_deceptive(raw: bytes) -> bool:
    """Tell whether a text in UTF-8 holds characters that are not text."""
    # The pattern looks only at what is not ordinary ASCII: mostly at next to nothing.
    rest = raw.translate(None, _ORDINARY)
    return bool(rest) and bool(_DECEPTIVE_BYTES.search(rest))


def tidy(text: str) -> str:
    """Take out the characters that are not text."""
    return text if text.isprintable() else _DECEPTIVE.sub("", text)


def one_line(text: str) -> str:
    """Write a text without breaks, indents and double blanks."""
    # Most are one already: the only blank that Python calls printable is U+0020.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return " ".join(tidy(" ".join(text.split())).split())


def text_of(safe: str) -> str:
    """Read the text of sanitised HTML: a line a block, single blanks, entities decoded."""
    return _read(_SAFE_TAG.split(safe)) if "<" in safe else _read([safe])


def lead_of(safe: str) -> str:
    """Read the first words of sanitised HTML: enough for a title and a summary, often not all.

    What is made of it by `title_of` and `summary_of` is what they make of the whole text.
    """
    end = _LEAD
    while end < len(safe):
        lead = text_of(safe[: max(safe.rfind("<", 0, end), 0)])
        if len(lead) > SUMMARY:
            return lead
        end *= 2
    return text_of(safe)


def _read(pieces: list[str]) -> str:
    """Join markup cut at its tags (a text, a tag's name, a text …) to lines of text."""
    pieces[1::2] = map(_BREAKS.__getitem__, pieces[1::2])
    joined = "".join(pieces)
    if "&" in joined:
        joined = unescape(joined)
    joined = joined.replace("\n", " ").replace("\t", " ").replace("\xa0", " ")
    lines: Iterable[str] = filter(None, map(str.strip, joined.split(_BREAK)))
    if "  " in joined:  # `split` and `join` for every line would take as long as all the rest
        lines = (" ".join(line.split()) if "  " in line else line for line in lines)
    return "\n".join(lines)


def strip(markup: str) -> str:
    """Read the text of any markup, in linear time; what a browser hides is left out."""
    if "<" not in markup and "&" not in markup and markup.isprintable() and "  " not in markup:
        return markup.strip(" ")
    seen = _UNSEEN.sub("", tidy(markup.replace("\r", " ")))
    text = _read(_TAG.split(seen))
    return tidy(text).strip() if "&" in seen else text


def shorten(text: str, limit: int) -> str:
    """Cut a text to at most `limit` characters, at a word, and mark the cut with "…"."""
    if len(text) <= limit:
        return text.replace("\n", " ")
    head = text[:limit].replace("\n", " ")
    at = head.rfind(" ")
    # Scripts without blanks, and addresses, are cut anywhere.
    return head[: at if at > limit // 2 else limit - 1].rstrip(" ,;:.–-…") + "…"


def words(text: Text | None, limit: int) -> str:
    """Read a text construct as one line of at most `limit` characters."""
    if text is None:
        return ""
    value = text.value[:_TITLE_SOURCE]
    line = one_line(value if text.type == "text/plain" else strip(value))
    return shorten(line, limit)


def is_said(text: Text | None) -> bool:
    """Tell whether a text construct holds words for sure, at first sight."""
    if text is None:
        return False
    value = text.value
    return (
        value[:80].strip() != "" and value.isprintable() and "<" not in value and "&" not in value
    )


def title_of(title: Text | None, text: str, url: str | None) -> str:
    """Read an entry's title; without one take its first words, its host, or say so."""
    return (
        words(title, TITLE)
        or shorten(text, DERIVED)
        or urls.host(url or "").removeprefix("www.")
        or "(untitled)"
    )


def summary_of(summary: Text | None, text: str) -> str:
    """Shorten what the feed says is the summary, else the text itself."""
    if summary is None:
        return shorten(text, SUMMARY)
    value = summary.value[:_SUMMARY_SOURCE]
    said = one_line(value) if summary.type == "text/plain" else strip(value)
    return shorten(said or text, SUMMARY)


_MAIL_THEN_NAME = re.compile(r"[^\s()]+@[^\s()]+\s*\((.+)\)\Z")
_NAME_THEN_MAIL = re.compile(r"(.*?\S)\s*[<(]\s*(?:mailto:)?[^\s<>()]+@[^\s<>()]+\s*[>)]\Z")
_ADDRESS = re.compile(r"(?i)(?:mailto:)?([^\s@<>()]+)@[^\s<>()]+\Z")


def author_of(author: str | None) -> str | None:
    """Read a name: `a@example.org (Name)` (RSS 2.0) and `Name <a@example.org>` give `Name`.

    A bare address gives the part in front of the @: names are shown to everybody, and addresses
    are harvested.
    """
    return _author(author[: 5 * AUTHOR]) if author else None


@lru_cache(maxsize=1024)
def _author(author: str) -> str | None:
    line = one_line(author)[: 2 * AUTHOR]
    named = _MAIL_THEN_NAME.match(line) or _NAME_THEN_MAIL.match(line)
    if named:
        line = named[1]
    elif address := _ADDRESS.match(line):
        line = "" if address[1].lower() in {"noreply", "no-reply"} else address[1]
    if "<" in line or "&" in line:
        line = one_line(strip(line))
    return shorten(line.strip(" \"'"), AUTHOR) or None


def tags_of(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Trim tags, drop repeats whatever their case, keep twenty of at most sixty characters."""
    if not tags:
        return ()
    seen: dict[str, str] = {}
    for tag in tags[:200]:
        name = shorten(one_line(tag[:300]), 60)
        if name:
            seen.setdefault(name.casefold(), name)
    return tuple(seen.values())[:20]


_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,4}\Z")


@lru_cache(maxsize=256)
def language_of(language: str | None) -> str | None:
    """Write a language tag as BCP 47 recommends (`de-AT`, `zh-Hant`); None for what is none."""
    tag = (language or "").strip()[:40].replace("_", "-").lower()
    if not _LANGUAGE.match(tag):
        return None
    first, *rest = tag.split("-")
    return "-".join([first, *(_SUBTAG_CASE.get(len(part), str.lower)(part) for part in rest)])


_SUBTAG_CASE = {2: str.upper, 4: str.title}
