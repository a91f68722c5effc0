from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.config import SECTIONS, Config, Desk, Network, Settings, parse_config
from aggregator.errors import ConfigError
from aggregator.model import HostPolicy, Source


def problems_of(text, **environ):
    with pytest.raises(ConfigError) as caught:
        parse_config(text, environ=environ)
    return list(caught.value.problems)


def outcome_of(text):
    try:
        return parse_config(text)
    except ConfigError as error:
        return error.problems


def feed(line, url="https://example.org/feed"):
    return f'[[feeds]]\nurl = "{url}"\n{line}\n'


def test_an_empty_file_is_the_defaults():
    """A feeds.toml without a line is valid and subscribes to nothing."""
    assert parse_config("") == Config()


def test_every_section_is_read():
    """Each table becomes its dataclass, with durations in seconds and sizes in bytes."""
    config = parse_config(
        """
        [aggregator]
        contact = "ana@example.org"
        jobs = 8
        timeout = "1m"
        max_body = "5 MB"
        max_wire = 2048
        fail_on = "any"

        [[feeds]]
        url = "https://example.org/feed"
        title = "  Example "
        category = "video"
        tags = ["b", "a", "b"]
        every = "2h"
        paused = true
        insecure = true
        headers = { Authorization = "Bearer ${TOKEN}", X-Plain = "1" }

        [hosts."Example.org"]
        gap = 0.5
        floor = "1h"
        per_run = 3
        parallel = 2
        transient = [404, 500]
        retry = "10m"
        user_agent = "Reader"
        headers = { X-Key = "${TOKEN}" }
        note = "asked us to"

        [network]
        allow = ["127.0.0.0/8", "::1", "localhost", "nas.example"]
        """,
        environ={"TOKEN": "s3cret\n"},
    )

    assert config == Config(
        settings=Settings(
            contact="ana@example.org",
            jobs=8,
            timeout=60,
            max_body=5 * 1024 * 1024,
            max_wire=2048,
            fail_on="any",
        ),
        feeds=(
            Source(
                url="https://example.org/feed",
                title="Example",
                category="video",
                tags=("b", "a"),
                every=7200,
                paused=True,
                insecure=True,
                headers=(("Authorization", "Bearer ${TOKEN}"), ("X-Plain", "1")),
            ),
        ),
        hosts=(
            HostPolicy(
                host="example.org",
                gap=0.5,
                floor=3600,
                per_run=3,
                parallel=2,
                transient=(404, 500),
                retry=600,
                user_agent="Reader",
                headers=(("X-Key", "${TOKEN}"),),
                note="asked us to",
            ),
        ),
        network=Network(allow=("127.0.0.0/8", "::1", "localhost", "nas.example")),
    )


@pytest.mark.parametrize(
    ("url", "line", "category", "platform"),
    [
        ("https://vimeo.com/channels/staffpicks/videos/rss", "", "video", "vimeo"),
        ("https://vimeo.com/x/rss", 'category = "photo"', "photo", "vimeo"),
        ("https://social.example/@a.rss", 'platform = "mastodon"', "microblogs", "mastodon"),
        ("https://example.org/feed", "", "blogs", None),
    ],
)
def test_a_feed_is_filed_where_its_platform_is_at_home(url, line, category, platform):
    """The address tells platform and category, unless the feed's table does."""
    [source] = parse_config(feed(line, url)).feeds

    assert (source.category, source.platform) == (category, platform)


MANY_FAULTS = """\
[aggregator]
timout = 3
[[feed]]
url = "https://example.org/other"
[[feeds]]
url = "https://example.org/a"
catgory = "video"
every = "30 parsecs"
[[feeds]]
url = "https://example.org/a"
[[feeds]]
title = "no address"
[hosts."reddit.com"]
per_run = 0
"""


def test_all_problems_are_reported_at_once_with_their_places():
    """A file with many faults is one error that lists all of them, in the order of the file."""
    assert problems_of(MANY_FAULTS) == [
        "feeds.toml:2: aggregator.timout: unknown key, did you mean 'timeout'?",
        "feeds.toml:3: feed: unknown section, did you mean 'feeds'?",
        "feeds.toml:7: feeds[0].catgory: unknown key, did you mean 'category'?",
        (
            'feeds.toml:8: feeds[0].every: expected a duration such as "30m", "2h", "1d" or seconds,'
            " not '30 parsecs'"
        ),
        "feeds.toml:10: feeds[1].url: the same address as feeds[0]",
        "feeds.toml:11: feeds[2].url: is missing",
        'feeds.toml:14: hosts."reddit.com".per_run: 0 is not between 1 and 1000',
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = ", "feeds.toml:1: invalid value"),
        ("\n\n[aggregator\n", "feeds.toml:3:12: expected ']' at the end of a table declaration"),
        ("a = " + "[" * 5000, "feeds.toml:1: maximum recursion depth exceeded"),
        ("a = " + "1" * 5000, "feeds.toml:1: exceeds the limit (4300 digits) for integer string"),
        ("jobs 4", "feeds.toml:1:6: expected '=' after a key in a key/value pair"),
    ],
)
def test_a_syntax_error_has_line_and_column(text, expected):
    """What tomllib refuses is reported the way compilers do."""
    [problem] = problems_of(text)

    assert problem.startswith(expected)


def test_a_syntax_error_without_a_place_is_reported_as_it_is(monkeypatch):
    """A message of tomllib's that names no place gets the last line."""
    from aggregator.config.problems import syntax

    assert syntax("Odd", "a\nb", "x.toml") == "x.toml:2: odd"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            'category = "vidoe"',
            "feeds[0].category: unknown category 'vidoe', did you mean 'video'?",
        ),
        ('category = "Blog"', "feeds[0].category: unknown category 'Blog', did you mean 'blogs'?"),
        (
            'category = "zzz"',
            (
                "feeds[0].category: unknown category 'zzz', known: professional, social, blogs,"
                " microblogs, wikis, forums, messaging, video, photo, music, curation, gaming"
            ),
        ),
        ("category = 4", "feeds[0].category: expected text in quotes, not a number"),
        ('platform = "zzzz"', "feeds[0].platform: unknown platform 'zzzz'"),
        ("platform = []", "feeds[0].platform: expected text in quotes, not a list"),
        ('title = " "', "feeds[0].title: is empty"),
        (
            'title = "a\\u001bb"',
            "feeds[0].title: holds a line break or another control character",
        ),
        ('tags = "a"', "feeds[0].tags: expected a list in square brackets, not text"),
        ("tags = [1, true]", "feeds[0].tags[0]: expected text in quotes, not a number"),
        ("every = 10", "feeds[0].every: 10 is out of bounds, at least 5m is possible"),
        ('every = "2w"', None),
        ('every = "60w"', "feeds[0].every: 60w is out of bounds, at most 366d is possible"),
        (
            "every = true",
            (
                'feeds[0].every: expected a duration such as "30m", "2h", "1d" or seconds,'
                " not true or false"
            ),
        ),
        ("paused = 1", "feeds[0].paused: expected true or false, not a number"),
        ("paused = 2024-01-01", "feeds[0].paused: expected true or false, not a date"),
        ("paused = {}", "feeds[0].paused: expected true or false, not a table"),
        (
            'headers = "x"',
            'feeds[0].headers: expected a table such as { Authorization = "Bearer ${TOKEN}" }',
        ),
        (
            'headers = { Host = "x" }',
            "feeds[0].headers.Host: is a header that Aggregator sets itself",
        ),
        ('headers = { "a b" = "x" }', 'feeds[0].headers."a b": is no name of an HTTP header'),
        (
            'headers = { X = "${NOPE}" }',
            "feeds[0].headers.X: the environment has no variable NOPE",
        ),
        (
            'headers = { X = "${BAD}" }',
            "feeds[0].headers.X: holds a line break or another control character",
        ),
        (
            'headers = { X = "é" }',
            "feeds[0].headers.X: holds a character that an HTTP header can't",
        ),
    ],
)
def test_a_feeds_values_are_checked(line, expected):
    """Each key of a feed has its own check, and the sentence says what would be right."""
    text = feed(line)
    if expected is None:
        assert parse_config(text).feeds
    else:
        assert problems_of(text, BAD="a\r\nHost: evil")[0] == f"feeds.toml:3: {expected}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("example.org/feed", "expected an address that begins with https:// or http://"),
        ("ftp://example.org/", "'ftp' addresses can't be fetched, only http and https"),
        ("https://", "is no complete address: host missing, or a space within"),
        ("https://user:secret@/x", "is no complete address: host missing, or a space within"),
        ("https://example.org/a b", "is no complete address: host missing, or a space within"),
        (
            "https://${KEY}.example.org/",
            "its host can't be taken from the environment",
        ),
        ("https://example.org/${NO}", "the environment has no variable NO"),
        ("rsshub:telegram/x", "expected a reference such as rsshub:/…, without spaces"),
        ("rsshub:/a b", "expected a reference such as rsshub:/…, without spaces"),
        ("rssbridge:u=x", "expected a reference such as rssbridge:bridge=…, without spaces"),
        ("rsshub://telegram/x", "'rsshub' addresses can't be fetched, only http and https"),
    ],
)
def test_an_address_must_be_complete(url, expected):
    """Only whole http and https addresses are taken, and none is repeated in the message."""
    assert problems_of(feed("", url), KEY="1") == [f"feeds.toml:2: feeds[0].url: {expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aggregator = 1", "feeds.toml:1: aggregator: expected a table of keys"),
        ("feeds = ['https://example.org/']", "feeds.toml:1: feeds[0]: expected a table of keys"),
        (
            "[feeds]\nurl = 'https://example.org/'",
            "feeds.toml:1: feeds: write [[feeds]], with two brackets, for each feed",
        ),
        ("hosts = []", 'feeds.toml:1: hosts: write [hosts."example.org"] for each host'),
        ("[hosts]\na = 1", "feeds.toml:2: hosts.a: expected a table of keys"),
        ("hosts.a.b = 1", "feeds.toml:1: hosts.a.b: unknown key"),
        (
            '[hosts."https://a.b/"]',
            (
                "feeds.toml:1: hosts.\"https://a.b/\".host: 'https://a.b/' is no domain;"
                " write reddit.com, without https:// and path"
            ),
        ),
        ("[hosts.a]\ngap = -1", "feeds.toml:2: hosts.a.gap: -1 is not between 0 and 1h"),
        (
            "[hosts.a]\ntransient = [404, 5000]",
            "feeds.toml:2: hosts.a.transient[1]: 5000 is not between 100 and 599",
        ),
        ("[hosts.a]\nfloor = -1", "feeds.toml:2: hosts.a.floor: -1 is out of bounds, at least 0s"),
        (
            "[aggregator]\ncontact = 'Zoé'",
            "feeds.toml:2: aggregator.contact: holds a character that an HTTP header can't",
        ),
        ("[aggregator]\njobs = 0", "feeds.toml:2: aggregator.jobs: 0 is not between 1 and 1000"),
        (
            "[aggregator]\njobs = 1.5",
            "feeds.toml:2: aggregator.jobs: expected a whole number, not a number",
        ),
        (
            "[aggregator]\nfail_on = 'some'",
            "feeds.toml:2: aggregator.fail_on: unknown value 'some', known: none, any, all",
        ),
        (
            "[aggregator]\nmax_body = 'lots'",
            (
                'feeds.toml:2: aggregator.max_body: expected a size such as "20 MB" or bytes,'
                " not 'lots'"
            ),
        ),
        (
            "[aggregator]\nmax_body = []",
            (
                'feeds.toml:2: aggregator.max_body: expected a size such as "20 MB" or bytes,'
                " not a list"
            ),
        ),
        (
            "[aggregator]\nmax_body = '1 B'",
            "feeds.toml:2: aggregator.max_body: 1 B is not between 1 KiB and 1 GiB",
        ),
        (
            "[network]\nallow = ['127.0.0.1/8']",
            (
                "feeds.toml:2: network.allow[0]: '127.0.0.1/8' has bits set beyond its length,"
                " did you mean '127.0.0.0/8'?"
            ),
        ),
        (
            "[network]\nallow = ['300.1.1.1']",
            (
                "feeds.toml:2: network.allow[0]: '300.1.1.1' is no address block such as 127.0.0.0/8,"
                " and no host name"
            ),
        ),
        (
            "[desk]\npublic = 'all'",
            "feeds.toml:2: desk.public: unknown value 'all', known: everything",
        ),
        ("[desk]\npassword = '${NOT_SET}'", "feeds.toml:2: desk.password: the environment has no"),
        (
            "[[feeds]]\n[feeds.headers]\nTE = 'x'",
            "feeds.toml:3: feeds[0].headers.TE: is a header that Aggregator sets itself",
        ),
    ],
)
def test_sections_and_settings_are_checked(text, expected):
    """Each key of the other tables is checked too, with the line where it stands."""
    assert any(problem.startswith(expected) for problem in problems_of(text))


def test_a_file_may_have_any_name_and_line_ends_and_a_mark():
    """Problems carry the file's own name; a byte order mark and CRLF are taken as they come."""
    assert parse_config("\ufeff[aggregator]\r\njobs = 3\r\n").settings.jobs == 3
    with pytest.raises(ConfigError, match=r"^my\.toml:2: aggregator\.job: unknown key"):
        parse_config("[aggregator]\r\njob = 3\r\n", name="my.toml")


def test_the_hint_says_where_to_look():
    """A configuration error comes with a hint at the explained example."""
    with pytest.raises(ConfigError) as caught:
        parse_config("x = 1")

    assert "aggregate init" in caught.value.hint


def test_the_owner_decides_what_visitors_see():
    """`[desk]` says what is public, how pictures come, and by which hash the owner signs in."""
    text = '[desk]\npublic = "lists"\npictures = "direct"\npassword = "{}"\n'
    hashed = "pbkdf2_sha256$260000$ab$cd"

    assert parse_config(text.format(hashed)).desk == Desk(
        public="lists", pictures="direct", password=hashed
    )
    named = parse_config(text.format("${HASH}"), environ={"HASH": hashed}).desk
    assert named.password == "${HASH}"


def test_every_field_of_a_table_can_be_set():
    """No setting exists that the file can't set: each field has a row that reads it."""
    from aggregator.config import _READERS

    # The keys of [engines] are hosts; [[rules]] and [[views]] hold tables, and are read apart, and
    # so is [mail], of which a key is no name in Python.
    assert len(SECTIONS) == len(_READERS) + 4
    for kind, rows in _READERS.items():
        assert set(rows) == {field.name for field in fields(kind)}


@given(st.text())
def test_any_text_is_a_config_or_a_config_error(text):
    """Nothing that can stand in a file makes the reader fail in another way."""
    assert outcome_of(text)


WORDS = st.sampled_from(
    ["url", "category", "tags", "every", "headers", "paused", "gap", "allow", "jobs", "x"]
)
VALUES = st.recursive(
    st.sampled_from(["1", "-1", "1.5", "nan", "true", "'x'", "'https://a.b/'", "1979-05-27"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
        st.lists(st.tuples(WORDS, inner), max_size=3, unique_by=lambda each: each[0]).map(
            lambda rows: "{" + ", ".join(f"{key} = {value}" for key, value in rows) + "}"
        ),
    ),
    max_leaves=6,
)


@given(
    st.sampled_from(["aggregator", "feeds", "hosts", "network", "[feeds]", "hosts.x", "odd"]),
    st.dictionaries(WORDS, VALUES, max_size=4),
)
def test_any_toml_is_a_config_or_a_config_error(section, rows):
    """Valid TOML of any shape ends in a Config or in sentences, each with its place."""
    text = f"[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items())
    outcome = outcome_of(text)

    assert isinstance(outcome, Config) or all(each.startswith("feeds.toml:") for each in outcome)
