"""Authors, as names, as e-mail addresses, or as elements with both inside."""

from __future__ import annotations

import re

from aggregator.parse.machine import Attributes, Context, End, Machine

_EMAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|"
    r"(([a-zA-Z0-9\-]+\.)+))([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)
LONGEST_NAME = 300
"""Characters of an author in which we look for an e-mail address: the search is quadratic."""


# The document, its feed and entries


def start_author(m: Machine, _: Attributes) -> None:
    """An author begins, by name alone or with elements inside."""
    m.in_author = True
    m.push("author", wanted=True)
    m.context().setdefault("authors", []).append({})


def end_author(m: Machine) -> None:
    """An author ends."""
    m.pop("author")
    m.in_author = False
    name_author(m.context())


def start_contributor(m: Machine, _: Attributes) -> None:
    """A contributor begins; we keep none, but their names are not the author's."""
    m.in_contributor = True
    m.push("contributor", wanted=False)


def end_contributor(m: Machine) -> None:
    """A contributor ends."""
    m.pop("contributor")
    m.in_contributor = False


def start_dc_contributor(m: Machine, _: Attributes) -> None:
    """A contributor of Dublin Core is a name alone."""
    m.in_contributor = True
    m.push("name", wanted=False)


def end_dc_contributor(m: Machine) -> None:
    """The contributor is named."""
    person("name")(m)
    m.in_contributor = False


def start_owner(m: Machine, _: Attributes) -> None:
    """The owner of a podcast is its publisher."""
    m.in_publisher = True
    m.push("publisher", wanted=False)


def end_owner(m: Machine) -> None:
    """The owner is told."""
    m.pop("publisher")
    m.in_publisher = False


def person(key: str) -> End:
    """The name or e-mail address of whoever is open."""

    def end(m: Machine) -> None:
        value = m.pop(key)
        if m.in_publisher or m.in_author:
            save_person(m.context(), key, value)

    return end


def end_address(m: Machine) -> None:
    """The address of an author, or of the picture that is open."""
    value = m.pop("href")
    if m.in_author:
        save_person(m.context(), "href", value)


def save_person(context: Context, key: str, value: str | None) -> None:
    """Add what is known of the author that is open."""
    name_author(context)
    context.setdefault("authors", [{}])[-1][key] = value


def name_author(context: Context) -> None:
    """Write the last author as `Name (e-mail)`, or take such a text apart."""
    known = context.get("authors", [{}])[-1]
    if known:
        name, email = known.get("name"), known.get("email")
        written = f"{name} ({email})" if name and email else name or email
        if written:
            context["author"] = written
        return
    author = context.get("author")
    if not author or len(author) > LONGEST_NAME:
        return
    found = _EMAIL.search(author) if "@" in author else None
    if found:
        known["email"] = found[0]
        for rubbish in (found[0], "()", "<>", "&lt;&gt;"):
            author = author.replace(rubbish, "")
        author = author.strip().removeprefix("(").removesuffix(")").strip()
    if author:
        known["name"] = author
