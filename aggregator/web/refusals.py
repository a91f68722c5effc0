"""What goes wrong, in the reader's language.

Errors are sentences in English with something filled in. These are the sentences that a form of
the desk may be answered with; one that none of them fits is said in English.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aggregator.web.tongues import Tongue


def _(text: str) -> str:
    """Mark words for the catalogues."""
    return text


SENTENCES = (
    _("%(what)s is no number."),
    _("%(what)s is no address."),
    _("%(what)s is no visibility."),
    _("%(what)s is neither the number of an entry nor an address."),
    _("%(what)s can't be a list's short name: it has small letters, digits and hyphens."),
    _("There is no item %(n)s."),
    _("There is no list %(name)s."),
    _("There is no removed list %(name)s."),
    _("There is a list %(name)s already."),
    _("A list %(name)s was removed, and is kept."),
    _("The list %(name)s was removed."),
    _("The list has no section %(name)s."),
    _("A list has a title."),
    _("A via has a name."),
    _("A tag has at least one letter."),
    _("Another item of this list has that address."),
    _("That is too long ago to be taken back."),
    _("That was taken back already."),
    _("That page has nothing to mark as read."),
    _("There is nothing of that name to do."),
    _("There is nothing of that name to mark."),
    _("No entry was chosen."),
    _("There is no such view."),
    _("There is no such source."),
    _("There is no such entry."),
    _("There is no such network."),
    _("There is no such category."),
    _("It is not on the list any more."),
    _("It is not there any more."),
    _("That is no order of a list."),
    _("It is in no story with others."),
    _("It was never taken out of a story."),
    _("It has not moved."),
    _("Its new address is followed already."),
    _("No file was chosen."),
    _("The file did not arrive: %(why)s."),
    _("That is no address: %(why)s."),
    _("This desk was started without a feeds.toml."),
    _("feeds.toml could not take that: %(why)s."),
    _("feeds.toml was changed there since."),
    _("feeds.toml has a view %(name)s."),
    _("This can't be a view: %(why)s."),
    _("%(file)s was changed meanwhile; nothing was written."),
    _("%(file)s can't be written: %(why)s."),
    _("That feed is followed already."),
    _("That source is not in feeds.toml by itself."),
    _("There is no feed %(what)s in feeds.toml."),
    _("There is no feed with that address in it."),
    _("It is written in a way that can't be edited safely."),
    _("Its feeds are not written as [[feeds]] tables."),
    _("The file is no TOML."),
    _("There is no feed in it."),
    _("The JSON holds no list of feeds."),
    _("The JSON is broken: %(why)s."),
    _("The CSV is broken: %(why)s."),
    _("The document is XML, but no OPML."),
    _("The OPML declares entities, which no list of feeds needs."),
    _("The OPML is broken at line %(n)s: %(why)s."),
    _("The database is locked: another program is writing to it."),
    _("The database can't be used: %(why)s."),
    _("Another fetch into this database is running%(who)s."),
    _("It took longer than %(n)s seconds."),
    _("Addresses begin with http:// or https://."),
    _("It begins with http:// or https://."),
    _("Change it by hand."),
    _("Choose some, then say what to do."),
    _("Edit it there."),
    _("For example %(name)s."),
    _("It comes from a list of feeds that is followed: [[outlines]]."),
    _("Remove one of them."),
    _("There are %(names)s."),
    _("Try again when it has finished."),
    _("Try it again."),
    # Why a feed could not be read, as health and log have it.
    _("The server is in trouble (%(n)s)."),
    _("The server answered %(n)s."),
    _("The server answered %(n)s with an empty document."),
    _("The server answered %(n)s: it has no document."),
    _("The server wants a login (401)."),
    _("The server refuses us (403)."),
    _("There is nothing at this address (404)."),
    _("The server says it is gone for good (410)."),
    _("The server says we ask too often (429)."),
    _("The server may not show it, for legal reasons (451)."),
    _("The server refuses programs (999)."),
    _("A wall asks for a browser (%(n)s)."),
    _("The name %(host)s has no address%(why)s."),
    _("No connection to %(host)s%(why)s."),
    _("No secure connection to %(host)s%(why)s."),
    _("The certificate of %(host)s can't be trusted%(why)s."),
    _("The connection to %(host)s broke%(why)s."),
    _("%(host)s did not send its answer within %(n)s seconds."),
    _("%(host)s redirects in a circle."),
    _("The document is empty."),
    _("The document is larger than %(n)s MiB."),
    _("The document is too broken to be read."),
    _("This is a web page, not a feed."),
    _("This is not a feed."),
    # Why a post can't be posted as it is.
    _("Even without note and title it is too long: %(what)s."),
    _("There is nothing to post."),
    _("It has %(n)s links; %(network)s takes %(most)s."),
)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The sentences that have something to fill in, as what they look like then."""
    return tuple(
        (each, re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(each)), re.DOTALL))
        for each in SENTENCES
        if "%(" in each
    )


def told(spoken: Tongue, sentence: str) -> str:
    """Return what an error says in a language."""
    if spoken.language == "en" or sentence in spoken.messages:
        return spoken.gettext(sentence)
    for each, pattern in _patterns():
        if found := pattern.fullmatch(sentence):
            return spoken.gettext(each, **found.groupdict())
    return sentence
