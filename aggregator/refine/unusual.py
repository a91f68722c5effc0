"""Markup that needs work before it is made safe: frames, formulas, pictures loaded by a script.

Imported when the first such markup comes.
"""

from __future__ import annotations

import re
from html import escape

from aggregator.refine.players import link_to_player
from aggregator.refine.text import PIECES

_FRAME = re.compile(rf"(?i)<iframe\b({PIECES})>?(?:[^<]*+</iframe\s*>)?|</?noscript\b[^<>]*+>")
_MATH = re.compile(
    r"(?i)<annotation\b[^<>]*+>[^<]*+"
    r"|</?(?:m(?:ath|[inos]|text|row|frac|sqrt|root|style|error|padded|phantom|fenced|enclose|sub"
    r"|sup|subsup|under|over|underover|multiscripts|table|tr|td|space)|semantics|annotation)\b[^<>]*+>"
)
_LAZY = re.compile(r"\sdata-(?:lazy-|orig-)?src=")
_LAZY_IMAGE = re.compile(rf"(?i)<img\b{PIECES}>?")
_PLACEHOLDER = re.compile(r"(?i)\ssrc=([\"']?)(?:data:[^\"'\s>]*|)\1(?=[\s>/])")


def prepare(markup: str) -> str:
    """Turn players into links, formulas into what they say, lazy pictures into real ones."""
    markup = _FRAME.sub(_player, markup)
    markup = _MATH.sub("", markup)  # its elements are not kept, what they say is
    return _LAZY_IMAGE.sub(_real, markup)


def _real(match: re.Match[str]) -> str:
    """Give a picture the address that a script would give it."""
    tag = match[0]
    return _LAZY.sub(" src=", _PLACEHOLDER.sub(" ", tag)) if _LAZY.search(tag) else tag


def _player(match: re.Match[str]) -> str:
    link = link_to_player(match[1]) if match[1] else None
    if not link:
        return ""
    name, url = link
    return f'<p><a href="{escape(url)}">▶ {escape(name)}</a></p>'
