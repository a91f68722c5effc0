"""The desk's languages: English is in the source, others in catalogues of gettext's form.

`locale/<language>/LC_MESSAGES/desk.po` are read as they are, so nothing has to be compiled.
https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français"}

_FORMS: dict[str, Callable[[int], int]] = {
    "en": lambda n: int(n != 1),
    "de": lambda n: int(n != 1),
    "fr": lambda n: int(n > 1),
}
_GROUPS = {"en": ",", "de": ".", "fr": "\u202f"}
_FIELD = re.compile(r"(msgid|msgid_plural|msgstr(?:\[\d\])?)\s+(\".*\")")
_SAID_BY_SCRIPTS = re.compile(r"""\b_\(\s*"((?:[^"\\]|\\.)*)\"""")


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: its messages, and how it writes numbers."""

    language: str = "en"
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def gettext(self, message: str, **values: Any) -> str:
        """Return a message in this language, with `%(name)s` filled in."""
        return _filled(self.messages.get(message, (message,))[0], values)

    def ngettext(self, one: str, many: str, n: int, **values: Any) -> str:
        """Return the message that fits a number; `%(n)s` is the number itself."""
        forms = self.messages.get(one, (one, many))
        form = forms[min(_FORMS[self.language](n), len(forms) - 1)]
        return _filled(form, {"n": self.number(n), **values})

    def number(self, n: int) -> str:
        """Return a whole number, its thousands apart."""
        return f"{n:,}".replace(",", _GROUPS[self.language])

    def scripts(self) -> dict[str, str]:
        """Return what our scripts say, by what they say in English; nothing in English itself."""
        if self.language == "en":
            return {}
        return {each: self.gettext(each) for each in said_by_scripts()}


@cache
def tongue(language: str) -> Tongue:
    """Return one of our languages."""
    if language == "en":
        return Tongue()
    path = files("aggregator.web") / "locale" / language / "LC_MESSAGES" / "desk.po"
    return Tongue(language, read(path.read_text("utf-8")))


@cache
def said_by_scripts() -> tuple[str, ...]:
    """Return all that our scripts say to people: each `_("…")` in them."""
    folder = files("aggregator.web") / "static"
    scripts = [each for each in folder.iterdir() if each.name.endswith(".js")]
    found = [
        ast.literal_eval(f'"{said}"')
        for each in sorted(scripts, key=lambda each: each.name)
        for said in _SAID_BY_SCRIPTS.findall(each.read_text("utf-8"))
    ]
    return tuple(dict.fromkeys(found))


def read(text: str) -> dict[str, tuple[str, ...]]:
    """Return the messages of a catalogue that are translated, by their English."""
    found = {}
    for entry in _entries(text):
        forms = tuple(value for name, value in entry.items() if name.startswith("msgstr"))
        if entry.get("msgid") and all(forms):
            found[entry["msgid"]] = forms
    return found


def _entries(text: str) -> Iterator[dict[str, str]]:
    entry: dict[str, str] = {}
    name = ""
    for line in [*text.splitlines(), 'msgid ""']:
        match = _FIELD.fullmatch(line.strip())
        if match and match[1] == "msgid" and entry:
            yield entry
            entry = {}
        if match:
            name = match[1]
            entry[name] = ast.literal_eval(match[2])
        elif line.startswith('"'):
            entry[name] += ast.literal_eval(line)


def _filled(message: str, values: Mapping[str, Any]) -> str:
    """Return the message with its values; where one is markup, the whole is, the others escaped."""
    if not values:
        return message
    if any(isinstance(each, Markup) for each in values.values()):
        return Markup(message) % values  # noqa: S704 - messages are ours
    return message % values
