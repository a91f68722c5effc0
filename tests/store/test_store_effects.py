"""What rules do to stored entries, and how it is taken back."""

from dataclasses import replace

import pytest

from aggregator.config import parse_config
from aggregator.judge import Judge
from aggregator.model import Enclosure, Selection
from aggregator.store import effects, items, lists
from tests.store.shelf import BLOG, NOW, VIDEO, entry, fill, insert, known, plan_for, rows, titles

DAY = 86_400


def judge(*rules, views=""):
    """Rules, each a condition and an effect as TOML; named a, b, c and so on."""
    text = views + "".join(
        f'\n[[rules]]\nname = "{name}"\nwhen = {{ {when} }}\nthen = {{ {then} }}\n'
        for name, (when, then) in zip("abcdef", rules, strict=False)
    )
    config = parse_config(text)
    return Judge(config.judging, config.views)


def apply(store, *rules, now=NOW, **options):
    """Apply rules; return how much each did and took back."""
    done = effects.apply(store.conn, judge(*rules), now=now, **options)
    return dict(done.done), dict(done.undone)


def marks(store):
    """Everything that rules or curators marked, and the counters beside it."""
    return {
        name: rows(store, f"SELECT * FROM {name} ORDER BY 1, 2")
        for name in ("hides", "stars", "entry_tags", "unread")
    } | {
        "hidden": rows(store, "SELECT id FROM entries WHERE hidden ORDER BY id"),
        "items": rows(
            store, "SELECT entry_id, added_by FROM list_items WHERE removed_at IS NULL ORDER BY id"
        ),
        "counts": [(each["total"], each["unread"]) for each in store.categories()],
    }


ALL = 'hide = true, star = true, score = 3, tag = ["x", "y"], list = "finds"'


@pytest.fixture
def three(store):
    fill(store, [entry(1, title="Rain"), entry(2, title="Snow"), entry(3, title="Rain again")])
    return store


def test_a_rule_marks_what_it_holds_for(three):
    """Every effect is done and recorded; what is hidden is out of sight, and read."""
    assert apply(three, ('title = "rain"', ALL)) == ({"a": 14}, {})

    found = marks(three)

    assert titles(three) == ["Snow"]
    assert [len(found[name]) for name in ("hides", "stars", "entry_tags", "unread")] == [2, 2, 4, 1]
    assert (1, 1) in found["counts"]
    assert [each.title for each in on_list(three)] == ["Rain", "Rain again"]
    assert three.check() == []
    assert effects.standing(three.conn) == {
        "a": {"hide": 2, "star": 2, "mark_read": 2, "score": 2, "tag": 4, "list": 2}
    }
    assert {each.deed.effect for each in effects.reasons(three.conn, NOW << 20)} == {
        *("hide", "star", "mark_read", "score", "tag", "list")
    }


def on_list(store, slug="finds"):
    return items.items(store.conn, lists.need(store.conn, slug).id)


def test_applying_again_does_nothing(three):
    """A rule that was applied has no more to do."""
    apply(three, ('title = "rain"', ALL))
    before = marks(three)

    assert apply(three, ('title = "rain"', ALL), now=NOW + 9) == ({}, {})
    assert before == marks(three)


def test_undo_leaves_what_was_before(three):
    """Taking a rule back takes back all that it did, and nothing else."""
    before = marks(three)
    apply(three, ('title = "rain"', ALL), ('title = "snow"', "star = true"))
    taken = effects.undo(three.conn, "a", now=NOW + 5)
    after = marks(three)

    assert taken == {"hide": 2, "star": 2, "mark_read": 2, "score": 2, "tag": 4, "list": 2}
    assert [row[0] for row in after.pop("stars")] == [(NOW - 1) << 20]
    assert {**before, "stars": after.get("stars")} == {**after, "stars": None}
    assert effects.undo(three.conn, "a", now=NOW) == {}


def test_what_the_curator_did_himself_stays(three):
    """Marks that were there before a rule came are not the rule's, and outlive it."""
    first = NOW << 20
    lists.create(three.conn, "finds", now=NOW)
    lists.pick(three.conn, "finds", three.entry(first), now=NOW)
    three.conn.execute("INSERT INTO stars VALUES (?, '2020-01-01T00:00:00Z')", (first,))
    three.conn.execute("INSERT INTO entry_tags VALUES (?, 'x')", (first,))
    three.conn.execute("DELETE FROM unread WHERE entry_id = ?", (first,))
    three.conn.execute("INSERT INTO hides VALUES (?, '2020-01-01T00:00:00Z')", (first,))
    three.conn.execute("UPDATE entries SET hidden = 1 WHERE id = ?", (first,))
    before = marks(three)
    apply(three, ('title = "rain"', ALL))
    effects.undo(three.conn, "a", now=NOW)

    assert before == marks(three)
    assert [each.title for each in on_list(three)] == ["Rain"]


def test_what_the_curator_undid_stays_undone(three):
    """A mark that the curator took away is not made again, nor by another rule."""
    apply(three, ('title = "snow"', 'star = true, tag = "x", list = "finds"'))
    items.remove_item(three.conn, on_list(three)[0].item_id, now=NOW)
    three.conn.execute("DELETE FROM stars")
    three.conn.execute("DELETE FROM entry_tags")
    everything = ('title = "snow"', 'star = true, tag = "x", list = "finds"')
    apply(three, everything, everything, now=NOW + 5)

    found = marks(three)

    assert (found["stars"], found["entry_tags"], found["items"]) == ([], [], [])


def test_a_star_set_again_is_the_curator_s(three):
    """Who takes away a rule's star and sets his own keeps it when the rule is taken back."""
    apply(three, ('title = "snow"', "star = true"))
    three.conn.execute("DELETE FROM stars")
    three.conn.execute("INSERT INTO stars VALUES (?, '2024-01-01T00:00:00Z')", ((NOW - 1) << 20,))
    effects.undo(three.conn, "a", now=NOW)

    assert len(marks(three)["stars"]) == 1


def test_an_item_that_the_curator_wrote_on_stays(three):
    """A note makes an item of a list the curator's own."""
    apply(three, ('title = "snow"', 'list = "finds"'))
    items.change(three.conn, on_list(three)[0].item_id, note="Read this.", now=NOW)
    effects.undo(three.conn, "a", now=NOW)

    assert [each.note for each in on_list(three)] == ["Read this."]


def test_a_removed_list_gets_nothing(three):
    """A list that the curator removed is not made again by a rule."""
    apply(three, ('title = "snow"', 'list = "finds"'))
    lists.remove(three.conn, "finds", now=NOW)

    assert apply(three, ('title = "rain"', 'list = "finds"')) == ({}, {"a": 1})
    assert lists.find(three.conn, "finds") is None


def test_a_mark_of_several_rules_goes_with_the_last(three):
    """While one rule still makes a mark, another one's undoing leaves it."""
    both = ('title = "snow"', 'star = true, hide = true, tag = "x", list = "finds"')
    before = marks(three)
    apply(three, both, now=NOW + 1)
    apply(three, both, both, now=NOW + 2)
    effects.undo(three.conn, "a", now=NOW + 3)
    between = marks(three)
    effects.undo(three.conn, "b", now=NOW + 4)

    assert [len(between[name]) for name in ("hides", "stars", "entry_tags")] == [1, 1, 1]
    assert between["items"] == [((NOW - 1) << 20, "b")]
    assert before == marks(three)


def test_an_edited_rule_takes_back_what_it_says_no_more(three):
    """Applying brings the entries into line with the rule as it is now; others' effects stay."""
    apply(three, ('title = "rain"', "hide = true"), ('title = "snow"', "star = true"))

    assert apply(three, ('title = "again"', "hide = true")) == ({}, {"a": 2})
    assert titles(three) == ["Rain", "Snow"]
    assert len(marks(three)["stars"]) == 1


def test_only_what_is_recent_is_looked_at_when_asked(three):
    """`since` leaves older entries as they are."""
    done, _ = apply(three, ('title = "rain"', "star = true"), since=NOW - 1)

    assert done == {"a": 1}


def test_a_trial_writes_nothing(three):
    """Hits name rule and entry, the newest first, and change nothing."""
    before = three.conn.total_changes
    found = effects.hits(three.conn, judge(('title = "rain"', "hide = true")), now=NOW)

    assert list(found) == [("a", NOW << 20), ("a", (NOW - 2) << 20)]
    assert three.conn.total_changes == before


def test_new_entries_are_judged_as_they_come(store):
    """What a batch brought is asked about in its own transaction; without rules nothing is."""
    ids = fill(store, [entry(1, title="Rain"), entry(2, title="Snow")])
    effects.judge_new(store.conn, ids, judge(), now=NOW)

    assert titles(store) == ["Rain", "Snow"]

    store.conn.execute("BEGIN")
    effects.judge_new(store.conn, ids, judge(('title = "rain"', "hide = true")), now=NOW)
    store.conn.execute("COMMIT")

    assert titles(store) == ["Snow"]
    assert store.check() == []


def test_a_batch_of_plans_is_judged(store):
    """What plans bring is judged in their transaction, by its HTML where the text comes later."""
    store.sync((BLOG,), now=NOW)
    new = [
        insert(entry(1, title="A", text="", html="<p>Rain and <b>snow</b></p>")),
        insert(entry(2, title="B"), NOW - 1),
    ]
    rules = judge(('text = "rain snow"', "hide = true, score = 1"), ('title = "b"', 'list = "x"'))
    store.apply([plan_for(known(store), inserts=new)], now=NOW, judge=rules)

    assert titles(store) == ["B"]
    assert effects.standing(store.conn).keys() == {"a", "b"}
    assert [each.title for each in on_list(store, "x")] == ["B"]
    assert store.check() == []


def test_noisy_feeds_are_held_to_so_many_a_day(store):
    """The first N of a feed's day stay; feeds and days are counted apart."""
    store.sync((BLOG, VIDEO), now=NOW)
    day = NOW - NOW % DAY
    inserts = [insert(entry(n, title=f"e{n}"), day + n) for n in range(1, 6)]
    inserts.append(insert(entry(9, title="next day"), day + DAY))
    film = insert(entry(1, title="film"), day + 3, entry_id=((day + 3) << 20) + 1)
    blog, video = known(store), known(store, VIDEO)
    store.apply([plan_for(blog, inserts=inserts), plan_for(video, inserts=[film])], now=NOW)

    assert apply(store, ("per_day = 2", "hide = true"))[0] == {"a": 6}
    assert titles(store) == ["next day", "film", "e2", "e1"]
    assert apply(store, ("per_day = 2", "hide = true")) == ({}, {})


def test_a_view_is_what_a_rule_is_about(three):
    """What a view selects by category and search words can be named; its limit does not matter."""
    view = '[[views]]\nslug = "weather"\nsearch = "rain"\nlimit = 1\nmix = { per_feed = 1 }\n'
    made = judge(('view = "weather"', "hide = true"), views=view)

    assert effects.apply(three.conn, made, now=NOW).done == {"a": 4}
    assert effects.apply(three.conn, made, now=NOW).undone == {}


def test_text_is_read_wherever_it_is(store):
    """The words of an entry are its title's, and its text's or those of its HTML."""
    fill(
        store,
        [
            entry(1, title="A", text="all about cats", html=""),
            entry(2, title="B", text="", html="<p>more <b>cats</b></p>"),
            entry(3, title="Cats", text="", html=""),
            entry(4, title="D", text="", html="", summary="cats in short"),
            entry(5, title="E", text="dogs", html="", summary=""),
        ],
    )
    found = effects.hits(store.conn, judge(('text = "cats"', "star = true")), now=NOW)

    assert len(list(found)) == 4


def test_scores_add_up_and_select(three):
    """Scores of several rules are summed: a selection asks for so much, and sorts by it."""
    apply(
        three,
        ('title = "rain"', "score = 2"),
        ('title = "again"', "score = 3"),
        ('title = "snow"', "score = -1"),
    )

    assert titles(three, min_score=5) == ["Rain again"]
    assert titles(three, min_score=2) == ["Rain", "Rain again"]
    assert titles(three, min_score=0) == ["Rain", "Rain again"]
    assert titles(three, min_score=-1) == ["Rain", "Snow", "Rain again"]
    assert titles(three, min_score=2, search="again") == ["Rain again"]
    assert titles(three, sort="score") == ["Rain again", "Rain", "Snow"]


def test_effects_go_with_their_entry(three):
    """A deleted entry leaves no effect and no hide behind."""
    apply(three, ('title = "snow"', "hide = true, score = 1"))
    three.conn.execute("DELETE FROM entries WHERE title = 'Snow'")

    assert rows(three, "SELECT 1 FROM rule_effects UNION ALL SELECT 1 FROM hides") == []


def test_media_and_length_are_facts(store):
    """Podcasts over an hour and short videos are told by their files."""
    sound = Enclosure(url="https://a.example/a.mp3", type="audio/mpeg", duration=4000)
    film = Enclosure(url="https://a.example/a.mp4", type="video/mp4", duration=40)
    fill(
        store,
        [
            entry(1, title="long", enclosures=(sound,)),
            entry(2, title="short", enclosures=(film,)),
            entry(3, title="page", url="https://www.youtube.com/shorts/abc"),
            entry(4, title="none"),
        ],
    )
    made = judge(
        ('media = "audio", duration = "> 1h"', "star = true"), ("is_short = true", "hide = true")
    )
    effects.apply(store.conn, made, now=NOW)

    assert [len(marks(store)[name]) for name in ("stars", "hides")] == [1, 2]
    assert titles(store) == ["long", "none"]
    assert replace(Selection(), media="audio") == Selection(media="audio")
    assert titles(store, media="audio") == ["long"]
    assert titles(store, media="none") == ["none"]
