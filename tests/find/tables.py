"""The tables of cases: pages and what must come of them."""

import csv
from pathlib import Path

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
