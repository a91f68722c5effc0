"""Whom to thank and under which terms, in one line each: pictures, licences, finders."""

from __future__ import annotations

import re

from aggregator import urls
from aggregator.curation import Item

# Hosts whose guidelines ask to name the photographer and them, and how they want it said.
_PHOTO_SITES = {
    "pexels.com": "Photo by {author} on Pexels",
    "pixabay.com": "Image by {author} from Pixabay",
    "unsplash.com": "Photo by {author} on Unsplash",
}
_LICENCES = {
    "by": "BY",
    "by-sa": "BY-SA",
    "by-nd": "BY-ND",
    "by-nc": "BY-NC",
    "by-nc-sa": "BY-NC-SA",
    "by-nc-nd": "BY-NC-ND",
}
# https://creativecommons.org/licenses/by-sa/4.0/deed.de and publicdomain/zero/1.0/.
_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-nc)?(?:-sa|-nd)?)(?:/(?P<version>\d\.\d))?"
    r"|publicdomain/(?P<domain>zero|mark)(?:/(?P<edition>\d\.\d))?)",
    re.IGNORECASE,
)
_DOMAIN = {"zero": "CC0", "mark": "Public Domain Mark"}
_TOKEN = re.compile(r"\bCC[ -](?:BY|0)\b|\bCC0\b", re.IGNORECASE)
_LONGEST_RIGHTS = 100


def credit(item: Item) -> str:
    """Returns the line that a picture or a free licence asks for; empty where none does.

    A photograph of Pexels, Pixabay or Unsplash names its photographer, what is under Creative
    Commons names author and licence; other rights (“© 2026 Ana”) are told as they are when short.
    """
    photo = _photo(item)
    terms = licence(item.rights or "")
    if photo:
        return f"{photo} ({terms})" if terms else photo
    if terms:
        return f"{item.author or item.source}, {terms}"
    rights = " ".join((item.rights or "").split())
    return rights if len(rights) <= _LONGEST_RIGHTS else ""


def licence(rights: str) -> str:
    """Returns the name of the Creative Commons licence that the rights link to or name, or ""."""
    found = _COMMONS.search(rights)
    if found and found["kind"]:
        return " ".join(filter(None, ("CC", _LICENCES[found["kind"].lower()], found["version"])))
    if found:
        return " ".join(filter(None, (_DOMAIN[found["domain"].lower()], found["edition"])))
    short = len(rights) <= _LONGEST_RIGHTS and _TOKEN.search(rights)
    return " ".join(rights.split()) if short else ""


def finders(item: Item) -> tuple[str, ...]:
    """Returns the names to thank for an item: those it was found by, else its source.

    A source that the credit names already is not named twice.
    """
    names = tuple(each.name for each in item.via if each.name.strip())
    if names or not item.source.strip() or item.source in credit(item):
        return names
    return (item.source,)


def _photo(item: Item) -> str:
    """Returns what the site says that the picture or the page is from."""
    for address in (item.url, item.image):
        host = urls.host(address or "")
        for site, words in _PHOTO_SITES.items():
            if item.author and (host == site or host.endswith(f".{site}")):
                return words.format(author=" ".join(item.author.split()))
    return ""
