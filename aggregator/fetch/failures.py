"""The seam to httpx, aiohttp, ssl and the system: their exceptions become a FetchError.

The sentences name the host and the system's own words, never an address: it may hold a secret.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aggregator import urls
from aggregator.errors import FetchError
from aggregator.fetch.foreign import aiohttp, httpx
from aggregator.fetch.guard import Refused

_FOREIGN = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError)
"""ValueError is what yarl, idna and aiohttp say of addresses and headers they can't write."""

_ROWS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    # The most specific first; {host} and {why} are filled in.
    (
        (aiohttp.ClientConnectorCertificateError, ssl.SSLCertVerificationError),
        "tls",
        "The certificate of {host} can't be trusted{why}.",
    ),
    ((aiohttp.ClientSSLError, ssl.SSLError), "tls", "No secure connection to {host}{why}."),
    (
        (aiohttp.ClientConnectorDNSError,),
        "unreachable",
        "The name {host} has no address{why}.",
    ),
    ((TimeoutError,), "timeout", "{host} did not answer in time."),
    ((aiohttp.ClientConnectorError,), "unreachable", "No connection to {host}{why}."),
    (
        (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError, httpx.InvalidURL, ValueError),
        "protocol",
        "The address or a header can't be sent to {host}.",
    ),
    ((aiohttp.ClientPayloadError,), "protocol", "The answer of {host} broke off before its end."),
    ((aiohttp.ServerDisconnectedError,), "protocol", "{host} hung up without an answer."),
    ((aiohttp.ClientResponseError,), "protocol", "The answer of {host} is no proper HTTP."),
    ((OSError,), "unreachable", "The connection to {host} broke{why}."),
)

# {host} and {what}: why the guard did not let it be connected to.
_REFUSALS = {
    "private": (
        "The address of {host} is private or reserved ({what}): it was not asked.",
        'If it is yours, name it in feeds.toml: [network] allow = ["{host}"].',
    ),
    "port": (
        "Port {what} of {host} is none of the web, and not one that feeds.toml names.",
        "Write the whole address in feeds.toml if it is meant.",
    ),
}

_TOO_LONG = ("Got more than", "Too many headers")
"""How aiohttp begins its messages about headers beyond the limits; they have no type."""


@contextmanager
def seam(url: str) -> Iterator[None]:
    """Turn what the outside world can do to a request into a FetchError, chained."""
    try:
        yield
    except _FOREIGN as error:
        raise explain(error, url) from error


def explain(error: BaseException, url: str) -> FetchError:
    """Say in a sentence what a foreign exception means."""
    host = urls.host(url) or "the server"
    # httpx-aiohttp maps some of them to misleading names: a hang-up becomes a ConnectTimeout.
    told = error.__cause__ if isinstance(error, httpx.HTTPError) and error.__cause__ else error
    if isinstance(told, aiohttp.ClientResponseError) and told.message.startswith(_TOO_LONG):
        return FetchError(f"The headers of {host} are too large.", kind="too_large")
    inner = getattr(told, "os_error", told)
    if isinstance(inner, Refused):
        sentence, hint = (each.format(host=host, what=inner.what) for each in _REFUSALS[inner.kind])
        return FetchError(sentence, kind=inner.kind, hint=hint)
    for kinds, kind, sentence in _ROWS:
        if isinstance(told, kinds):
            return FetchError(_capital(sentence.format(host=host, why=_why(told))), kind=kind)
    return FetchError(f"Talking to {host} failed ({type(told).__name__}).", kind="protocol")


def _why(error: BaseException) -> str:
    """Find the system's own words in an exception."""
    inner = getattr(error, "os_error", None) or getattr(error, "certificate_error", None) or error
    words = getattr(inner, "verify_message", None) or getattr(inner, "strerror", None)
    return f" ({str(words)[:120]})" if words else ""


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:] if sentence.startswith("the ") else sentence
