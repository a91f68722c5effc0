"""Tags, which some formats have in attributes and some in texts, one by one or in a list."""

from __future__ import annotations

from aggregator.parse.machine import Attributes, Context, End, Machine

MOST_TAGS = 500
"""Tags of an entry that we look at; each is compared with all before it."""


def start_category(m: Machine, attrs: Attributes) -> None:
    """A tag, in attributes (Atom) or as text (RSS)."""
    add_tag(
        m.context(),
        attrs.get("term"),
        attrs.get("scheme", attrs.get("domain")),
        attrs.get("label"),
    )
    m.push("category", wanted=True)


def end_category(m: Machine) -> None:
    """The text of a tag belongs to the last one that has no term, else it is a tag itself."""
    value = m.pop("category")
    if value:
        add_term(m.context(), value)


def add_term(context: Context, term: str) -> None:
    """Give the last tag its term, or add a tag."""
    tags = context.setdefault("tags", [])
    if tags and not tags[-1]["term"]:
        tags[-1]["term"] = term
    else:
        add_tag(context, term, None, None)


def start_media_category(m: Machine, attrs: Attributes) -> None:
    """A tag of Media RSS has a scheme even where it names none."""
    attrs.setdefault("scheme", "http://search.yahoo.com/mrss/category_schema")
    start_category(m, attrs)


def start_itunes_category(m: Machine, attrs: Attributes) -> None:
    """A tag of a podcast."""
    add_tag(m.context(), attrs.get("text"), "http://www.itunes.com/", None)
    m.push("category", wanted=True)


def words(name: str, scheme: str | None) -> End:
    """A list of tags, with commas between them."""

    def end(m: Machine) -> None:
        for term in (m.pop(name) or "").split(","):
            if term.strip():
                add_tag(m.context(), term.strip(), scheme, None)

    return end


def add_tag(context: Context, term: str | None, scheme: str | None, label: str | None) -> None:
    """Add a tag unless the same one is there already."""
    tags = context.setdefault("tags", [])
    if (term or scheme or label) and len(tags) < MOST_TAGS:
        tag = {"term": term, "scheme": scheme, "label": label}
        if tag not in tags:
            tags.append(tag)
