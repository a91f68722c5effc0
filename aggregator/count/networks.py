"""The networks as rows: what they count, how much they take, how they want it written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from aggregator.count import measures

_LITTLE = re.compile(r"[\\|{}@\[\]()<>#*_~]")
# Discord's Markdown; an address stays as it is, or it would lead elsewhere.
_DISCORD = re.compile(r"https?://\S+|[\\*_~`|\[]|^[>#-]", re.MULTILINE)
# Whom a stranger's title must not call: all, or one person or role by number.
_EVERYONE = re.compile(r"@(?=everyone\b|here\b|[!&]?[0-9])")


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of what may be in a post; `counted` tells how much a text has of it."""

    unit: str
    most: int
    counted: Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Network:
    """A place to post to.

    The first of the `limits` is the one to show. `tags` and `links` are how many it takes (None:
    as many as fit). `escape` writes plain words as the network wants them, `escape_link` an
    address; `template` is what a post looks like when nobody says otherwise. `source` is where
    the rules are written down.
    """

    slug: str
    name: str
    limits: tuple[Limit, ...]
    source: str
    tags: int | None = None
    links: int | None = None
    escape: Callable[[str], str] = str
    escape_link: Callable[[str], str] = str
    template: str = "{note}\n\n{quote}\n\n{title}\n{link}\n\n{via}\n\n{tags}"


def little(text: str) -> str:
    """Returns the text for LinkedIn, whose "little" format cuts a post at a reserved character."""
    return _LITTLE.sub(r"\\\g<0>", text)


def discord(text: str) -> str:
    """Returns the text for Discord without Markdown's effects, and nobody summoned by it."""
    escaped = _DISCORD.sub(lambda it: it[0] if "://" in it[0] else f"\\{it[0]}", text)
    return _EVERYONE.sub("@\u200b", escaped)


NETWORKS: tuple[Network, ...] = (
    Network(
        "x",
        "X",
        (Limit("characters", 280, measures.weighted),),
        "https://docs.x.com/fundamentals/counting-characters",
    ),
    Network(
        "mastodon",
        "Mastodon",
        (Limit("characters", 500, measures.fediverse),),
        "https://docs.joinmastodon.org/user/posting/",
    ),
    Network(
        "bluesky",
        "Bluesky",
        (Limit("characters", 300, measures.clusters), Limit("bytes", 3000, measures.utf8)),
        "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json",
        tags=8,
    ),
    Network(
        "threads",
        "Threads",
        (Limit("characters", 500, measures.emoji_as_bytes),),
        "https://developers.facebook.com/docs/threads/posts",
        tags=1,
        links=5,
    ),
    Network(
        "linkedin",
        "LinkedIn",
        (Limit("characters", 3000, measures.utf16),),
        "https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format",
        escape=little,
        escape_link=little,
    ),
    Network(
        "telegram",
        "Telegram",
        (Limit("characters", 4096, measures.utf16),),
        "https://core.telegram.org/bots/api#sendmessage",
    ),
    Network(
        "discord",
        "Discord",
        (Limit("characters", 2000, measures.utf16),),
        "https://discord.com/developers/docs/resources/message#create-message",
        escape=discord,
    ),
    Network(
        "reddit",
        "Reddit",
        (Limit("title characters", 300, measures.first_line), Limit("characters", 40000, len)),
        "https://www.reddit.com/dev/api/#POST_api_submit",
        tags=0,
        template="{title}\n\n{note}\n\n{quote}\n\n{link}\n\n{via}",
    ),
    Network(
        "facebook",
        "Facebook",
        (Limit("characters", 63206, measures.utf16),),
        "https://developers.facebook.com/docs/graph-api/reference/page/feed/",
    ),
)
