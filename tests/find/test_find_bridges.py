from hashlib import md5

import pytest

from aggregator.errors import SourceError
from aggregator.find.bridges import detection, expand, is_reference
from aggregator.rules import Bridges


@pytest.mark.parametrize(
    ("reference", "bridges", "address"),
    [
        (
            "rsshub:/telegram/channel/durov",
            Bridges(rsshub="https://hub.example/"),
            "https://hub.example/telegram/channel/durov",
        ),
        (
            "rsshub:/a/b?limit=5",
            Bridges(rsshub="https://hub.example", rsshub_key="secret"),
            "https://hub.example/a/b?limit=5&code=" + md5(b"/a/bsecret").hexdigest(),
        ),
        (
            "rsshub:a",
            Bridges(rsshub="https://hub.example", rsshub_key="secret"),
            "https://hub.example/a?code=" + md5(b"/asecret").hexdigest(),
        ),
        (
            "rssbridge:bridge=X&u=a",
            Bridges(rssbridge="https://b.example"),
            "https://b.example/?action=display&bridge=X&u=a&format=Atom",
        ),
        (
            "rssbridge:bridge=X",
            Bridges(rssbridge="https://b.example/index.php", rssbridge_token="a b"),
            "https://b.example/index.php?action=display&bridge=X&format=Atom&token=a%20b",
        ),
        (
            "nitter:/NASA/rss",
            Bridges(nitter="https://n.example/"),
            "https://n.example/NASA/rss",
        ),
    ],
)
def test_a_reference_is_expanded(reference, bridges, address):
    """A reference becomes the bridge's address; RSSHub gets a code, never its key."""
    assert is_reference(reference)
    assert address == expand(reference, bridges)


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("rsshub:/a", "Set rsshub under [bridges] in feeds.toml."),
        ("rssbridge:bridge=X", "Set rssbridge under [bridges] in feeds.toml."),
        ("nitter:/a/rss", "Set nitter under [bridges] in feeds.toml."),
        ("https://example.org/", "References begin with rsshub:, rssbridge: or nitter:."),
        ("rsshub_key:/a", "References begin with rsshub:, rssbridge: or nitter:."),
    ],
)
def test_a_missing_bridge_is_named(reference, hint):
    """Without the bridge's address the error says which setting is missing."""
    with pytest.raises(SourceError) as told:
        expand(reference, Bridges(rsshub_key="x"))

    assert (told.value.kind, told.value.hint) == ("bridge", hint)


def test_a_token_from_the_environment_is_left_to_be_filled_in():
    """What is to be filled in later is not escaped."""
    address = detection("https://x.example/", Bridges(rssbridge="b", rssbridge_token="${TOKEN}"))

    assert address.endswith("&url=https%3A%2F%2Fx.example%2F&token=${TOKEN}")
