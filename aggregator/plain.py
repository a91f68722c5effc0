"""Strangers' text made plain, so that it can stand in a message or on a terminal."""

from __future__ import annotations

import re

# Sequences that command a terminal go as a whole, so that no "[31m" is left of them.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS and their like
    r"|\x1b[ -/]*[0-~]?"
)
# C0 and C1, bidirectional overrides and marks, tags, surrogates: none has a place in our lines.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def safe(text: str, *, lines: bool = False) -> str:
    """Return a stranger's text without anything that could command a terminal or reorder a line.

    White space is folded to single spaces; with `lines`, line breaks are kept.
    """
    cleaned = _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = [_CONTROLS.sub("", line) for line in re.split("[\n\u2028\u2029\x85]", cleaned)]
    if lines:
        return "\n".join(line.replace("\t", "    ").rstrip() for line in kept)
    return " ".join(" ".join(kept).split())
