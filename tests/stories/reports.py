"""Few words for a story and its entries."""

from aggregator.curation import Story
from aggregator.model import StoredEntry


def entry(number, source, **fields):
    """An entry of a source, read back."""
    return StoredEntry(
        **{
            "id": number,
            "feed_id": 1,
            "source": source,
            "source_url": None,
            "category": "blogs",
            "platform": None,
            "guid": str(number),
            "url": f"https://page.example/{number}",
            "title": "",
            "author": None,
            "published_at": number,
            "updated_at": None,
            "first_seen_at": number,
            "summary": "",
            "image": None,
            **fields,
        }
    )


def story(first, *others, discussing=()):
    """A story that the first entry stands for."""
    return Story(
        id=first.id,
        entry=first,
        entries=1 + len(others),
        sources=1,
        discussions=len(discussing),
        first_at=1,
        last_at=9,
        score=1.0,
        members=(first, *others),
        discussing=discussing,
    )
