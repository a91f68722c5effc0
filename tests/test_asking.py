"""What is sent for a feed, and what of it may be seen afterwards."""

from hashlib import md5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.asking import HIDDEN, Request, answered, hushed, request, with_headers
from aggregator.errors import FetchError, SourceError
from aggregator.model import Bridges, Fetched, JsonRow, Rules

KEY = "s3cret/ke+y 1"
QUOTED = "s3cret%2Fke%2By%201"
ENVIRON = {"KEY": f" {KEY}\n", "PIXABAY_KEY": "pix-12345", "EMPTY": " ", "token": "lower-case"}
HUB = Bridges(rsshub="https://hub.example", rsshub_key="${KEY}")


def ask(url, headers=(), **rules):
    return with_headers(request(url, rules=Rules(**rules), environ=ENVIRON), headers, ENVIRON)


def fetched(url, **fields):
    return Fetched(status=200, final_url=url, headers=fields.pop("headers", {}), **fields)


def test_a_usual_feed_is_asked_as_it_stands():
    """Without names of variables nothing is changed, and nothing is secret."""
    url = "https://example.org/{feed}?key=1"
    answer = fetched("https://other.example/", permanent_url="https://other.example/", body=b"x")
    asked = ask(url, (("X-A", "1"),))

    assert asked == Request(url=url, address=url, headers=(("X-A", "1"),))
    assert answered(asked, answer) == (answer, "https://other.example/")


def test_variables_in_an_address_are_filled_in_and_escaped():
    """`${NAME}` stands for the environment's value, without blanks around it."""
    asked = ask("https://example.org/${KEY}/feed?k=${KEY}")

    assert asked.address == f"https://example.org/{QUOTED}/feed?k={QUOTED}"
    assert KEY in asked.secrets
    assert QUOTED in asked.secrets


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/{PIXABAY_KEY}",
        "https://pixabay.com/api/?key={KEY}",
        "https://evil.example/_matrix/client/v3/rooms/r/messages?t={MATRIX_TOKEN}",
        "https://evil.example/_matrix/client/v3/rooms/r/messages?t={KEY}",
    ],
)
def test_nobody_else_gets_a_key(url):
    """Braces are filled in with a platform's own key, for its own hosts, and with nothing else."""
    environ = ENVIRON | {"MATRIX_TOKEN": "matrix-12345"}
    asked = request(url, rules=Rules(), environ=environ)

    assert (asked.address, asked.headers, asked.secrets) == (url, (), ())


def test_keys_in_braces_are_filled_in_for_json_sources_alone():
    """Other braces in such an address are its own."""
    asked = ask("https://pixabay.com/api/?key={PIXABAY_KEY}&q=${token}{q}")

    assert asked.address == "https://pixabay.com/api/?key=pix-12345&q=lower-case{q}"
    assert asked.mapping.row.platform == "pixabay"


def test_a_json_row_brings_headers_and_parameters():
    """They are filled in, too; what the feed says itself is not said twice."""
    row = JsonRow(
        endpoint="a.example/",
        list="[]",
        headers=(("Authorization", "Key ${KEY}"), ("X-B", "2")),
        query=(("limit", "5"), ("k", "${KEY}"), ("q", "no")),
    )
    asked = ask("https://a.example/x?q=1", (("authorization", "mine"),), json=(row,))

    assert asked.address == "https://a.example/x?q=1&limit=5&k=s3cret%2Fke%2By+1"
    assert asked.headers == (("X-B", "2"), ("authorization", "mine"))
    assert ask("https://a.example/?limit=1&k=&q", json=(row,)).address.endswith("/?limit=1&k=&q")
    assert ask("https://a.example/x", json=(row,)).headers[0] == ("Authorization", f"Key {KEY}")


def test_deezer_is_asked_for_more_than_it_gives_unasked():
    """A parameter that the row adds is part of the request, not of the feed's address."""
    url = "https://api.deezer.com/artist/27/albums"

    assert ask(url).address == f"{url}?limit=100"
    assert ask(url).url == url


@pytest.mark.parametrize("name", ["MISSING", "EMPTY"])
@pytest.mark.parametrize(
    ("url", "headers"),
    [("https://a.example/${%s}", ()), ("https://a.example/", (("X-A", "${%s}"),))],
)
def test_a_variable_that_is_not_set_is_named(url, headers, name):
    """Nothing is asked then; the message says which variable, and where to set it."""
    url = url.replace("%s", name)
    headers = [(header, value.replace("%s", name)) for header, value in headers]
    with pytest.raises(SourceError, match=f"no variable {name}") as caught:
        ask(url, headers)

    assert caught.value.kind == "key"
    assert name in caught.value.hint


def test_a_reference_goes_to_the_bridge_with_a_code_in_place_of_the_key():
    """RSSHub's key is sent as the sum of route and key; both are secrets."""
    url = "rsshub:/telegram/channel/durov"
    asked = ask(url, bridges=HUB)
    code = md5(f"/telegram/channel/durov{KEY}".encode()).hexdigest()

    assert asked.url == url
    assert asked.address == f"https://hub.example/telegram/channel/durov?code={code}"
    assert {KEY, code} <= set(asked.secrets)


def test_a_bridge_needs_no_key():
    """Public bridges and Nitter have none; the keys of other bridges are not asked for."""
    bridges = Bridges(
        rsshub="https://hub.example",
        nitter="https://nitter.example",
        rssbridge="https://bridge.example",
        rssbridge_token="${KEY}",
    )

    assert ask("rsshub:/a/b", bridges=bridges).address == "https://hub.example/a/b"
    assert ask("nitter:/NASA/rss", bridges=bridges).address == "https://nitter.example/NASA/rss"
    assert QUOTED in ask("rssbridge:bridge=X&u=a", bridges=bridges).secrets


def test_a_bridge_that_is_not_set_is_named():
    """The error says which setting is missing."""
    with pytest.raises(SourceError) as caught:
        ask("nitter:/NASA/rss")

    assert caught.value.kind == "bridge"
    assert "nitter" in caught.value.hint


def test_an_answer_is_put_back_under_the_address_as_written():
    """Validators hold, redirects are not adopted, and what was filled in is nowhere left."""
    asked = ask("https://a.example/${KEY}?t=${KEY}")
    answer = fetched(
        asked.address,
        headers={"etag": '"1"', "link": f"<{asked.address}>"},
        body=f"<a>{KEY}</a><b>{asked.address}</b>".encode(),
        digest=b"1",
        permanent_url="https://new.example/?x=" + QUOTED,
    )
    seen, base = answered(asked, answer)

    assert seen.final_url == asked.url
    assert seen.permanent_url is None
    assert seen.headers == {"etag": '"1"'}
    assert seen.body == (f"<a>{HIDDEN}</a><b>https://a.example/{HIDDEN}?t={HIDDEN}</b>".encode())
    assert seen.digest == b"1"
    assert base == "https://a.example/"


def test_an_answer_from_elsewhere_is_not_the_feeds_own():
    """Validators of a redirect's target do not count; its query may hold the secret."""
    asked = ask("rsshub:/a", bridges=HUB)
    seen, base = answered(asked, fetched("https://u:p@b.example/x/y?code=1#f", body=None))

    assert seen.final_url == base == "https://b.example/x/y"
    assert seen.body is None


def test_a_feed_with_a_secret_moves_within_its_host_alone():
    """Who is asked with a token can't hand it on, nor have it stored within an address."""
    url = "https://a.example/feed"
    asked = ask(url, (("Authorization", "Bearer ${KEY}"),))
    new = {
        target: answered(asked, fetched(url, permanent_url=target, body=b"x"))[0].permanent_url
        for target in (f"{url}/new", "https://b.example/feed", f"{url}?t={QUOTED}")
    }
    seen, base = answered(asked, fetched(url))

    assert list(new.values()) == [f"{url}/new", None, None]
    assert (seen.final_url, seen.permanent_url, base) == (url, None, url)


def test_a_token_that_stands_in_feeds_toml_is_a_secret_too():
    """Names of headers tell which of them hold one; other values are words like any."""
    asked = ask("https://a.example/", (("Authorization", "Bearer literal"), ("X-Lang", "english")))

    assert asked.secrets == ("literal",)


def test_errors_are_told_without_secrets():
    """Whatever words an error has, and its hint, if there is one."""
    asked = ask("https://a.example/${KEY}")
    error = hushed(asked, FetchError(f"No {asked.address}.", kind="http", hint=f"Try {KEY}"))
    plain = hushed(asked, FetchError("No.", kind="http"))

    assert (error.message, error.hint) == (f"No https://a.example/{HIDDEN}.", f"Try {HIDDEN}")
    assert str(error) == error.message
    assert (plain.message, plain.hint) == ("No.", None)


def test_short_secrets_do_no_harm_to_documents():
    """A key such as "1" can't be told from any other 1."""
    environ = {"K": "1"}
    asked = request("https://a.example/${K}", rules=Rules(), environ=environ)
    seen, _ = answered(asked, fetched(asked.address, headers={"etag": "1"}, body=b"1"))

    assert (seen.headers, seen.body) == ({"etag": "1"}, b"1")


@given(
    st.text(min_size=6).filter(lambda text: len(text.strip()) >= 6 and text.strip() not in HIDDEN),
    st.sampled_from(["https://a.example/${K}", "https://a.example/f?k=${K}&b"]),
)
def test_no_secret_survives_its_answer(secret, url):
    """Whatever characters a secret has, it is in none of an answer's parts."""
    secret = secret.encode("utf-8", "replace").decode().strip()
    asked = request(url, rules=Rules(), environ={"K": secret})
    answer = fetched(
        asked.address,
        headers={"x": asked.address, "y": secret},
        body=f"{secret} {asked.address}".encode(),
        permanent_url=asked.address,
    )
    seen, base = answered(asked, answer)

    assert secret.encode() not in seen.body
    assert asked.address.encode() not in seen.body
    assert seen.headers == {}
    assert (seen.final_url, seen.permanent_url) == (url, None)
    assert asked.address != base
