"""The tables of cases: pages and what must come of them."""

import csv
from pathlib import Path

from aggregator.errors import FetchError
from aggregator.find import Page, resolve
from aggregator.rules import Bridges, Rules

DATA = Path(__file__).resolve().parents[1] / "data" / "find"

BRIDGES = Bridges(
    rsshub="https://hub.example",
    rssbridge="https://bridge.example",
    nitter="https://nitter.example",
)
BRIDGED = Rules(bridges=BRIDGES)


def table(name):
    with (DATA / f"{name}.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def rows(name, *columns):
    return [tuple(row[column] for column in columns) for row in table(name)]


def answer(url, pages, rules=None, **options):
    """Resolve an address against pages by their addresses; returns it with what was asked."""
    asked = []
    steps = resolve(url, rules or Rules(), **options)
    try:
        ask = next(steps)
        while True:
            asked.append(ask)
            said = pages.get(ask.url, MISSING)
            if isinstance(said, str):
                said = page(said, ask.url)
            ask = steps.send(said)
    except StopIteration as end:
        return end.value, asked


def page(text, url, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url=url, headers={"content-type": "text/html", **named}, body=text.encode())


MISSING = FetchError("There is nothing at this address (404).", kind="http", http_status=404)
RSS = "<?xml version='1.0'?><!-- made by hand --><rss version='2.0'><channel/></rss>"
