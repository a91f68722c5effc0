"""What comes out: posts, and what becomes of an item on the way there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aggregator.compose import credit, links, words
from aggregator.compose.fit import Fitted, Parts, fit
from aggregator.compose.template import Layout, tidy
from aggregator.count import Network, Usage, addresses, excess, measure
from aggregator.curation import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture to attach, and what it shows in words."""

    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A text to post as it is.

    `length` of `limit` is what the network counts first (`usage` has all its limits). `dropped`
    tells what was given up to make it fit, `problems` why it can't be posted so, `notes` what its
    template leaves out. `number` of `total` is its place among the posts that were made with it.
    `items` are what it is about.
    """

    text: str
    network: str
    length: int
    limit: int
    usage: tuple[Usage, ...]
    dropped: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    items: tuple[Item, ...] = ()
    number: int = 1
    total: int = 1

    @property
    def alt_texts(self) -> tuple[str, ...]:
        """What the pictures show, in words, of those of which it is known."""
        return tuple(each.alt for each in self.pictures if each.alt)

    @property
    def item_ids(self) -> tuple[int, ...]:
        """The items' ids in their list; of entries that stand in none, the entries' own."""
        return tuple(each.id if each.item_id is None else each.item_id for each in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What all posts of one go have in common: where they go, what they look like, their UTM."""

    place: Network
    layout: Layout
    utm: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An item on its way: the parts that may be given up, and the values that may not."""

    desk: Desk
    item: Item
    parts: Parts
    fixed: Mapping[str, str]

    def at(self, number: int, total: int) -> Draft:
        """Returns the draft at its place among all posts."""
        return replace(self, fixed={**self.fixed, "number": str(number), "total": str(total)})

    def render(self, parts: Parts) -> str:
        """Returns the text with these parts."""
        escape = self.desk.place.escape
        quote = f"“{parts.quote}”" if parts.quote else ""
        return self.desk.layout.render(
            {
                **self.fixed,
                "note": escape(parts.note),
                "quote": escape(quote),
                "title": escape(parts.title),
                "tags": " ".join(parts.tags),
            }
        )

    def excess(self, text: str) -> int:
        """Returns by how much the text is over the limits."""
        return excess(text, self.desk.place)


def draft(item: Item, desk: Desk) -> Draft:
    """Returns the item's words, clean and as the network wants them written."""
    parts = Parts(
        note=words.paragraphs(item.note),
        quote=words.line(item.quote),
        title=words.line(item.title) or words.line(item.summary),
        tags=words.hashtags(item.tags, desk.place.tags),
    )
    return Draft(desk=desk, item=item, parts=parts, fixed=_fixed(item, desk))


def _fixed(item: Item, desk: Desk) -> dict[str, str]:
    """Returns the values that are never shortened, escaped."""
    thanks = words.line(credit.credit(item))
    finders = words.line(", ".join(credit.finders(item)))
    # Where a template has no place of its own for the credit, it stands with the finders.
    shown = [f"via {finders}" if finders else "", "" if "credit" in desk.layout.names else thanks]
    plain = {
        "via": " · ".join(filter(None, shown)),
        "credit": thanks,
        "source": words.line(item.source),
        "author": words.line(item.author or ""),
        "section": words.line(item.section),
        "summary": words.line(item.summary),
        "category": words.line(item.category),
        "platform": words.line(item.platform or ""),
        "alt": words.line(item.image_alt),
        "number": "1",
        "total": "1",
    }
    escaped = {name: desk.place.escape(value) for name, value in plain.items()}
    return {**escaped, "link": desk.place.escape_link(_link(item, desk))}


def _link(item: Item, desk: Desk) -> str:
    """Returns where the item is read: its page, else its first media file."""
    found = (links.postable(url) for url in (item.url, *(each.url for each in item.enclosures)))
    return links.marked(
        next(filter(None, found), ""),
        desk.utm,
        network=desk.place.slug,
        list=desk.campaign,
        category=item.category,
        platform=item.platform or "",
    )


def post(work: Draft) -> Post:
    """Returns the draft as a post, fitted."""
    fitted = fit(work.parts, work.render, work.excess)
    text = work.render(fitted.parts)
    usage = measure(text, work.desk.place)
    return Post(
        text=text,
        network=work.desk.place.slug,
        length=usage[0].length,
        limit=usage[0].most,
        usage=usage,
        dropped=fitted.dropped,
        problems=_problems(work, fitted, text, usage),
        notes=_notes(work, text),
        pictures=_pictures(work.item),
        items=(work.item,),
    )


def bare_post(text: str, work: Draft) -> Post:
    """Returns a post of nothing but a part of the item's note."""
    usage = measure(text, work.desk.place)
    return Post(
        text=text,
        network=work.desk.place.slug,
        length=usage[0].length,
        limit=usage[0].most,
        usage=usage,
        items=(work.item,),
    )


def _problems(work: Draft, fitted: Fitted, text: str, usage: tuple[Usage, ...]) -> tuple[str, ...]:
    """Returns why the post can't be posted as it is."""
    place, found = work.desk.place, []
    if not fitted.enough:
        over = next(each for each in usage if each.length > each.most)
        what = f"{over.length} {over.unit} of {over.most}"
        found.append(f"Even without note and title it is too long: {what}.")
    if not text:
        found.append("There is nothing to post.")
    count = len({text[start:end] for start, end in addresses.find(text, addresses.X)})
    if place.links is not None and count > place.links:
        found.append(f"It has {count} links; {place.name} takes {place.links}.")
    return tuple(found)


def _notes(work: Draft, text: str) -> tuple[str, ...]:
    """Returns what a reader of the post will miss."""
    found = []
    if not work.fixed["link"]:
        found.append("The item has no link.")
    elif work.fixed["link"] not in text:
        found.append("The template leaves the link out.")
    if tidy(work.fixed["credit"]) not in text:
        found.append("The template leaves out whom the item's terms ask to name.")
    return tuple(found)


def _pictures(item: Item) -> tuple[Picture, ...]:
    url = links.postable(item.image)
    return (Picture(url=url, alt=words.line(item.image_alt)),) if url else ()
