"""The public page of a Telegram channel (`https://t.me/s/NAME`) → `Parsed`.

The page has the last twenty messages or so, the newest at the end. Groups, private channels and
those that chose to be shown in the app alone have no such page: t.me then sends one that
introduces them, which has no messages.
"""

from __future__ import annotations

import hashlib
import re
from html import escape

from aggregator.errors import ParseError
from aggregator.model import Enclosure, FeedInfo, Parsed, RawEntry, Text
from aggregator.parse.dates import parse_date
from aggregator.parse.resolve import join
from aggregator.parse.split import HASH_SIZE, PARSER_VERSION, unpack
from aggregator.parse.tree import Node, parse_page

_MARKS = re.compile(
    rb"""class=["'][^"'>]*\btgme_(?:widget_message_wrap|channel_history|channel_info|page)\b"""
)
_BACKGROUND = re.compile(r"background-image:\s*url\(\s*['\"]?([^'\")]+)")
_POST = re.compile(r"[A-Za-z0-9_]+/\d+")


def is_telegram(body: bytes) -> bool:
    """Whether a web page is one of Telegram's."""
    return bool(_MARKS.search(body))


def read_telegram(body: bytes, *, url: str, known_hashes: bytes, max_entries: int) -> Parsed:
    """Read a channel's page; messages that are known already are left out.

    Raises ParseError (not_a_feed) where a channel does not show its messages.
    """
    page = parse_page(body.decode("utf-8", "replace"))
    wraps = [node for node in page.all("tgme_widget_message") if not _is_service(node)]
    if not wraps and not page.first("tgme_channel_history", "tgme_channel_info"):
        raise ParseError(
            "This Telegram channel shows its messages in the app alone.",
            kind="not_a_feed",
            hint="Only public channels that allow a preview on the web can be followed.",
        )
    entries = [entry for node in reversed(wraps) if (entry := _entry(node, url))]
    newest = entries[:max_entries]
    hashes = [_digest(entry) for entry in newest]
    known = unpack(known_hashes)
    fresh = [entry for entry, hashed in zip(newest, hashes, strict=True) if hashed not in known]
    return Parsed(
        feed=_feed(page, url),
        entries=tuple(fresh),
        hashes=b"".join(hashes),
        listed=len(entries),
        delta=len(fresh) < len(newest),
        path="telegram",
    )


def _is_service(message: Node) -> bool:
    """Whether it is no message but a notice, such as of a new picture of the channel."""
    return "service_message" in message.classes


def _feed(page: Node, url: str) -> FeedInfo:
    title = page.first("tgme_channel_info_header_title", "tgme_widget_message_owner_name")
    about = page.first("tgme_channel_info_description")
    photo = page.first("tgme_page_photo_image")
    pictures = [node.attributes.get("src") for node in photo.walk()] if photo else []
    icon = next(filter(None, pictures), None)
    return FeedInfo(
        title=(title.text() or None) if title else None,
        link=url.replace("/s/", "/", 1).partition("?")[0],
        description=(about.text() or None) if about else None,
        icon=join(url, icon) if icon else None,
    )


def _entry(message: Node, url: str) -> RawEntry | None:
    """Read a message; None for one without a number of its own."""
    post = message.attributes.get("data-post", "")
    date = message.first("tgme_widget_message_date")
    link = date.attributes.get("href") if date else None
    if not _POST.fullmatch(post) and not link:
        return None
    identity = f"https://t.me/{post}" if _POST.fullmatch(post) else None
    photos = _photos(message)
    html = _html(message)
    return RawEntry(
        id=identity or link,
        link=link or identity,
        content=(Text(html, "text/html", url),) if html else (),
        author=_author(message),
        published=_published(message),
        enclosures=(*_files(message, url), *(Enclosure(url=p, type="image/jpeg") for p in photos)),
        thumbnail=photos[0] if photos else _thumbnail(message),
        duration=_duration(message),
    )


def _published(message: Node) -> int | None:
    """Read the date of a message; a video's length is a `time` too, but has no date."""
    times = (node.attributes.get("datetime") for node in message.walk() if node.tag == "time")
    return next((parse_date(given) for given in times if given), None)


def _author(message: Node) -> str | None:
    """Name whose words these are: of a forwarded message, the first author's."""
    node = message.first(
        "tgme_widget_message_forwarded_from_name",
        "tgme_widget_message_from_author",
        "tgme_widget_message_owner_name",
    )
    return (node.text() or None) if node else None


def _html(message: Node) -> str:
    """Put a message's content together: whence it was forwarded, words, a poll, a link's page."""
    pieces = [_forwarded(message), _words(message), _poll(message), _document(message)]
    pieces.append(_preview(message))
    return "".join(pieces)


def _forwarded(message: Node) -> str:
    node = message.first("tgme_widget_message_forwarded_from_name")
    return f"<p>Forwarded from {_linked(node, node.text())}</p>" if node else ""


def _words(message: Node) -> str:
    """Find the message's own words; those of one that it answers stand within a link to it."""
    answered = message.first("tgme_widget_message_reply")
    theirs = set(answered.walk()) if answered else set()
    texts = (node for node in message.all("tgme_widget_message_text") if node not in theirs)
    # A caption may be wrapped in another element of the same class.
    first = next(texts, None)
    html = first.html().strip() if first else ""
    return f"<p>{html}</p>" if html else ""


def _poll(message: Node) -> str:
    question = message.first("tgme_widget_message_poll_question")
    if not question:
        return ""
    options = message.all("tgme_widget_message_poll_option_text")
    listed = "".join(f"<li>{escape(option.text())}</li>" for option in options)
    return f"<p>{escape(question.text())}</p>" + (f"<ul>{listed}</ul>" if listed else "")


def _document(message: Node) -> str:
    title = message.first("tgme_widget_message_document_title")
    return f"<p>{escape(title.text())}</p>" if title and title.text() else ""


def _preview(message: Node) -> str:
    """Quote what Telegram shows of the page that a message links to."""
    node = message.first("tgme_widget_message_link_preview")
    if not node:
        return ""
    title, about = node.first("link_preview_title"), node.first("link_preview_description")
    named = _linked(node, title.text() if title else "")
    words = f"<br>{escape(about.text())}" if about else ""
    return f"<blockquote>{named}{words}</blockquote>" if named or words else ""


def _linked(node: Node, words: str) -> str:
    link = node.attributes.get("href")
    return f'<a href="{escape(link)}">{escape(words)}</a>' if link and words else escape(words)


def _photos(message: Node) -> list[str]:
    """List the photos of a message, each once."""
    found = (_background(node) for node in message.all("tgme_widget_message_photo_wrap"))
    return list(dict.fromkeys(address for address in found if address))


def _thumbnail(message: Node) -> str | None:
    """Find the picture of a video or of a link's page."""
    node = message.first(
        "tgme_widget_message_video_thumb",
        "tgme_widget_message_roundvideo_thumb",
        "link_preview_image",
        "link_preview_right_image",
    )
    return _background(node) if node else None


def _background(node: Node) -> str | None:
    match = _BACKGROUND.search(node.attributes.get("style", ""))
    return join("https://t.me/", match[1].strip()) or None if match else None


def _files(message: Node, url: str) -> tuple[Enclosure, ...]:
    """List the videos and voice messages; larger ones have no address on the page."""
    kinds = {"video": "video/mp4", "audio": "audio/ogg"}
    found = {
        join(url, source): kinds[node.tag]
        for node in message.walk()
        if node.tag in kinds and (source := node.attributes.get("src"))
    }
    return tuple(Enclosure(url=address, type=kind) for address, kind in found.items() if address)


def _duration(message: Node) -> int | None:
    """Read a length such as 1:02:03, in seconds."""
    node = message.first("message_video_duration", "tgme_widget_message_voice_duration")
    parts = node.text().split(":") if node else []
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    return sum(int(part[:6]) * 60**place for place, part in enumerate(reversed(parts[-3:]))) or None


def _digest(entry: RawEntry) -> bytes:
    """Sum up what a message says; counts of views and addresses of files change all the time."""
    words = [text.value for text in entry.content]
    said = repr((entry.id, entry.link, words, entry.author, entry.published, len(entry.enclosures)))
    written = said.encode("utf-8", "replace")
    return hashlib.blake2b(written, digest_size=HASH_SIZE, person=b"tg" + PARSER_VERSION).digest()
