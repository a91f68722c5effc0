"""Items to post."""

from aggregator.curation import Item, Via

LINK = "https://example.org/ferns"


def item(**changes):
    """An item with everything that a post can show."""
    values = {
        "id": 7,
        "feed_id": 1,
        "source": "Example Blog",
        "source_url": "https://example.org",
        "category": "blogs",
        "platform": None,
        "guid": "1",
        "url": LINK,
        "title": "Ferns are older than trees",
        "author": "Ana",
        "published_at": 0,
        "updated_at": None,
        "first_seen_at": 0,
        "summary": "Much older.",
        "image": None,
        "tags": ("ferns", "open source"),
        "note": "Worth reading.",
        "quote": "They predate flowers.",
        "via": (Via(name="Hacker News"),),
    }
    return Item(**{**values, **changes})
