"""The web door: a Datasette plugin that puts the desk in front of our database.

ours        which of Datasette's databases is ours, and how it is read
headers     security headers for every answer
answers     pages, feeds and errors as HTTP answers
words       what templates say: ages, days, counts, links
pages       `/`, `/c/<category>`, `/e/<id>`
feeds       `/-/feed/<name>.<format>`
lists       `/lists`, `/lists/<slug>`, their feeds
shelving    what the owner's forms do to lists: `/-/desk/lists/<action>`
curating    who the owner is, and how the desk writes
renderers   `.atom`, `.rss`, `.jsonfeed` for Datasette's tables and queries
cells       table cells in Datasette's own pages

Every hook does nothing in a Datasette that was not built by `aggregator.serve`: without our
name in its configuration there is no database of ours to show.
"""

from aggregator.web.answers import handle_exception
from aggregator.web.cells import extra_css_urls, menu_links, render_cell
from aggregator.web.headers import asgi_wrapper
from aggregator.web.renderers import register_output_renderer
from aggregator.web.routes import register_routes

__all__ = [
    "asgi_wrapper",
    "extra_css_urls",
    "handle_exception",
    "menu_links",
    "register_output_renderer",
    "register_routes",
    "render_cell",
]
