"""Posts on the terminal as they will stand: each in a box, with its count and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aggregator.cli.common import console, safe
from aggregator.count import network

if TYPE_CHECKING:
    from rich.console import Console
    from rich.panel import Panel

    from aggregator.compose import Post

_WIDEST = 76


def preview(posts: Sequence[Post], on: Console | None = None) -> None:
    """Print each post boxed, with its count, what was left out and its pictures below it."""
    out = on or console()
    for post in posts:
        out.print(_box(post, min(out.width, _WIDEST)))
        for line, style in _remarks(post):
            out.print(f"  {line}", style=style, soft_wrap=True)


def _box(post: Post, width: int) -> Panel:
    from rich.box import ROUNDED
    from rich.panel import Panel
    from rich.text import Text

    number = f" {post.number}/{post.total}" if post.total > 1 else ""
    return Panel(
        Text(safe(post.text, lines=True)),
        box=ROUNDED,
        title=f"{network(post.network).name}{number}",
        title_align="left",
        subtitle=_count(post),
        subtitle_align="right",
        border_style=_style(post),
        width=width,
    )


def _count(post: Post) -> str:
    """Say how much of each limit is used."""
    return " · ".join(f"{each.length} of {each.most} {each.unit}" for each in post.usage)


def _style(post: Post) -> str:
    if post.problems:
        return "red"
    return "yellow" if post.dropped else "green"


def _remarks(post: Post) -> list[tuple[str, str]]:
    """Say what can't be seen in the box, each line with its colour."""
    remarks = [(f"Problem: {each}", "red") for each in post.problems]
    remarks += [(each, "yellow") for each in post.notes]
    if post.dropped:
        remarks.append((f"Left out to make it fit: {', '.join(post.dropped)}.", "yellow"))
    for picture in post.pictures:
        remarks.append((f"Picture: {safe(picture.url)}", "dim"))
        told = f"Alt text: {safe(picture.alt)}" if picture.alt else "The picture has no alt text."
        remarks.append((told, "dim"))
    return remarks
