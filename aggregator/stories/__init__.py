"""Stories: entries that report the same thing, across feeds and with their discussions.

Two questions, each pure. `marks` asks what an entry may have in common with others: its page, the
page that it links to, its title, the beginning of its text, each as a number. `groups` asks which
of some entries belong together, given all that share a mark with them. The answer depends on the
set of entries alone, never on the order in which they came: so a story that grew fetch by fetch
is the one that a rebuild would make.
"""

from __future__ import annotations

from aggregator.stories.folding import HUB, Row, beside, groups, looked_up
from aggregator.stories.links import POINTING, Told
from aggregator.stories.marking import is_discussion, key_of, marks, packed, unpacked
from aggregator.stories.ranking import Report, rank, standing, via_of, weight

__all__ = [
    "HUB",
    "POINTING",
    "Report",
    "Row",
    "Told",
    "beside",
    "groups",
    "is_discussion",
    "key_of",
    "looked_up",
    "marks",
    "packed",
    "rank",
    "standing",
    "unpacked",
    "via_of",
    "weight",
]
