"""Items → posts that fit the network they are for. No clock, no disk, no network.

    posts(items, "mastodon") = for each item: words · credit · links → template → fit → Post

`words` cleans what is posted, `links` makes addresses postable, `credit` names whom to thank,
`template` reads what a post looks like, `fit` gives up what must be given up, `drafts` puts them
together and `thread` numbers them. The networks and their ways to count are in `count`.
"""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.compose.drafts import Desk, Picture, Post, draft
from aggregator.compose.links import marked, postable
from aggregator.compose.template import FIELDS, read
from aggregator.compose.thread import numbered, single
from aggregator.count import limited, network
from aggregator.curation import Item
from aggregator.model import StoredEntry

__all__ = [
    "FIELDS",
    "Picture",
    "Post",
    "marked",
    "postable",
    "posts",
    "written",
]

NUMBERING = "\n\n{number}/{total}"


def posts(
    items: Sequence[StoredEntry],
    place: str,
    *,
    template: str | None = None,
    thread: bool = False,
    utm: str = "",
    limit: int | None = None,
    campaign: str = "",
) -> tuple[Post, ...]:
    r"""Returns the items as posts for the network called `place`, each within its limits.

    `template` is what a post looks like ("{note}\n{link}\n{via}"), else the network's own. With
    `thread` the posts are numbered, and a note that is too long for one goes on in the next.
    `utm` marks the links ("utm_source={network}&utm_campaign={list}"), where `campaign` is what
    {list} stands for. `limit` replaces the network's first limit: servers of Mastodon set their
    own. A post that can't fit says so in its `problems`. Raises UsageError for an unknown network
    and a template or `utm` that can't be read.
    """
    where = limited(network(place), limit)
    layout = template if template is not None else where.template
    if thread and not read(layout).names & {"number"}:
        layout += NUMBERING
    desk = Desk(place=where, layout=read(layout), utm=utm, campaign=campaign)
    drafts = [draft(Item.of(each), desk) for each in items]
    return numbered(drafts) if thread else single(drafts)


def written(made: Sequence[Post]) -> str:
    """Returns posts as one text: each as it is to be posted, its pictures named after it."""
    return "\n\n-----\n\n".join(_with_pictures(each) for each in made) + "\n" if made else ""


def _with_pictures(post: Post) -> str:
    lines = [post.text]
    for picture in post.pictures:
        lines += ["", f"[Picture] {picture.url}"]
        lines += [f"[Alt text] {picture.alt}"] if picture.alt else []
    return "\n".join(lines)
