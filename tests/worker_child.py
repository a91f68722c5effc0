"""A child whose work depends on the body of the job; run by tests/test_workers.py as a program."""

import os
import signal
import sys
import threading
from pathlib import Path

from aggregator.errors import ParseError
from aggregator.model import Document, Enclosure, Entry, FeedInfo
from aggregator.workers.__main__ import serve

ANSWERS = 3
"""The descriptor that a child writes its answers to: the first one that is free."""


def document(title, *entries):
    return Document(feed=FeedInfo(title=title), entries=entries)


def echo(job):
    entry = Entry(guid=job.url, html=job.body.decode(), enclosures=(Enclosure(url="u"),))
    return Document(
        feed=FeedInfo(title=job.charset, description=job.content_type),
        entries=(entry,),
        hashes=job.known_hashes,
        identity=job.identity,
        listed=job.max_entries,
    )


def talk(_job):
    print("a library that prints")  # noqa: T201
    return document("talked")


def not_a_feed(_job):
    raise ParseError("This is a page.", kind="not_a_feed", hint="Look for its feed.")


def recursion(job):
    return recursion(job)


def die(_job):
    sys.stderr.write("first\nsecond\nthird\nfourth\n")
    sys.stderr.flush()
    os._exit(3)


WORK = {
    b"pid": lambda _job: document(str(os.getpid())),
    b"talk": talk,
    b"not a feed": not_a_feed,
    b"die": die,
    b"hang": lambda _job: threading.Event().wait(),
    b"cpu": lambda _job: os.kill(os.getpid(), signal.SIGXCPU),
    b"memory": lambda _job: document(str(len(bytes(1 << 30)))),
    b"bug": lambda _job: document(str(1 // 0)),
    b"recursion": recursion,
    b"foreign": lambda _job: Path("x"),
    b"other answer": lambda _job: FeedInfo(title="no document"),
    b"nonsense": lambda _job: os.write(ANSWERS, b"\x00\x00\x00\x04oops"),
    b"endless": lambda _job: os.write(ANSWERS, b"\xff\xff\xff\xff"),
}

serve(lambda job: WORK.get(job.body, echo)(job))
