"""What becomes of a list of feeds that somebody brings: which are new, which are followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aggregator.find import rewrite
from aggregator.following.followed import Followed
from aggregator.imports import Imported, Remark
from aggregator.model import Rules, Source
from aggregator.taxonomy import home_category
from aggregator.urls import mask


@dataclass(frozen=True, slots=True)
class Sorted:
    """What becomes of a list: `known` are followed already, the remarks say what is left out."""

    new: Sequence[Source]
    known: Sequence[Source]
    remarks: Sequence[Remark]


def sort(found: Imported, followed: Followed, rules: Rules) -> Sorted:
    """Lead pages to their feeds, as far as rules know them, and drop what is followed."""
    new: list[Source] = []
    known: list[Source] = []
    remarks = list(found.remarks)
    for listed in found.sources:
        source = _led(listed, rules)
        if isinstance(source, Remark):
            remarks.append(source)
        elif followed.under(source.url):
            known.append(source)
        else:
            followed.add(source.url)
            new.append(source)
    why = "is a list of its own: `aggregate import --follow` takes its address"
    remarks += [Remark(mask(url), why) for url in found.outlines]
    return Sorted(new, known, remarks)


def _led(source: Source, rules: Rules) -> Source | Remark:
    """Return the source with its feed's address, platform and category; a Remark if it has none."""
    found = rewrite(source.url, rules)
    if found is None:
        return source
    if found.feed_url is None and found.how != "none":
        return Remark(source.title or mask(source.url), found.reason or "has no feed")
    # How none: the page itself has to be asked, which the next fetch does.
    filed = source.category != home_category(source.url)
    return replace(
        source,
        url=found.feed_url or source.url,
        platform=found.platform or source.platform,
        category=source.category if filed else found.category or source.category,
    )
