"""Posts in a row: each on its own, or numbered as a thread in which long notes go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from aggregator.compose.drafts import Draft, Post, bare_post, post
from aggregator.compose.fit import take
from aggregator.compose.template import tidy

# Of one item; whoever has more to say writes a page.
MOST_POSTS = 50


def single(drafts: Sequence[Draft]) -> tuple[Post, ...]:
    """Returns a post for each draft."""
    total = len(drafts)
    made = [post(work.at(number, total)) for number, work in enumerate(drafts, 1)]
    return tuple(replace(each, number=n, total=total) for n, each in enumerate(made, 1))


def numbered(drafts: Sequence[Draft]) -> tuple[Post, ...]:
    """Returns the drafts as one thread; a note that is too long is told in several posts.

    The numbers take room in each post, so the thread is made again when there turn out to be
    more posts than it was numbered for.
    """
    total, made = 0, _thread(drafts, len(drafts))
    while len(made) > total:
        total = len(made)
        made = _thread(drafts, total)
    return tuple(replace(each, number=n, total=len(made)) for n, each in enumerate(made, 1))


def _thread(drafts: Sequence[Draft], total: int) -> list[Post]:
    made: list[Post] = []
    for work in drafts:
        made += _told(work, len(made), total)
    return made


def _told(work: Draft, before: int, total: int) -> list[Post]:
    """Returns the posts of one draft: as much of its note as must be goes into posts of its own."""
    made: list[Post] = []
    rest = work.parts.note
    while True:
        number = before + len(made) + 1
        last = replace(work, parts=replace(work.parts, note=rest)).at(number, total)
        if len(made) == MOST_POSTS - 1 or not last.excess(last.render(last.parts)):
            break
        head, rest = take(rest, partial(_fits_bare, work, number, total))
        if not head:
            break
        made.append(bare_post(_bare(work, head, number, total), work))
    return [*made, post(last)]


def _fits_bare(work: Draft, number: int, total: int, text: str) -> bool:
    return not work.excess(_bare(work, text, number, total))


def _bare(work: Draft, text: str, number: int, total: int) -> str:
    return tidy(f"{work.desk.place.escape(text)}\n\n{number}/{total}")
