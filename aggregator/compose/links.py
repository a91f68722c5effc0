"""Addresses as they are posted: whole, in ASCII, and marked for statistics where that is asked."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote

from aggregator.errors import UsageError

_WEB = re.compile(r"(https?)://(?:[^/?#]*@)?([^/?#@]+)(.*)", re.IGNORECASE)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# RFC 3986: what may stand in path, query and fragment as it is.
_PLAIN = "%/?#:@!$&'()*+,;=~"
# Networks take a mark at the end for the sentence's; encoded it is the address's.
_MARKS = "!'*,.:;$@~"
# What says nothing at the end of an address, and what begins nothing there.
_IDLE = "?&#"
# Brackets within brackets, which networks follow one level deep and only where they are closed.
_BRACKETS = re.compile(r"[^()]*(?:\((?:[^()]+|[^()]*\([^()]+\)[^()]*)\)[^()]*)*")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


def postable(url: str | None) -> str:
    """Returns the address in a form that networks link as a whole; empty for what is no web page.

    User names and passwords are taken out, other letters than ASCII are encoded (RFC 3987, 3.1).
    """
    found = _WEB.fullmatch(_BLANKS.sub("", url or "").replace("\\", "/"))
    host = _host(found[2]) if found else ""
    if not found or not host:
        return ""
    rest = quote(_LONE_PERCENT.sub("%25", found[3]), safe=_PLAIN, errors="replace")
    return _ended(f"{found[1].lower()}://{host}{rest}")


def marked(url: str, template: str, **values: str) -> str:
    """Returns the address with the parameters of a template such as "utm_source={network}".

    `values` fill the placeholders; a parameter that the address has already is replaced. Raises
    UsageError for a placeholder without a value and for what is no list of parameters.
    """
    if not url or not template:
        return url
    added = {name: _filled(value, values) for name, value in _parameters(template)}
    page, hash_sign, fragment = url.partition("#")
    page, _, query = page.partition("?")
    kept = [each for each in query.split("&") if each and each.partition("=")[0] not in added]
    kept += [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in added.items()]
    return _ended(f"{page}?{'&'.join(kept)}{hash_sign}{fragment}")


def _parameters(template: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(template.lstrip("?&"), strict_parsing=True)
    except ValueError as error:
        raise UsageError(
            f"“{template}” is no list of parameters.",
            hint="Write it such as utm_source={network}&utm_medium=social.",
        ) from error


def _filled(template: str, values: dict[str, str]) -> str:
    """Returns the value with its placeholders filled; what is filled in is not looked at again."""
    unknown = [name for name in _PLACEHOLDER.findall(template) if name not in values]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in values)
        raise UsageError(f"Nothing is called {{{unknown[0]}}} here.", hint=f"There are {known}.")
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def _host(host: str) -> str:
    """Returns the host in ASCII (IDNA), or nothing where it can't be one."""
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return name if re.fullmatch(r"[\w.\-:\[\]]+", name) else ""


def _ended(address: str) -> str:
    """Returns the address with marks encoded where path or query end, and brackets without match.

    What asks for nothing at the end goes.
    """
    path, question, query = address.rstrip(_IDLE).partition("?")
    if not _BRACKETS.fullmatch(path):
        path = path.replace("(", "%28").replace(")", "%29")
    if query.endswith("+"):
        query = f"{query[:-1]}%20"  # a blank, in either way to write it
    return _unmarked(path, f"{_MARKS}=&") + question + _unmarked(query, f"{_MARKS}()")


def _unmarked(part: str, marks: str) -> str:
    last = part[-1:]
    return f"{part[:-1]}%{ord(last):02X}" if last and last in marks else part
