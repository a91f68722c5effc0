"""lemon24/reader, run inside its own environment: `peer_reader.py add|update DATABASE [URLS]`.

Its default storage and parser, eight workers, search off. `scheduled=False` because its usual
interval of an hour would skip every feed of the second round.
"""

import sys
from pathlib import Path

from reader import make_reader

WORKERS = 8

what, database, *rest = sys.argv[1:]
with make_reader(database, search_enabled=False) as reader:
    if what == "add":
        for url in Path(rest[0]).read_text("utf-8").split():
            reader.add_feed(url)
    else:
        reader.update_feeds(workers=WORKERS, scheduled=False)
