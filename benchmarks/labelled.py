"""Pairs of entries, labelled by hand: read from data/stories.txt and given the shapes of feeds.

Each line there becomes an entry as its site publishes it (where the link is, where the comments
are, what the markup around it looks like), and is refined as a fetched one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from aggregator.model import Entry, FeedInfo, Parsed, RawEntry, Text
from aggregator.refine import refine

DATA = Path(__file__).parent / "data" / "stories.txt"
START = 1_699_956_000  # 2023-11-14T10:00:00Z


class Line(NamedTuple):
    """A line of the file: who published what, and when."""

    where: str
    hours: float
    title: str
    url: str
    text: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Whose entry it is."""

    name: str
    url: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """An entry and the block it stands in; `same` says that the block is one story."""

    entry: Entry
    feed: Feed
    published_at: int
    block: int
    same: bool
    about: str


def labelled(text: str) -> list[Labelled]:
    """Return the entries of the file, in its order."""
    texts = dict(_texts(text))
    return [
        Labelled(
            entry=_refined(line, feed, at),
            feed=feed,
            published_at=at,
            block=block,
            same=same,
            about=about,
        )
        for block, same, about, line in _lines(text, texts)
        for feed in [_feed(line.where)]
        for at in [START + int(line.hours * 3600) + line.number % 60]
    ]


def pairs(entries: list[Labelled]) -> Iterator[tuple[Labelled, Labelled]]:
    """Yield the labelled pairs: all within a block."""
    return ((a, b) for a, b in combinations(entries, 2) if a.block == b.block)


def _texts(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if line.startswith("text "):
            name, _, words = line.removeprefix("text ").partition(": ")
            yield name, words


def _lines(text: str, texts: Mapping[str, str]) -> Iterator[tuple[int, bool, str, Line]]:
    block, same, about = 0, False, ""
    for number, line in enumerate(text.splitlines()):
        kind, _, rest = line.partition(": ")
        if kind in {"same", "unlike"}:
            block, same, about = number, kind == "same", rest
        elif line.startswith("  "):
            yield block, same, about, _line(line, texts, number)


def _line(line: str, texts: Mapping[str, str], number: int) -> Line:
    """Read `where hours | title | page | @text`; page and text may be missing."""
    head, *parts = (part.strip() for part in f"{line} ".split(" | "))
    where, hours = head.split()
    named = parts.pop().removeprefix("@") if parts[-1].startswith("@") else ""
    url = parts.pop() if len(parts) > 1 else ""
    # A title may have the mark in it.
    return Line(where, float(hours), " | ".join(parts), url, texts[named] if named else "", number)


def _feed(where: str) -> Feed:
    shape, _, name = where.partition(":")
    pattern, category, _make = SHAPES[shape]
    return Feed(name=where, url=pattern.format(name.replace("@", "-")), category=category)


def _refined(line: Line, feed: Feed, at: int) -> Entry:
    shape, _, name = line.where.partition(":")
    raw = SHAPES[shape][2](line, name.replace("@", "-"))
    told = {"id": f"{line.where}-{line.number}", "published": at}
    parsed = Parsed(feed=FeedInfo(), entries=(RawEntry(**{**told, **raw}),))
    return refine(parsed, url=feed.url, identity=0).entries[0]


Raw = dict[str, object]


def _id(line: Line) -> str:
    return hashlib.sha256(str(line.number).encode()).hexdigest()[:8]


def _html(markup: str) -> tuple[Text, ...]:
    return (Text(markup),)


def _hacker_news(line: Line, _name: str) -> Raw:
    """As news.ycombinator.com/rss and hnrss.org write it; without a page it is its own."""
    comments = _thread(line.url or str(line.number))
    link = line.url or comments
    markup = (
        f'<p>Article URL: <a href="{escape(link)}">{escape(link)}</a></p>'
        f'<p>Comments URL: <a href="{comments}">{comments}</a></p><p>Points: 12</p>'
    )
    return {"title": Text(line.title), "link": link, "comments": comments, "content": _html(markup)}


def _thread(url: str) -> str:
    """Where Hacker News talks about a page."""
    return f"https://news.ycombinator.com/item?id={38_000_000 + crc32(url.encode()) % 1_000_000}"


def _lobsters(line: Line, _name: str) -> Raw:
    comments = f"https://lobste.rs/s/{_id(line)[:6]}/story"
    markup = f'<p><a href="{comments}">Comments</a></p>'
    link = line.url or comments
    return {"title": Text(line.title), "link": link, "comments": comments, "content": _html(markup)}


def _reddit(line: Line, name: str) -> Raw:
    own = f"https://www.reddit.com/r/{name}/comments/{_id(line)}/title/"
    markup = (
        f'&#32; submitted by &#32; <a href="https://www.reddit.com/user/{_id(line)[:5]}"> '
        f'/u/{_id(line)[:5]} </a> <br/> <span><a href="{escape(line.url or own)}">[link]</a></span>'
        f' &#32; <span><a href="{own}">[comments]</a></span>'
    )
    return {"title": Text(line.title), "link": own, "content": _html(markup)}


def _lemmy(line: Line, name: str) -> Raw:
    own = f"https://lemmy.example/post/{line.number}"
    markup = (
        f'submitted by <a href="https://lemmy.example/u/x">x</a> to '
        f'<a href="https://lemmy.example/c/{name}">{name}</a><br>9 points | '
        f'<a href="{own}">4 comments</a><br><a href="{escape(line.url)}">{escape(line.url)}</a>'
    )
    return {"title": Text(line.title), "link": own, "comments": own, "content": _html(markup)}


def _mastodon(line: Line, name: str) -> Raw:
    words = [_word(word) for word in line.title.split()]
    about = line.url.removeprefix("hn:")
    url = line.url if about == line.url else _thread(about)
    link = f' <a href="{escape(url)}" rel="nofollow">{_shown(url)}</a>' if url else ""
    return {
        "link": f"https://mastodon.example/@{name}/1113{line.number}",
        "content": _html(f"<p>{' '.join(words)}{link}</p>"),
    }


def _word(word: str) -> str:
    if word.startswith("#"):
        tag = word[1:]
        return (
            f'<a href="https://mastodon.example/tags/{tag}" class="mention hashtag" rel="tag">'
            f"#<span>{tag}</span></a>"
        )
    return f'<a href="{escape(word)}">{_shown(word)}</a>' if "://" in word else escape(word)


def _shown(url: str) -> str:
    bare = url.partition("://")[2]
    cut = bare[:28]
    return f'<span class="invisible">https://</span><span class="ellipsis">{escape(cut)}</span>'


def _bluesky(line: Line, name: str) -> Raw:
    words = f"{line.title}\n\n{line.url}" if line.url else line.title
    return {
        "link": f"https://bsky.app/profile/{name}.example/post/3k{_id(line)}",
        "summary": Text(words, "text/plain"),
    }


def _telegram(line: Line, name: str) -> Raw:
    markup = f'{escape(line.title)}<br><a href="{escape(line.url)}">{escape(line.url)}</a>'
    return {"link": f"https://t.me/{name}/{line.number}", "content": _html(markup)}


def _tumblr(line: Line, name: str) -> Raw:
    markup = f'<p><a href="{escape(line.url)}">{escape(line.title)}</a></p>'
    own = f"https://{name}.tumblr.com/post/{line.number}"
    return {"title": Text(line.title), "link": own, "content": _html(markup)}


def _linked_in(line: Line, name: str) -> Raw:
    markup = f'<p>{escape(line.title)} <a href="{escape(line.url)}">{escape(line.url)}</a></p>'
    own = f"https://www.linkedin.com/posts/{name}_activity-{line.number}"
    return {"link": own, "content": _html(markup)}


def _google_news(line: Line, _name: str) -> Raw:
    markup = f'<a href="{line.url}" target="_blank">{escape(line.title)}</a>&nbsp;'
    return {"title": Text(line.title), "link": line.url, "summary": Text(markup)}


def _news(line: Line, _name: str) -> Raw:
    words = line.text or f"{line.title}. More on our page."
    return {"title": Text(line.title), "link": line.url, "summary": Text(escape(words))}


def _page(line: Line, _name: str) -> Raw:
    words = escape(line.text or f"{line.title}: the whole of it.")
    markup = f'<p>{words}</p><p><a href="https://example.net/feeds">About this feed</a></p>'
    return {"title": Text(line.title), "link": line.url, "content": _html(markup)}


# A feed's address by the name of its owner, its category, and how it writes an entry.
SHAPES: dict[str, tuple[str, str, Callable[[Line, str], Raw]]] = {
    "hn": ("https://news.ycombinator.com/rss", "forums", _hacker_news),
    "lobsters": ("https://lobste.rs/rss", "forums", _lobsters),
    "reddit": ("https://www.reddit.com/r/{}/.rss", "forums", _reddit),
    "lemmy": ("https://lemmy.example/feeds/c/{}.xml", "forums", _lemmy),
    "forum": ("https://{}/feed", "forums", _page),
    "mastodon": ("https://mastodon.example/@{}.rss", "microblogs", _mastodon),
    "bluesky": ("https://bsky.app/profile/{}.example/rss", "microblogs", _bluesky),
    "tumblr": ("https://{}.tumblr.com/rss", "microblogs", _tumblr),
    "telegram": ("https://t.me/s/{}", "messaging", _telegram),
    "linkedin": ("https://bridge.example/linkedin/{}", "professional", _linked_in),
    "news": ("https://{}/rss", "blogs", _news),
    "gnews": ("https://news.google.com/rss", "curation", _google_news),
    "blog": ("https://{}/feed.xml", "blogs", _page),
    "linkblog": ("https://{}/feed.xml", "curation", _page),
    "planet": ("https://{}/atom.xml", "curation", _page),
    "newsletter": ("https://{}/feed", "curation", _page),
    "github": ("https://github.com/{}/releases.atom", "blogs", _page),
    "photo": ("https://{}/rss", "photo", _page),
    "youtube": ("https://www.youtube.com/feeds/videos.xml?user={}", "video", _news),
    "podcast": ("https://{}/podcast.xml", "music", _news),
}
