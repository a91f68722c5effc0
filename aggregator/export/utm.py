"""UTM parameters: where a visitor comes from, said in the links that are shown. Off by default."""

from __future__ import annotations

from dataclasses import replace

from aggregator.compose import marked
from aggregator.curation import Item
from aggregator.export import words
from aggregator.export.channel import Channel


def mark(item: Item, channel: Channel, format_name: str) -> Item:
    """Returns the item with the channel's template applied to its link, if there are both.

    `{network}` is the format's name: one template serves posts and exports. The guid keeps the
    identifier that feeds have for the item what it was. Raises UsageError for a template that
    can't be read.
    """
    template = channel.options.utm
    if not template or item.url is None:
        return item
    url = marked(
        item.url,
        template,
        network=format_name,
        list=channel.title,
        category=item.category,
        platform=item.platform or "",
        section=item.section,
        day=words.day(channel.updated),
    )
    return replace(item, url=url, guid=item.guid or item.url)
