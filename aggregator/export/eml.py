"""The newsletter as a mail (RFC 5322): plain text and HTML, for a mail program or an SMTP server.

Everything is ASCII on the wire. Without a sender it is a draft: mail programs open it to be sent.
No header can be added through a title, a name or an address; clock and chance play no part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from aggregator.curation import Item
from aggregator.errors import UsageError
from aggregator.export import newsletter, words
from aggregator.export.channel import Channel

POLICY = SMTP.clone(cte_type="7bit")
LONGEST = 200
_MAILBOX = re.compile(r"(?:([^<>]*?)\s*<([^<>]+)>|([^<>\s]+))")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@(.+)")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def write(channel: Channel, items: Sequence[Item]) -> str:
    """Returns the mail as text, its lines ended by CR and LF."""
    options = channel.options
    mail = letter(
        subject=options.subject or channel.title,
        text=newsletter.text(channel, items),
        html=newsletter.write(channel, items),
        sender=options.sender,
        recipients=options.recipients,
        sent_at=channel.updated if options.sent_at is None else options.sent_at,
        language=channel.language,
    )
    return mail.as_string()


def letter(
    *,
    subject: str,
    text: str,
    html: str,
    sender: str = "",
    recipients: Sequence[str] = (),
    sent_at: int,
    language: str | None = None,
) -> EmailMessage:
    """Returns a mail of two alternatives; the same words make the same mail.

    Texts must be clean (`safe`). Raises UsageError for what is no mail address.
    """
    mail = EmailMessage(POLICY)
    mail["Subject"] = _plain(subject)[:LONGEST]
    author = mailbox(sender) if sender else None
    if author is None:
        mail["X-Unsent"] = "1"
    else:
        mail["From"] = author
    if recipients:
        mail["To"] = tuple(map(mailbox, recipients))
    mail["Date"] = words.rfc822(sent_at).replace("GMT", "+0000")
    seed = "\0".join((subject, sender, *recipients, str(sent_at), text, html))
    digest = sha256(seed.encode()).hexdigest()
    mail["Message-ID"] = f"<{digest[:32]}@{author.domain if author else 'aggregator.invalid'}>"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    if language:
        mail["Content-Language"] = language
    # Neither quoted-printable nor base64 has a line that could be this one (RFC 2045, 6.7).
    mail.set_boundary(f"=_{digest[32:]}")
    return mail


def mailbox(written: str) -> Address:
    """Returns `name@example.org` or `Name <name@example.org>` as an address, its host in ASCII.

    Raises UsageError for anything else.
    """
    found = _MAILBOX.fullmatch(written)
    parts = _ADDRESS.fullmatch((found[2] or found[3]).strip()) if found else None
    host = _ascii(parts[2]) if parts else ""
    if found is None or parts is None or not _HOST.fullmatch(host):
        hint = "Write name@example.org or Name <name@example.org>."
        raise UsageError(f"“{written[:LONGEST]}” is no mail address.", hint=hint)
    name = _plain((found[1] or "").strip('" '))[:LONGEST]
    return Address(display_name=name, username=parts[1], domain=host)


def _plain(text: str) -> str:
    """Returns a header's text without what programs would decode (RFC 2047)."""
    return text.replace("=?", "= ?")


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
