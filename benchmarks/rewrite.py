"""What it costs to rewrite a page's address to its feed's: `python -m benchmarks.rewrite`.

Every example of every row is rewritten, with all bridges configured, which makes the most of each.
The first time a host is met its rows are compiled; that is counted apart.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

from aggregator.find import ENGINE_RECIPES, RECIPES, SIGNATURES, rewrite
from aggregator.rules import Bridges, Rules

BAR = 50.0
"""Microseconds a rewrite may cost."""

RULES = Rules(bridges=Bridges(rsshub="https://a", rssbridge="https://b", nitter="https://c"))


def pages() -> list[str]:
    """Return the pages of all examples, and some that no row knows."""
    engines = (recipe for recipes in ENGINE_RECIPES.values() for recipe in recipes)
    known = [recipe.page for recipe in (*RECIPES, *SIGNATURES, *engines)]
    return [*known, "https://example.org/", "https://github.com/pricing", "https://a.example/b/c"]


def costs(rounds: int) -> tuple[float, list[tuple[float, str]]]:
    """Measure in CPU microseconds: the first pass, a page on average; then each, the best of all.

    The best of several rounds is what the rewrite costs; the rest is what else the machine did.
    """
    addresses = pages()
    started = time.process_time()
    for page in addresses:
        rewrite(page, RULES)
    first = (time.process_time() - started) / len(addresses) * 1e6
    return first, [(min(_once(page) for _ in range(rounds)), page) for page in addresses]


def _once(page: str) -> float:
    again = 20
    started = time.perf_counter()
    for _ in range(again):
        rewrite(page, RULES)
    return (time.perf_counter() - started) / again * 1e6


def main() -> int:
    """Print the costs; 1 where one of them is above the bar."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    first, each = costs(options.parse_args().rounds)
    worst, page = max(each)
    mean = statistics.fmean(cost for cost, _ in each)
    print(f"{len(each)} pages, microseconds a rewrite; the bar is {BAR:g}")
    print(f"mean            {mean:6.1f}   {mean / BAR:.2f} of the bar")
    print(f"dearest         {worst:6.1f}   {worst / BAR:.2f} of the bar: {page}")
    print(f"the first time  {first:6.1f}   rows compiled")
    return int(worst > BAR)


if __name__ == "__main__":
    sys.exit(main())
