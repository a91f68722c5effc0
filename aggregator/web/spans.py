"""Lengths of time as people say them: 20 min, 3 h, in 2 d."""

from __future__ import annotations

from aggregator.web.tongues import Tongue


def _(text: str) -> str:
    """Mark a word for the catalogues."""
    return text


_UNITS = ((86_400, _("%(n)s d")), (3_600, _("%(n)s h")), (60, _("%(n)s min")), (1, _("%(n)s s")))


def span(seconds: int, tongue: Tongue) -> str:
    """Return a length in its longest unit, of which there are at least two where that can be."""
    for size, words in _UNITS:
        if seconds >= 2 * size or size == 1:
            return tongue.gettext(words, n=tongue.number(seconds // size))
    raise AssertionError(seconds)


def ahead(then: int, now: int, tongue: Tongue) -> str:
    """Return how far ahead a time is: "now", "in 20 min"."""
    if then - now < 60:
        return tongue.gettext("now")
    return tongue.gettext("in %(span)s", span=span(then - now, tongue))


def pace(ms: int, tongue: Tongue) -> str:
    """Return milliseconds, as seconds where they are many."""
    if ms < 1_000:
        return tongue.gettext("%(n)s ms", n=tongue.number(ms))
    return tongue.gettext("%(n)s s", n=f"{ms / 1000:.1f}")
