"""`aggregate find`: what add would do, for people and for programs."""

import json
from pathlib import Path

KEYS = ["url", "feed_url", "platform", "category", "how", "reason"]


def objects(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_offline_one_object_an_address(aggregate):
    """--json prints one object a line, in order, also for what has no feed."""
    pages = "https://www.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ\n- https://join.skype.com/x\nnot one\n"
    result = aggregate("find", "--offline", "--json", "-", input=pages)
    youtube, skype, words = objects(result)

    assert result.exit_code == 0
    assert list(youtube) == KEYS
    assert youtube == {
        "url": "https://www.youtube.com/channel/UCLA_DiR1FfKNvjuUpBHmylQ",
        "feed_url": "https://www.youtube.com/feeds/videos.xml?channel_id=UCLA_DiR1FfKNvjuUpBHmylQ",
        "platform": "youtube",
        "category": "video",
        "how": "recipe",
        "reason": None,
    }
    assert (skype["feed_url"], skype["how"]) == (None, "closed")
    assert "2025-05-05" in skype["reason"]
    assert (words["url"], words["feed_url"], words["how"]) == ("not one", None, "none")
    assert not Path("feeds.toml").exists()


def test_people_read_it_too(aggregate):
    """Without --json it is a paragraph an address, with the reason and a hint where there is none."""
    result = aggregate("find", "--offline", "vimeo.com/filmsupply", "https://x.com/NASA")

    assert result.output == (
        "https://vimeo.com/filmsupply\n"
        "  https://vimeo.com/filmsupply/videos/rss\n"
        "  Vimeo, video, by its address\n"
        "https://x.com/NASA\n"
        "  X has no feeds.\n"
        "  Set rsshub or rssbridge or nitter under [bridges] in feeds.toml.\n"
    )


def test_a_bridge_is_used_where_there_is_one(aggregate):
    """[bridges] in feeds.toml makes a reference of it; [engines] and [[recipes]] count too."""
    Path("feeds.toml").write_text(
        '[bridges]\nrsshub = "https://rss.example"\n[engines]\n"my.example" = "mastodon"\n'
        '[[recipes]]\npattern = "board.example/(?P<b>\\\\w+)"\ntemplate = "https://board.example/{b}.xml"\n'
    )
    result = aggregate(
        *("find", "--offline", "--json", "https://x.com/NASA", "https://my.example/@ana"),
        "https://board.example/cats",
    )

    assert [(each["feed_url"], each["how"]) for each in objects(result)] == [
        ("rsshub:/twitter/user/NASA", "bridge"),
        ("https://my.example/@ana.rss", "recipe"),
        ("https://board.example/cats.xml", "recipe"),
    ]


def test_nothing_found_ends_with_1(aggregate):
    """One feed among the addresses is enough for 0; none is 1."""
    assert aggregate("find", "--offline", "https://join.skype.com/x").exit_code == 1
    assert (
        aggregate("find", "--offline", "https://x.com/NASA", "https://vimeo.com/a").exit_code == 0
    )


def test_what_is_no_address_is_refused(aggregate):
    """A word that nobody can have copied from a browser's bar is a wrong question."""
    result = aggregate("find", "--offline", "nonsense")

    assert result.exit_code == 2
    assert "'nonsense' is no address." in result.stderr
    assert aggregate("find", "-", input="\n").exit_code == 2
