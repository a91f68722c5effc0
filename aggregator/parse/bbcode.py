"""The markup of Steam (BBCode) and of Slack (mrkdwn) → HTML.

What comes out has tags of a short list, all of them closed, and everything else escaped. It is
sanitised again like any other entry's.
"""

from __future__ import annotations

import re
from html import escape, unescape

LONGEST = 400_000
"""Characters; a text that is longer is cut."""

_TAGS = {
    "b": "strong", "i": "em", "u": "u", "s": "s", "strike": "s", "p": "p",
    "h1": "h2", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h5", "h6": "h6",
    "quote": "blockquote", "code": "pre", "list": "ul", "olist": "ol", "*": "li",
    "table": "table", "tr": "tr", "th": "th", "td": "td", "spoiler": "em",
}  # fmt: skip
_BLOCKS = "p|h[2-6]|blockquote|pre|ul|ol|li|table|tr|th|td|hr"
_TOKEN = re.compile(r"\[(/?)(\*|[A-Za-z][A-Za-z0-9]{0,20})(?:(?:=|\s)([^\[\]\n]{0,2000}))?\]")
_BREAKS_AFTER = re.compile(rf"(</?(?:{_BLOCKS})>)(?:\s|<br>)+")
_BREAKS_BEFORE = re.compile(rf"\s*+(?:<br>\s*+)++(?=</?(?:{_BLOCKS})>)")
_CLAN_IMAGE = "https://clan.akamai.steamstatic.com/images"
_NAMED = re.compile(r"(?:src|href)\s*=\s*", re.IGNORECASE)

_BOUNDARY = r"(?<![\w*_~`]){0}(?=\S)([^{0}\n]+?)(?<=\S){0}(?![\w*_~`])"
_STYLES = tuple(
    (re.compile(_BOUNDARY.format(re.escape(mark))), rf"<{tag}>\1</{tag}>")
    for mark, tag in (("*", "strong"), ("_", "em"), ("~", "s"))
)
_WRITTEN = re.compile(r"<(/?)(strong|em|s)>")
_SLACK = re.compile(r"```(.+?)```|`([^`\n]+)`|<([^<>\n]+)>", re.DOTALL)


def from_bbcode(text: str) -> str:
    """Turn BBCode into HTML; unknown tags stay as they were written."""
    writer = _Writer()
    place = 0
    text = text[:LONGEST].replace("{STEAM_CLAN_IMAGE}", _CLAN_IMAGE)
    while token := _TOKEN.search(text, place):
        writer.words(text[place : token.start()])
        place = writer.tag(token, text)
    writer.words(text[place:])
    return writer.html()


class _Writer:
    """Writes HTML and knows what is open."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open: list[tuple[str, str]] = []

    def words(self, text: str) -> None:
        self._pieces.append(escape(text).replace("\n", "<br>"))

    def tag(self, token: re.Match[str], text: str) -> int:
        """Write a tag; returns where the text goes on."""
        closes, name, value = token[1], token[2].lower(), _value(token[3] or "")
        if name not in _KNOWN:
            self.words(token[0])
        elif closes:
            self._close(name)
        elif name == "url" and value:
            if _is_web(value):
                self._start(name, "a", f' href="{escape(value)}"')
        elif name in _WHOLE:
            return self._whole(name, value, token.end(), text)
        elif name == "hr":
            self._pieces.append("<hr>")
        elif name in _TAGS:
            self._start(name, _TAGS[name])
        return token.end()

    def _whole(self, name: str, value: str, place: int, text: str) -> int:
        """Write what a tag and its end hold together: a picture, a video, an address, words."""
        ending = re.compile(rf"\[/{name}\]", re.IGNORECASE).search(text, place)
        inner = text[place : ending.start()] if ending else ""
        self._pieces.append(_WHOLE[name](value or inner.strip()))
        return ending.end() if ending else place

    def _start(self, name: str, tag: str, attributes: str = "") -> None:
        if name == "*":
            self._close("*", within=("list", "olist"))
        self._open.append((name, tag))
        self._pieces.append(f"<{tag}{attributes}>")

    def _close(self, name: str, within: tuple[str, ...] = ()) -> None:
        """Close a tag and all that were opened in it; one that is not open has no end."""
        names = [each for each, _ in self._open]
        limit = max((at for at, each in enumerate(names) if each in within), default=-1)
        if name not in names[limit + 1 :]:
            return
        while True:
            closed, tag = self._open.pop()
            self._pieces.append(f"</{tag}>")
            if closed == name:
                return

    def html(self) -> str:
        self._pieces += [f"</{tag}>" for _, tag in reversed(self._open)]
        written = _BREAKS_AFTER.sub(r"\1", "".join(self._pieces))
        return _BREAKS_BEFORE.sub("", written).strip()


def _value(given: str) -> str:
    """Take quotes, names (`src=`) and further attributes off a tag's value."""
    given = _NAMED.sub("", given.strip(" ="), count=1)
    if given[:1] in {'"', "'"}:
        return given[1:].partition(given[0])[0].strip()
    return given.partition(" ")[0]


def _is_web(address: str) -> bool:
    return address.lower().startswith(("https://", "http://"))


def _image(address: str) -> str:
    return f'<p><img src="{escape(address)}" alt=""></p>' if _is_web(address) else ""


def _video(given: str) -> str:
    """Link to a video of YouTube, which Steam writes as `ID;full`."""
    address = f"https://www.youtube.com/watch?v={given.partition(';')[0]}"
    return f'<p><a href="{escape(address)}">{escape(address)}</a></p>'


def _address(address: str) -> str:
    shown = escape(address)
    return f'<a href="{shown}">{shown}</a>' if _is_web(address) else shown


_WHOLE = {"img": _image, "previewyoutube": _video, "url": _address, "noparse": escape}
_KNOWN = frozenset({*_TAGS, *_WHOLE, "hr", "carousel", "center", "color", "expand", "font", "size"})


def from_slack(text: str) -> str:
    """Turn Slack's mrkdwn into HTML; its `&`, `<` and `>` come escaped already."""
    pieces: list[str] = []
    place = 0
    text = text[:LONGEST]
    for token in _SLACK.finditer(text):
        pieces += [_styled(text[place : token.start()]), _slack_token(token)]
        place = token.end()
    pieces.append(_styled(text[place:]))
    return "".join(pieces)


def _styled(text: str) -> str:
    text = escape(unescape(text))
    for pattern, replacement in _STYLES:
        styled = pattern.sub(replacement, text)
        # A style that begins within another and ends without it is none.
        text = styled if _is_nested(styled) else text
    return text.replace("\n", "<br>")


def _is_nested(markup: str) -> bool:
    opened: list[str] = []
    for closes, tag in _WRITTEN.findall(markup):
        if not closes:
            opened.append(tag)
        elif not opened or opened.pop() != tag:
            return False
    return not opened


def _slack_token(token: re.Match[str]) -> str:
    """Write code, a link, or a mention."""
    block, code, link = token.groups()
    if link is None:
        tag = "pre" if block else "code"
        return f"<{tag}>{escape(unescape(block or code))}</{tag}>"
    target, _, label = unescape(link).partition("|")
    if _is_web(target) or target.startswith("mailto:"):
        return f'<a href="{escape(target)}">{escape(label or target)}</a>'
    mark = "#" if target[0] == "#" else "@"
    return escape(mark + (label or target.lstrip("@#!")).lstrip("@#"))
