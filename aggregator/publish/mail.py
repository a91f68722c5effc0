"""Mail by SMTP (RFC 5321), encrypted unless the curator says otherwise.

    with outbox(mail, password) as box:      connect, TLS, log in
        box.send(message)                    sender, recipient, text

A message has one recipient: who reads a digest need not see who else does. What goes wrong is a
`PublishError`; after the text was handed over and before the server said yes, nobody knows whether
it took it: `unknown` says so, and such mail is not sent again by itself.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from aggregator.config.mail import Mail, bare
from aggregator.errors import PublishError

# The name in EHLO. smtplib would ask the network for ours, which takes as long as it takes.
_HELLO = "[127.0.0.1]"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Whatever charset a body has, it is sent as ASCII: no server needs to know 8BITMIME.
_ASCII = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Outbox:
    """A server that waits for mail."""

    mail: Mail
    smtp: smtplib.SMTP

    def send(self, message: EmailMessage) -> None:
        """Hand over one message, to the one address in its `To`. Raises PublishError."""
        recipient = bare(str(message["To"]))
        sender = bare(self.mail.sender)
        data = message.as_bytes(policy=_ASCII)
        with _told(self.mail):
            options = [] if f"{sender}{recipient}".isascii() else ["SMTPUTF8"]
            if options and not self.smtp.has_extn("smtputf8"):
                raise PublishError(
                    f"{self.mail.host} takes no addresses that are not ASCII.",
                    hint="Such an address has an ASCII form, too: ask its owner.",
                )
            _accept(*self.smtp.mail(sender, options), what=f"the sender {sender}")
            code, reply = self.smtp.rcpt(recipient)
            if code not in {250, 251}:
                with suppress(smtplib.SMTPException, OSError):
                    self.smtp.rset()
                raise _refused(f"the recipient {recipient}", code, reply)
        with _told(self.mail, unknown=True):
            _accept(*self.smtp.data(data), what="the text")


@contextmanager
def outbox(
    mail: Mail, password: str | None = None, *, trusted: ssl.SSLContext | None = None
) -> Iterator[Outbox]:
    """Connect to the server, and part from it politely. Raises PublishError.

    `password` is the filled-in one; it is sent over an encrypted connection only, or to this
    machine. `trusted` are the certificates to believe, the system's by default.
    """
    if password is not None and mail.security == "none" and mail.host not in _LOOPBACK:
        raise PublishError(
            f"The password for {mail.host} would be sent unencrypted; it was not.",
            hint='Set security = "starttls" or "tls" in [mail].',
        )
    context = trusted or ssl.create_default_context()
    with _told(mail):
        smtp = _connected(mail, context)
    try:
        with _told(mail):
            _greet(smtp, mail, password, context)
        yield Outbox(mail, smtp)
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _connected(mail: Mail, context: ssl.SSLContext) -> smtplib.SMTP:
    if mail.security == "tls":
        return smtplib.SMTP_SSL(mail.host, mail.port, _HELLO, timeout=mail.timeout, context=context)
    return smtplib.SMTP(mail.host, mail.port, _HELLO, timeout=mail.timeout)


def _greet(smtp: smtplib.SMTP, mail: Mail, password: str | None, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    if mail.security == "starttls":
        if not smtp.has_extn("starttls"):
            raise PublishError(
                f"{mail.host} offers no encryption (STARTTLS) on port {mail.port}.",
                hint='Port 465 with security = "tls" may; security = "none" does without.',
            )
        smtp.starttls(context=context)
        smtp.ehlo()
    if mail.user is not None and password is not None:
        smtp.login(mail.user, password)


def _accept(code: int, reply: bytes, *, what: str) -> None:
    if code != 250:
        raise _refused(what, code, reply)


def _refused(what: str, code: int, reply: bytes | str) -> PublishError:
    said = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    words = " ".join(said.split())[:200]
    later = "It may take it later." if 400 <= code < 500 else None
    return PublishError(f"The mail server refused {what}: {code} {words}", hint=later)


@contextmanager
def _told(mail: Mail, *, unknown: bool = False) -> Iterator[None]:
    """Turn what smtplib and the network raise into PublishError, the most special first."""
    place = f"{mail.host}, port {mail.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise PublishError(
            f"{mail.host} did not accept user and password.",
            hint="Many providers want a password made for programs (an app password).",
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise PublishError(f"{mail.host} can't do what is needed: {error}") from error
    except smtplib.SMTPResponseException as error:
        raise _refused("the mail", error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionResetError) as error:
        raise _broken(place, unknown=unknown) from error
    except smtplib.SMTPException as error:
        raise PublishError(f"{mail.host} answered in no way known to mail: {error}") from error
    except OSError as error:
        raise (_broken(place, unknown=True) if unknown else _unreachable(place, error)) from error


def _broken(place: str, *, unknown: bool) -> PublishError:
    if unknown:
        return PublishError(
            f"The connection to {place} broke while the mail was handed over.",
            hint="It may have arrived or not: look before you send it again.",
            unknown=True,
        )
    return PublishError(
        f"{place} closed the connection or did not answer in time.",
        hint='If the server wants TLS from the first byte on: security = "tls".',
    )


def _unreachable(place: str, error: OSError) -> PublishError:
    """Say in a sentence why no connection came about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"its certificate is not to be trusted: {error.verify_message}"
    elif isinstance(error, ssl.SSLError):
        return PublishError(
            f"{place} does not speak TLS as expected.",
            hint='Port 587 mostly wants security = "starttls", port 465 security = "tls".',
        )
    elif isinstance(error, socket.gaierror):
        reason = "there is no such host"
    elif isinstance(error, ConnectionRefusedError):
        reason = "nothing answers there"
    else:
        reason = (error.strerror or "the network failed").lower()
    return PublishError(
        f"{place} can't be reached: {reason}.", hint="Are host and port of [mail] right?"
    )
