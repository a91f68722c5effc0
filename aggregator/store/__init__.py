"""The store: one SQLite file, and the only place with SQL.

schema.py     what the tables are, as named steps     migrate.py   carries the steps out
open.py       ours, and not newer, or refused         lock.py      one fetch at a time
sources.py    feeds.toml → feeds                      feeds.py     feeds → what is due, health
matching.py   is this entry stored already?           plans.py     plans → entries, in batches
index.py      the full-text index                     search.py    a reader's words → a question
selection.py  a Selection → entries, newest first     describe.py  what every column means
reading.py    stars, tags, what is read or hidden, and back
lists.py      what curators make, and its items       items.py     on a list: copies.py, places.py
backups.py    copies of the whole file, checked       restoring.py and put back
pruning.py    what goes for good, and stays gone      vacuuming.py and its room given back
doctor.py     is all in order: counters.py            settling.py  old files like new ones
ahead.py      entries of a clock that was ahead
"""

from aggregator.store.feeds import HostState
from aggregator.store.lock import fetch_lock
from aggregator.store.open import open_store
from aggregator.store.store import Store

__all__ = ["HostState", "Store", "fetch_lock", "open_store"]
