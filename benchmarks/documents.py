"""The documents of the benchmark: thousands of distinct feeds, each a function of (feed, round).

Half are RSS, a quarter Atom, the rest podcasts and YouTube channels; 10 to 46 entries each, 28 on
average, with 1 to 4 KB of HTML an entry (YouTube: plain text). In every round after the first a
share of the feeds has one to three new entries. Nothing is stored: a paragraph comes from a pool,
everything else is arithmetic, so that the server has little to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from functools import cache
from hashlib import blake2b
from html import escape
from random import Random

START = 1_780_000_000  # 2026-05-28: when the first entry of every feed was written
STEP = 6 * 3600
POOL = 600

MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "podcast": "application/rss+xml; charset=utf-8",
    "youtube": "text/xml; charset=UTF-8",
}
KINDS = ("rss", "atom", "rss", "podcast", "rss", "atom", "rss", "youtube")


def dice(*parts: int) -> int:
    """A number that depends on nothing but `parts`."""
    text = ",".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest())


@dataclass(frozen=True, slots=True)
class World:
    """`feeds` feeds, numbered from 0, of which `share` change in every round after round 0."""

    feeds: int
    share: float = 0.1

    def kind(self, feed: int) -> str:
        """Return the format of a feed."""
        return KINDS[feed % len(KINDS)]

    def listed(self, feed: int) -> int:
        """Return how many entries a feed's document has, in every round."""
        return 10 + dice(feed, 1) % 37

    def added(self, feed: int, round_: int) -> int:
        """Return how many entries are new in a round."""
        changes = round_ > 0 and (feed * 7 + round_) % max(round(1 / self.share), 1) == 0
        return 1 + dice(feed, round_, 2) % 3 if changes else 0

    def written(self, feed: int, round_: int) -> int:
        """Return how many entries a feed has had, up to a round."""
        return self.listed(feed) + sum(self.added(feed, each) for each in range(1, round_ + 1))

    def expected(self, round_: int) -> int:
        """Return how many entries a reader has that looked in every round."""
        return sum(self.written(feed, round_) for feed in range(self.feeds))

    def etag(self, feed: int, round_: int) -> str:
        """Return the validator, which changes when the document does."""
        return f'"{feed:x}-{self.written(feed, round_):x}"'

    def modified(self, feed: int, round_: int) -> str:
        """Return the other validator, an HTTP date."""
        return formatdate(_time(feed, self.written(feed, round_) - 1), usegmt=True)

    def document(self, feed: int, round_: int) -> bytes:
        """Return the feed as it is in a round, newest entry first."""
        last = self.written(feed, round_)
        numbers = range(last - 1, last - 1 - self.listed(feed), -1)
        head, entry, tail = SHAPES[self.kind(feed)]
        return "".join([head(feed), *(entry(feed, number) for number in numbers), tail]).encode()


def _time(feed: int, number: int) -> int:
    return START + number * STEP + feed % STEP


def _rfc3339(feed: int, number: int) -> str:
    return datetime.fromtimestamp(_time(feed, number), UTC).isoformat()


def _rfc822(feed: int, number: int) -> str:
    return formatdate(_time(feed, number))


@cache
def _pool() -> tuple[list[str], list[str], list[str]]:
    """Paragraphs: as HTML, as escaped HTML, as plain text."""
    chance = Random(17)
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(900)]
    texts = [_sentences(chance, words) for _ in range(POOL)]
    html = [_paragraph(chance, text, number) for number, text in enumerate(texts)]
    return html, [escape(each) for each in html], [escape(text) for text in texts]


_SYLLABLES = [
    "ka",
    "lu",
    "mer",
    "ti",
    "son",
    "é",
    "var",
    "ö",
    "the",
    "and",
    "ing",
    "ri",
    "do",
    "pel",
]


def _sentences(chance: Random, words: list[str]) -> str:
    count = chance.randint(2, 4)
    lines = (" ".join(chance.choices(words, k=chance.randint(6, 13))) for _ in range(count))
    return " ".join(line.capitalize() + "." for line in lines)


def _paragraph(chance: Random, text: str, number: int) -> str:
    first, _, rest = text.partition(" ")
    return chance.choice(_MARKUP).format(first=first, rest=rest, number=number)


# As dense as the content of 250 real feeds: 7 tags (their median) and 7 attributes a KB.
_MARKUP = (
    "<p>{first} {rest}</p>\n",
    '<p class="wp-block-paragraph"><strong>{first}</strong> {rest}</p>\n',
    (
        '<p>{first} <a href="https://elsewhere.example/p/{number}?ref=feed" target="_blank"'
        ' rel="noopener noreferrer">{rest}</a></p>\n'
    ),
    (
        '<figure class="wp-block-image size-large"><img src="https://img.example/{number}.jpg"'
        ' class="wp-image-{number}" width="800" height="450" loading="lazy" alt="{first}"'
        ' srcset="https://img.example/{number}.jpg 800w"/></figure><p>{rest}</p>\n'
    ),
    '<blockquote class="quote"><p>{first} {rest}</p></blockquote>\n',
    '<ul class="list"><li>{first}</li><li style="color: red">{rest} &amp; more</li></ul>\n',
    '<p dir="ltr">{first} <em>{rest}</em> &#8220;<a href="/tags/{first}">{first}</a>&#8221;</p>\n',
)


def _text(column: int, feed: int, number: int) -> str:
    """1 to 4 KB of paragraphs; `column` is 0 for HTML, 1 escaped, 2 plain."""
    roll = dice(feed, number, 3)
    return "".join(_pool()[column][(roll + 37 * step) % POOL] for step in range(4 + roll % 12))


def _title(feed: int, number: int) -> str:
    plain = _pool()[2][dice(feed, number, 4) % POOL]
    return f"{plain[: 24 + number % 40].rstrip()} {feed}.{number}"


def _rss_head(feed: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"\n'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">\n<channel>\n'
        f"<title>Site number {feed}</title><link>https://site{feed}.example/</link>"
        f"<description>Everything from site {feed}</description><language>en</language>\n"
    )


def _rss_entry(feed: int, number: int) -> str:
    link = f"https://site{feed}.example/entries/{number}"
    plain = _pool()[2][dice(feed, number, 5) % POOL]
    return (
        f"<item>\n<title>{_title(feed, number)}</title>\n<link>{link}</link>\n"
        f"<comments>{link}#comments</comments>\n"
        f"<dc:creator><![CDATA[Author {feed % 9}]]></dc:creator>\n"
        f"<pubDate>{_rfc822(feed, number)}</pubDate>\n"
        f"<category><![CDATA[kind {number % 7}]]></category>\n"
        f'<guid isPermaLink="false">https://site{feed}.example/?p={number}</guid>\n'
        f"<description><![CDATA[<p>{plain}</p>]]></description>\n"
        f"<content:encoded><![CDATA[{_text(0, feed, number)}]]></content:encoded>\n</item>\n"
    )


def _podcast_entry(feed: int, number: int) -> str:
    link = f"https://site{feed}.example/episodes/{number}"
    return (
        f"<item>\n<title>{_title(feed, number)}</title>\n<link>{link}</link>\n"
        f'<guid isPermaLink="false">episode-{feed}-{number}</guid>\n'
        f"<pubDate>{_rfc822(feed, number)}</pubDate>\n"
        f"<itunes:duration>{number % 50 + 10}:{feed % 60:02}</itunes:duration>"
        f"<itunes:author>Host {feed % 9}</itunes:author><itunes:explicit>no</itunes:explicit>\n"
        f'<itunes:image href="https://img.example/{feed}/{number}.jpg"/>\n'
        f'<enclosure url="{link}.mp3" length="{20_000_000 + number}" type="audio/mpeg"/>\n'
        f"<description><![CDATA[{_text(0, feed, number)}]]></description>\n</item>\n"
    )


def _atom_head(feed: int) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>Site number {feed}</title><id>tag:site{feed}.example,2026:feed</id>\n"
        f'<link href="https://site{feed}.example/"/><updated>{_rfc3339(feed, 60)}</updated>\n'
    )


def _atom_entry(feed: int, number: int) -> str:
    when = _rfc3339(feed, number)
    return (
        f'<entry>\n<title type="html">{_title(feed, number)}</title>\n'
        f"<id>tag:site{feed}.example,2026:{number}</id>\n"
        f'<link rel="alternate" type="text/html" href="https://site{feed}.example/notes/{number}"/>\n'
        f"<published>{when}</published><updated>{when}</updated>\n"
        f'<author><name>Author {feed % 9}</name></author><category term="kind {number % 7}"/>\n'
        f'<content type="html">{_text(1, feed, number)}</content>\n</entry>\n'
    )


def _youtube_head(feed: int) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015"'
        ' xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>yt:channel:{feed}</id><yt:channelId>{feed}</yt:channelId>\n"
        f"<title>Channel {feed}</title>\n"
        f'<link rel="alternate" href="https://video.example/channel/{feed}"/>'
        f"<author><name>Channel {feed}</name></author>\n"
    )


def _youtube_entry(feed: int, number: int) -> str:
    when, title = _rfc3339(feed, number), _title(feed, number)
    return (
        f"<entry>\n<id>yt:video:{feed}-{number}</id><yt:videoId>{feed}-{number}</yt:videoId>"
        f"<title>{title}</title>\n"
        f'<link rel="alternate" href="https://video.example/watch?v={feed}-{number}"/>\n'
        f"<author><name>Channel {feed}</name></author><published>{when}</published>"
        f"<updated>{when}</updated>\n<media:group><media:title>{title}</media:title>\n"
        f'<media:content url="https://video.example/v/{feed}-{number}" width="640" height="390"/>\n'
        f'<media:thumbnail url="https://img.example/{feed}-{number}.jpg" width="480"/>\n'
        f"<media:description>{_text(2, feed, number)}</media:description>\n"
        f'<media:community><media:statistics views="{number * 31}"/></media:community>\n'
        "</media:group>\n</entry>\n"
    )


Shape = tuple[Callable[[int], str], Callable[[int, int], str], str]
SHAPES: dict[str, Shape] = {
    "rss": (_rss_head, _rss_entry, "</channel></rss>\n"),
    "podcast": (_rss_head, _podcast_entry, "</channel></rss>\n"),
    "atom": (_atom_head, _atom_entry, "</feed>\n"),
    "youtube": (_youtube_head, _youtube_entry, "</feed>\n"),
}
