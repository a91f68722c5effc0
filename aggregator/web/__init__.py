"""The web door: a Datasette plugin that puts the desk in front of our database.

ours        which of Datasette's databases is ours, how it is read, who the owner is
headers     security headers for every answer; `callers`: by which names a desk at home answers
answers     pages, feeds and errors as HTTP answers
reader      who reads: language, time zone, theme, layouts
tongues     the languages: catalogues, numbers
refusals    what goes wrong, in the reader's language
words       what templates say: ages, days, counts, links
frame       what stands around every page: `rail(store, request)`, `WAYS`
asked       what an address asks for, as a Selection, and back
pages       `/`, `/c/<category>`: the river and its views
reading     `/e/<id>`: one entry, its `footnotes`, `players` of other sites loaded by a click
stories     `/stories`, `/s/<id>`
lists       `/lists`, `/lists/<slug>`, their feeds
views       `/v`, `/v/<slug>`, their feeds
feeds       `/-/feed/<name>.<format>`
prefs       `/-/desk/prefs`: what a reader chose, in cookies
shelving    what the owner's forms do to lists: `/-/desk/lists/<action>`
posting     posts to copy: `/-/desk/posts/<list>`
curating    how the desk writes
limits      what a statement may cost
renderers   `.atom`, `.rss`, `.jsonfeed` for Datasette's tables and queries
cells       table cells in Datasette's own pages

How pages are made, for whoever adds one:

- Its template extends `base.html` and gets `rail=rail(store, request)`, read in the page's one hop
  to the database; `frame.WAYS` names it beside every page.
- All that is said to people goes through `_("…")` or `ngettext("%(n)s entry", "%(n)s entries", n)`
  in templates, `_("…")` of `say.js` in scripts; `locale/` has the other languages, and a test
  tells what is missing there.
- Templates know `reader`, `owner`, `path`, `asset`, `here` (the address to come back to), the
  filters `ago`, `day`, `exact`, `number`, `compact`, `clock`, `web`, `host`, `picture`, and
  the macros of `_macros.html`: icon, when, empty, menu, button, pref, follow.
- An entry is `<article class="card" data-id data-cat>`; what one does with it is in `_acts.html`,
  each a form with a button that works alone. With `data-act="name"`, `acts.js` sends it and shows
  `{"ok": true, "message": "…", "undo": {"action": "…", …}}`; `act(name, change)` changes the page
  at once. `keys.js` has the keyboard, `key("l", _("…"), does)` adds to it. Elements that need
  scripts have the class `scripted`. New cards are told by the event `more`.

Every hook does nothing in a Datasette that was not built by `aggregator.serve`: without our
name in its configuration there is no database of ours to show.
"""

from aggregator.web.answers import handle_exception
from aggregator.web.cells import extra_css_urls, menu_links, render_cell
from aggregator.web.doors import asgi_wrapper
from aggregator.web.fetching import startup
from aggregator.web.limits import prepare_connection
from aggregator.web.pictures import end_pictures
from aggregator.web.renderers import register_output_renderer
from aggregator.web.routes import register_routes

__all__ = [
    "asgi_wrapper",
    "end_pictures",
    "extra_css_urls",
    "handle_exception",
    "menu_links",
    "prepare_connection",
    "register_output_renderer",
    "register_routes",
    "render_cell",
    "startup",
]
