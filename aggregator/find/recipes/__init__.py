"""The rows: pages of every platform, by category, in the order in which they are tried.

A row is a pattern, its feed's template, and an example of each; see `nouns.Recipe` for the rest
and `patterns` for how the first two are written. Rows of one host stay together: the first that
matches counts. `engines` has what runs on many hosts, `signatures` what is told by any path.
"""

from aggregator.find.recipes import (
    blogs,
    code,
    curation,
    forums,
    gaming,
    messaging,
    microblogs,
    music,
    networks,
    photo,
    video,
    wikis,
)
from aggregator.find.recipes.engines import ENGINE_RECIPES
from aggregator.find.recipes.signatures import SIGNATURES

__all__ = ["CLOSED", "ENGINE_RECIPES", "RECIPES", "SIGNATURES"]

RECIPES = (
    *networks.RECIPES,
    *blogs.RECIPES,
    *code.RECIPES,
    *microblogs.RECIPES,
    *wikis.RECIPES,
    *forums.RECIPES,
    *messaging.RECIPES,
    *video.RECIPES,
    *photo.RECIPES,
    *music.RECIPES,
    *curation.RECIPES,
    *gaming.RECIPES,
)

CLOSED = tuple(each for each in RECIPES if each.closed or each.needed)
"""What can't be followed, or not without a key, and why."""
