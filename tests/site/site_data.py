"""An entry as the store reads it back."""

from aggregator.model import StoredEntry


def entry(number=1, **fields):
    given = {
        "feed_id": 7,
        "source": "A blog",
        "source_url": None,
        "category": "blogs",
        "platform": None,
        "guid": "x",
        "url": "https://example.org/1",
        "title": "A title",
        "author": None,
        "published_at": 1795428000,
        "updated_at": None,
        "first_seen_at": 0,
        "summary": "A summary",
        "image": None,
        **fields,
    }
    return StoredEntry(id=number, **given)
