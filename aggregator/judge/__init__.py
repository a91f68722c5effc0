"""What the curator's rules say of entries, and how a view is mixed. Pure.

`words` compiles conditions on text, `facts` is what there is to know of an entry, `deciding` asks
rules of facts. Nothing a rule or the curator did is a fact: rules do not build on each other, so
their order does not matter, and asking again gives the same answer.
"""

from aggregator.judge.deciding import Judge, deeds
from aggregator.judge.facts import Facts, media, speaks
from aggregator.judge.mixing import mix
from aggregator.judge.words import Text

__all__ = ["Facts", "Judge", "Text", "deeds", "media", "mix", "speaks"]
