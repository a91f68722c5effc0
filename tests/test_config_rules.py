"""Rules of the user's own in feeds.toml: recipes, JSON sources, bridges, engines; and secrets."""

import pytest

from aggregator.config import Config, parse_config
from aggregator.config import rows as reading
from aggregator.errors import ConfigError
from aggregator.model import Bridges, JsonRow, RecipeRow, Rules
from aggregator.parse import mapping

JSON = '[[json]]\nendpoint = "a.example/x"\nlist = "data[]"\n'
RECIPE = '[[recipes]]\npattern = "a.example/{x}"\ntemplate = "https://a.example/{x}.xml"\n'


def problems_of(text, **environ):
    with pytest.raises(ConfigError) as caught:
        parse_config(text, environ=environ)
    return list(caught.value.problems)


def test_every_rule_is_read():
    """Each table becomes its row, in the order of the file; secrets stay names."""
    config = parse_config(
        """
        [bridges]
        rsshub = "https://hub.example/"
        rsshub_key = "${HUB_KEY}"
        rssbridge = ""
        rssbridge_token = ""
        nitter = "http://127.0.0.1:8080"

        [engines]
        "Social.example" = "mastodon"

        [[recipes]]
        pattern = 'forum\\.example/board/{board}(?:/page-\\d{1,3})?'
        template = "https://forum.example/{board}.xml"
        platform = "discourse"
        label = "threads"
        alternatives = { comments = "https://forum.example/{board}/comments.xml" }

        [[json]]
        endpoint = 'api\\.example/(?P<id>\\d+)'
        list = "[]"
        category = "music"
        date = "unix"
        format = "bbcode"
        where = "kind = a"
        headers = { X-Key = "Key ${API_KEY}" }
        query = { limit = "50", key = "${API_KEY}" }
        title = "name | 'Without name'"

        [[json]]
        endpoint = "b.example/"
        list = "x[]"
        where = ["a = 1", "b"]
        """,
        environ={"HUB_KEY": "1", "API_KEY": "2"},
    )

    assert config.rules == Rules(
        recipes=(
            RecipeRow(
                pattern=r"forum\.example/board/{board}(?:/page-\d{1,3})?",
                template="https://forum.example/{board}.xml",
                platform="discourse",
                label="threads",
                alternatives=(("comments", "https://forum.example/{board}/comments.xml"),),
            ),
        ),
        json=(
            JsonRow(
                endpoint=r"api\.example/(?P<id>\d+)",
                list="[]",
                category="music",
                date="unix",
                format="bbcode",
                where=("kind = a",),
                headers=(("X-Key", "Key ${API_KEY}"),),
                query=(("limit", "50"), ("key", "${API_KEY}")),
                title="name | 'Without name'",
            ),
            JsonRow(endpoint="b.example/", list="x[]", where=("a = 1", "b")),
        ),
        engines={"social.example": "mastodon"},
        bridges=Bridges(
            rsshub="https://hub.example",
            rsshub_key="${HUB_KEY}",
            nitter="http://127.0.0.1:8080",
        ),
    )
    assert config.rules.keys == {"HUB_KEY", "API_KEY"}


def test_without_tables_there_are_no_rules():
    """An empty file adds nothing to the built-in rules."""
    assert parse_config("") == Config()
    assert Config().rules == Rules()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[bridges]\nrsshb = "https://a.b"', "2: bridges.rsshb: unknown key, did you mean 'rsshub'?"),
        ('[bridges]\nnitter = "nitter.net"',
         "2: bridges.nitter: expected an address that begins with https:// or http://"),
        ('[bridges]\nrsshub = "https://a.b/${KEY}"',
         "2: bridges.rsshub: only addresses of feeds and header values may refer to the environment"),
        ('[bridges]\nrsshub_key = "${NO}"',
         "2: bridges.rsshub_key: the environment has no variable NO"),
        ("[bridges]\nrssbridge_token = 3",
         "2: bridges.rssbridge_token: expected text in quotes, not a number"),
        ("bridges = 1", "1: bridges: expected a table of keys"),
        ('[engines]\n"a.example" = "mastodn"',
         "2: engines.\"a.example\": unknown platform 'mastodn', did you mean 'mastodon'?"),
        ('[engines]\n"https://a.example/" = "mastodon"',
         "2: engines.\"https://a.example/\": 'https://a.example/' is no domain; write reddit.com, without https:// and path"),
        ('[[engines]]\nhost = "a"',
         '1: engines: write "social.example" = "mastodon" below it'),
        ("[recipes]\npattern = 'a'",
         "1: recipes: write [[recipes]], with two brackets, for each of them"),
        ("json = ['a']", "1: json[0]: expected a table of keys"),
        (RECIPE + 'patern = "x"', "4: recipes[0].patern: unknown key, did you mean 'pattern'?"),
        (RECIPE + 'category = "blog"',
         "4: recipes[0].category: unknown category 'blog', did you mean 'blogs'?"),
        (RECIPE + 'alternatives = "x"',
         '4: recipes[0].alternatives: expected a table such as { comments = "https://…/{name}/comments" }'),
        (RECIPE + 'alternatives = { b = "x" }',
         "4: recipes[0].alternatives.b: expected an address that begins with https:// or http://"),
        ('[[recipes]]\npattern = "a.b/("\ntemplate = "https://a.b"',
         "2: recipes[0].pattern: is no regular expression: missing ), unterminated subpattern at position 4"),
        ('[[recipes]]\npattern = "https://a.b/"\ntemplate = "https://a.b"',
         "2: recipes[0].pattern: must begin with the host: addresses are compared without scheme and www."),
        ('[[recipes]]\npattern = "a.b/"\ntemplate = "https://a.b/{x"',
         "3: recipes[0].template: has a brace without its partner"),
        ('[[recipes]]\npattern = "a.b/"', "1: recipes[0].template: is missing"),
        ('[[json]]\nendpoint = "a.b/"', "1: json[0].list: is missing"),
        (JSON + 'date = "isso"',
         "4: json[0].date: unknown kind of date 'isso', did you mean 'iso'?"),
        (JSON + 'format = "rtf"',
         "4: json[0].format: unknown format 'rtf', known: html, bbcode, slack"),
        (JSON + "where = [1]", "4: json[0].where[0]: expected text in quotes, not a number"),
        (JSON + 'query = { k = "${NO}" }',
         "4: json[0].query.k: the environment has no variable NO"),
        (JSON + 'headers = { Host = "a" }',
         "4: json[0].headers.Host: is a header that Aggregator sets itself"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(text, expected):
    """Each problem says where it is, what was expected, and what may have been meant."""
    assert problems_of(text) == [f"feeds.toml:{expected}"]


def test_all_mistakes_are_told_at_once():
    """One look at the file is enough to mend it."""
    text = f'{RECIPE}x = 1\n{JSON}y = 1\n[bridges]\nz = 1\n[engines]\na = "b"\n'

    assert [line.split(":")[1] for line in problems_of(text)] == ["4", "8", "10", "12"]


@pytest.mark.parametrize(
    "url",
    [
        "rsshub:/telegram/channel/durov?limit=5",
        "rssbridge:bridge=FacebookBridge&context=User&u=NASA",
        "nitter:/NASA/rss",
        "https://example.org/${KEY}/feed?token=${KEY}",
        "https://ana:${KEY}@example.org/feed",
        "https://pixabay.com/api/?key={PIXABAY_KEY}&q=cat",
    ],
)
def test_what_a_feed_is_asked_for_stays_as_it_is_written(url):
    """References and names of variables are kept: they are filled in when something is asked."""
    text = f'[[feeds]]\nurl = "{url}"\nheaders = {{ X-Key = "${{KEY}}" }}\n'
    [source] = parse_config(text, environ={"KEY": "s3cret-value"}).feeds

    assert source.url == url
    assert source.headers == (("X-Key", "${KEY}"),)


def test_a_secret_that_no_header_can_hold_is_told_without_being_shown():
    """The environment's values are looked at, and never repeated."""
    text = '[[feeds]]\nurl = "https://a.b/"\nheaders = { X-Key = "${KEY}" }\n'
    [problem] = problems_of(text, KEY="s3cret\nvalue")

    assert "s3cret" not in problem
    assert "line break" in problem


def test_what_config_takes_parse_knows():
    """The kinds of dates and formats are those that mappings can read."""
    assert reading.DATES == mapping.DATES
    assert reading.FORMATS == mapping.FORMATS
