"""`[[rules]]` and `[[views]]` in feeds.toml: what is read, and what is refused."""

from dataclasses import fields

import pytest

from aggregator.config import parse_config
from aggregator.config.conditions import _THEN, _WHEN, span
from aggregator.config.curating import definition, moment, view
from aggregator.config.values import Wrong
from aggregator.curation import Condition, Effects, Mix, Pattern, Rule, Span, View
from aggregator.errors import ConfigError
from aggregator.model import Selection

RULE = '[[rules]]\nname = "r"\nwhen = {}\nthen = {{ star = true }}\n'


def problems_of(text):
    with pytest.raises(ConfigError) as caught:
        parse_config(text)
    return [problem.partition(": ")[2] for problem in caught.value.problems]


def when(condition):
    """Read one condition."""
    return parse_config(RULE.format(condition)).judging[0].when


def test_a_rule_is_read():
    """Every key of a rule becomes a field, single values and lists alike."""
    config = parse_config(
        """
        [[feeds]]
        url = "https://a.example/feed"

        [[views]]
        slug = "science"

        [[rules]]
        name = "All of it"
        then = { hide = true, star = true, mark_read = true, score = -2, tag = "a", list = ["b"] }
        [rules.when]
        category = ["video", "music", "video"]
        platform = "youtube"
        feed = ["https://a.example", "a*"]
        title = "plain words"
        author = "*anna*"
        url = "example.org/shorts"
        text = '/\\bads?\\b/si'
        tag = "x"
        language = ["en", "pt_BR"]
        media = "video"
        view = "science"
        age = "> 1d"
        duration = ["< 60", "1h .. 3h"]
        is_short = false
        per_day = 5
        any = [{ title = "a" }, { title = "b?" }]
        not = { media = "audio" }
        """
    )

    assert config.views == (View(slug="science", title="Science"),)
    assert config.judging == (
        Rule(
            name="All of it",
            then=Effects(hide=True, star=True, mark_read=True, score=-2, tag=("a",), list=("b",)),
            when=Condition(
                category=("video", "music"),
                platform=("youtube",),
                feed=(Pattern(kind="plain", text="https://a.example"), glob("a*")),
                title=(Pattern(kind="plain", text="plain words"),),
                author=(glob("*anna*"),),
                url=(Pattern(kind="plain", text="example.org/shorts"),),
                text=(Pattern(kind="regex", text=r"\bads?\b", flags="is"),),
                tag=(Pattern(kind="plain", text="x"),),
                language=("en", "pt-br"),
                media=("video",),
                view=("science",),
                age=(Span(least=86_401),),
                duration=(Span(most=59), Span(least=3600, most=10_800)),
                is_short=False,
                per_day=5,
                any=(
                    Condition(title=(Pattern(kind="plain", text="a"),)),
                    Condition(title=(glob("b?"),)),
                ),
                none=(Condition(media=("audio",)),),
            ),
        ),
    )


def glob(text):
    return Pattern(kind="glob", text=text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("> 1h", (3601, None)),
        (">= 1h", (3600, None)),
        ("< 1h", (None, 3599)),
        ("<=90", (None, 90)),
        (">1h and <3h", (3601, 10_799)),
        (">= 1d, <= 1w", (86_400, 604_800)),
        ("1m..2m", (60, 120)),
    ],
)
def test_bounds_are_read(written, meant):
    """Bounds are seconds with their ends included."""
    read = span(written)

    assert meant == (read.least, read.most)


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("{}", "rules[0].when: has no condition: it would hold for everything"),
        ('"video"', 'rules[0].when: expected a table such as { category = "video" }'),
        ('{ titel = "a" }', "rules[0].when.titel: unknown key, did you mean 'title'?"),
        ("{ title = [] }", "rules[0].when.title: is an empty list: nothing could ever match"),
        ("{ any = [] }", "rules[0].when.any: is an empty list: nothing could ever match"),
        ('{ title = ["a", 1] }', "rules[0].when.title[1]: expected text in quotes, not a number"),
        (
            '{ category = "vidoe" }',
            "rules[0].when.category: unknown category 'vidoe', did you mean 'video'?",
        ),
        (
            '{ age = "> 7d and < 2d" }',
            "rules[0].when.age: '> 7d and < 2d' can never be: nothing is between these bounds",
        ),
        (
            '{ age = "< 0" }',
            "rules[0].when.age: '< 0' can never be: nothing is between these bounds",
        ),
        (
            '{ age = "7d" }',
            'rules[0].when.age: expected bounds such as "> 1h", "< 7d" or "1h..3h", not \'7d\'',
        ),
        (
            '{ title = "/a(/" }',
            "rules[0].when.title: is no regular expression of RE2: missing ): a(",
        ),
        (
            '{ title = "/a/x" }',
            "rules[0].when.title: has the unknown flag 'x'; there are i, m and s",
        ),
        (
            '{ language = "english" }',
            "rules[0].when.language: expected a code such as en, de or pt-br, not 'english'",
        ),
        ("{ per_day = 0 }", "rules[0].when.per_day: 0 is not between 1 and 10000"),
        ('{ view = "x" }', "rules[0].when.view: there is no view 'x'"),
        (
            '{ media = "none", duration = "> 1h" }',
            "rules[0].when.duration: can never match: what has no media has no duration",
        ),
        (
            '{ category = "video", not = { category = ["video", "music"] } }',
            "rules[0].when.not: can never match: it excludes all that the rest asks for",
        ),
        (
            "{ is_short = true, not = [{ is_short = true }] }",
            "rules[0].when.not: can never match: it excludes all that the rest asks for",
        ),
        (
            '{ any = [{ title = "a" }, { feed = "https://b.example" }] }',
            "rules[0].when.any.feed: no feed has this address",
        ),
        (
            '{ any = [{ title = "a" }, { tilte = "b" }] }',
            "rules[0].when.any[1].tilte: unknown key, did you mean 'title'?",
        ),
    ],
)
def test_a_condition_that_can_not_hold_is_refused(condition, problem):
    """A condition that is unknown, empty, contradictory or malformed is told with its place."""
    assert problems_of(RULE.format(condition)) == [problem]


@pytest.mark.parametrize(
    "condition",
    [
        '{ category = "video", not = { title = "a" } }',
        '{ category = ["video", "music"], not = { category = "video" } }',
        '{ media = ["none", "audio"], duration = "> 1h" }',
        '{ not = { not = { title = "a" } } }',
        '{ feed = "Example" }',
        '{ feed = "https://b.example/*" }',
    ],
)
def test_what_may_hold_is_taken(condition):
    """What only seems to contradict itself is read."""
    assert when(condition)


def test_rules_do_not_build_on_marks():
    """A view of what is unread, starred or scored is nothing that a rule can be about."""
    view = '[[views]]\nslug = "x"\nunread = true\n'

    assert problems_of(view + RULE.format('{ view = "x" }')) == [
        "rules[0].when.view: the view 'x' is about marks, which rules set themselves"
    ]


def test_a_rule_may_name_feeds_that_others_list():
    """Where outlines bring feeds, an address that the file does not list may be one of theirs."""
    text = '[[outlines]]\nurl = "https://o.example/x.opml"\n' + RULE.format(
        '{ feed = "https://b.example" }'
    )

    assert parse_config(text).judging[0].when.feed[0].text == "https://b.example"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("rules = 1", "rules: write [[rules]], with two brackets, for each of them"),
        ("[[rules]]", "rules[0].name: is missing"),
        (RULE.format('{ title = "a" }') * 2, "rules[1].name: 'r' is taken by rules[0]"),
        (
            RULE.format('{ title = "a" }').replace("star = true", "star = false"),
            "rules[0].then: does nothing: say hide, star, mark_read, score, tag or list",
        ),
        (
            RULE.format('{ title = "a" }').replace("star = true", 'list = "My list"'),
            "rules[0].then.list: 'My list' is no short name: small letters, digits and hyphens only",
        ),
        ("views = 1", "views: write [[views]], with two brackets, for each of them"),
        (
            "[[views]]",
            "views[0]: needs a slug: the short name that commands and addresses use",
        ),
        ('[[views]]\nslug = "a"\n' * 2, "views[1].slug: 'a' is taken by views[0]"),
        ('[[views]]\nslug = "a"\nsearch = "?"', "views[0].search: has no word to search for"),
        (
            '[[views]]\nslug = "a"\nsince = "soon"',
            "views[0].since: expected a date such as 2026-01-31",
        ),
        (
            '[[views]]\nslug = "a"\nmix = { feeds = 1 }',
            "views[0].mix.feeds: unknown key, did you mean 'per_feed'?",
        ),
        (
            '[[views]]\nslug = "a"\nmix = { categories = 13 }',
            "views[0].mix.categories: there can't be so many: of 12, and within the limit",
        ),
        (
            '[[views]]\nslug = "a"\ncategory = "video"\nmix = { categories = 2 }',
            "views[0].mix.categories: there is only one: the view is of a category",
        ),
        (
            '[[views]]\nslug = "a"\nsince = 2026-01-02\nuntil = 2026-01-02',
            "views[0].until: is not after since: nothing can lie between",
        ),
        (
            '[[views]]\nslug = "a"\nsince = 2026-01-02\nwithin = "1d"',
            "views[0].within: is said beside since: one of them is enough",
        ),
    ],
)
def test_tables_that_can_not_be_used_are_refused(rows, problem):
    """What is wrong with a rule or a view as a whole is told with its place."""
    assert problem in problems_of(rows)


def test_a_view_is_read_and_written_again():
    """All keys of a view are read, and its definition is read back to the same view."""
    row = {
        "slug": "long-talks",
        "title": "Long talks",
        "category": "video",
        "platform": "youtube",
        "feed": "ana",
        "tag": "talk",
        "search": "climate",
        "author": "Ana",
        "language": "en",
        "media": "video",
        "unread": True,
        "starred": True,
        "min_score": 2,
        "until": "2026-01-31",
        "limit": 10,
        "within": "7d",
        "sort": "score",
        "mix": {"per_feed": 2, "per_platform": 3, "per_category": 4, "per_story": 1},
    }
    made = view(row)

    assert made.within == 7 * 86_400
    assert made.mix == Mix(per_feed=2, per_platform=3, per_category=4, per_story=1)
    assert view(definition(made)) == made
    assert definition(view({"slug": "a-b"})) == {"slug": "a-b", "title": "A b"}


def test_a_view_is_a_selection_at_a_time():
    """`within` is counted back from now; sort and mix go along."""
    made = view({"slug": "a", "within": "1h", "sort": "oldest", "mix": {"per_feed": 1}})

    assert made.at(10_000) == Selection(since=6_400, sort="oldest", mix=Mix(per_feed=1))
    assert view({"slug": "a", "since": "1970-01-02"}).at(0).since == 86_400


def test_a_date_is_its_midnight_in_utc():
    """Dates and times are read with and without a zone; anything else is refused."""
    assert moment("1970-01-02") == 86_400
    assert moment("1970-01-01T01:00:00+01:00") == 0
    with pytest.raises(Wrong):
        moment(5)


def test_every_field_of_a_condition_can_be_set():
    """No condition and no effect exists that the file can't name."""
    assert {each.name for each in fields(Condition)} == ({*_WHEN} - {"not"}) | {"none"}
    assert {each.name for each in fields(Effects)} == set(_THEN)
