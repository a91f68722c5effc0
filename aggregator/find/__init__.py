"""From what people paste to what can be followed.

    nouns      Resolution, Candidate, Recipe, and what a shell is asked for
    recipes/   the rows: pages of every platform and engine, each with its example
    patterns   the two small languages the rows are written in
    reserved   names that are no accounts · hosts  aliases, and who runs which engine
    rewrite    a page's address → its feed's, without asking anybody
    markers    what in a page says which engine made it
    links      what a page itself names as feeds, scored
    resolve    all of it in order, as a generator that asks for pages
    bridges    references to feeds that RSSHub, RSS-Bridge and Nitter make

Rows are added to `recipes/`; users add theirs in feeds.toml (`[[recipes]]`, `[engines]`).
"""

from aggregator.find.nouns import Ask, Candidate, Page, Recipe, Resolution
from aggregator.find.recipes import CLOSED, ENGINE_RECIPES, RECIPES, SIGNATURES
from aggregator.find.resolve import resolve
from aggregator.find.rewrite import rewrite
from aggregator.rules import Rules

__all__ = [  # noqa: RUF022 — in Python's own order
    "Ask",
    "CLOSED",
    "Candidate",
    "ENGINE_RECIPES",
    "Page",
    "RECIPES",
    "Recipe",
    "Resolution",
    "Rules",
    "SIGNATURES",
    "resolve",
    "rewrite",
]
