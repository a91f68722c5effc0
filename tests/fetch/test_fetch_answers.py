"""What statuses and headers mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.answers import RETRY_AFTER_CAP, charset, named, refusal, retry_after

NOW = 1_795_446_000.0  # Mon, 23 Nov 2026 15:00:00 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 23 Nov 2026 15:05:00 GMT", 300),
        ("Mon, 23 Nov 2026 14:00:00 GMT", 0),
        ("Mon, 23 Nov 2099 15:05:00 GMT", RETRY_AFTER_CAP),
        ("1" * 400, RETRY_AFTER_CAP),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        ("", None),
        ("Mon, 99 Nov 99999 15:05:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    """Both forms become seconds from now, never negative, never beyond a week."""
    assert retry_after({"retry-after": value}, now=NOW) == seconds


@given(st.text())
def test_any_retry_after_is_survived(value):
    """Whatever a server writes, the wait is None or within its bounds."""
    seconds = retry_after({"retry-after": value}, now=NOW)

    assert seconds is None or 0 <= seconds <= RETRY_AFTER_CAP


@pytest.mark.parametrize("status", [200, 202, 403, 503])
@pytest.mark.parametrize("header", ["cf-mitigated", "x-amzn-waf-action"])
def test_a_wall_is_recognised_whatever_its_status(status, header):
    """Cloudflare and Amazon say when they want a browser."""
    error = refusal(status, {header: "challenge", "retry-after": "7"}, now=NOW)

    assert error is not None
    assert (error.kind, error.http_status, error.retry_after) == ("blocked", status, 7)


@pytest.mark.parametrize("status", [200, 201, 202, 203])
def test_success_is_no_refusal(status):
    """Any 2xx that has a document is taken."""
    assert refusal(status, {"cf-mitigated": "allow"}, now=NOW) is None


@pytest.mark.parametrize("status", [*range(100, 200, 7), *range(204, 207), *range(300, 1000, 13)])
def test_every_other_status_is_refused_in_a_sentence(status):
    """No status is without words."""
    error = refusal(status, {}, now=NOW)

    assert error is not None
    assert error.message.endswith(".")
    assert str(status) in error.message


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/xml; charset=utf-8", "utf-8"),
        ('text/xml;charset = "ISO-8859-1"; x=y', "ISO-8859-1"),
        ("text/xml; x=y; CHARSET='koi8-r'", "koi8-r"),
        ("text/xml; charset=", None),
        ("text/xml", None),
        ("charset=utf-8", None),
        ("", None),
    ],
)
def test_the_declared_charset_is_read(content_type, expected):
    """It is the parameter of Content-Type, unquoted, as it stands."""
    assert charset({"content-type": content_type}) == expected


@given(st.lists(st.tuples(st.binary(max_size=9), st.binary(max_size=9)), max_size=9))
def test_headers_keep_every_byte(raw):
    """Latin-1 loses nothing; names are told once, in lower case."""
    headers = named(raw)

    assert set(headers) == {name.decode("latin-1").lower() for name, _ in raw}
    for name, value in headers.items():
        same = [v for n, v in raw if n.decode("latin-1").lower() == name]
        assert value.encode("latin-1") == b", ".join(same)
