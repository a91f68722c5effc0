"""`[mail]`: the server that takes our mail, and whom it is from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from aggregator.config import tables, values
from aggregator.config.problems import Problem
from aggregator.config.values import Wrong

SECURITY = ("starttls", "tls", "none")

# No control character, no space, no angle or quote: what stands in a command of SMTP (RFC 5321)
# as it is. Who needs quoted local parts needs another program.
_BARE = r"[^\s\x00-\x20\x7f-\x9f<>()\[\]\\,;:@\"]{1,64}@[\w.-]{1,255}"
_ADDRESS = re.compile(rf"(?P<alone>{_BARE})|(?P<name>[^<>,;:@]*)<(?P<named>{_BARE})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """`[mail]`. `security` is starttls, tls (from the first byte on) or none.

    `password` is as written, `${NAME}` not filled in. `timeout` are seconds for each step.
    """

    host: str
    sender: str
    port: int = 587
    user: str | None = None
    password: str | None = None
    security: str = "starttls"
    timeout: int = 30


def read(value: Any, environ: Mapping[str, str]) -> tuple[Mail | None, list[Problem]]:
    """Return what the table says, or None and its problems."""
    readers: dict[str, values.Reader] = dict(_READERS)
    readers["password"] = partial(_password, environ=environ)
    try:
        found = tables.table(value, readers)
    except Wrong as error:
        return None, [(("mail", *path), message) for path, message in error.problems]
    wrong = [(("mail", key), "is missing") for key in ("host", "from") if key not in found]
    if ("user" in found) is not ("password" in found):
        missing = "password" if "user" in found else "user"
        wrong.append((("mail", missing), "is missing: a user has a password"))
    if wrong:
        return None, list(wrong)
    found["sender"] = found.pop("from")
    if found.get("port") == 465:
        # RFC 8314, 3.3: submissions, which is TLS from the first byte on.
        found.setdefault("security", "tls")
    return Mail(**found), []


def address(value: Any) -> str:
    """Read an address of mail: `ana@example.org` or `Ana <ana@example.org>`."""
    written = values.text(value)
    if not _ADDRESS.fullmatch(written):
        raise Wrong('expected an address such as "Ana <ana@example.org>"')
    return written


def bare(written: str) -> str:
    """Return what stands in the commands of SMTP: the address alone, of one that `address` took."""
    found = _ADDRESS.fullmatch(written)
    return (found["alone"] or found["named"]) if found else written


def _host(value: Any) -> str:
    host = values.domain(value)
    if ":" in host:
        raise Wrong("holds a port; write it as port = 587")
    return host


def _password(value: Any, *, environ: Mapping[str, str]) -> str:
    template = values.text(value)
    values.filled(template, environ)
    return template


_READERS: Mapping[str, values.Reader] = {
    "host": _host,
    "port": values.whole(1, 65_535),
    "user": values.text,
    "password": values.text,
    "from": address,
    "security": values.choice("security", SECURITY),
    "timeout": values.seconds(1, 600),
}
KEYS = tuple(_READERS)
