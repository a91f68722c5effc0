"""What is decided about a feed, told as (what was known, what came, what follows)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import FetchError, ParseError
from aggregator.model import (
    Document,
    Entry,
    FeedInfo,
    FeedState,
    Fetched,
    HostPolicy,
    Known,
    Match,
)
from aggregator.plan import GONE_AFTER, INSECURE, entry_id, plan
from aggregator.schedule import DAY, HOUR, MINUTE, WEEK

NOW = 1_795_000_000
POLICY = HostPolicy(host="example.org")
URL = "https://example.org/feed"


def known(**state):
    return Known(
        feed_id=7,
        url=URL,
        state=FeedState(**({"feed_url": URL} | state)),
        category="blogs",
    )


def answer(status=200, body=b"<rss/>", final_url=URL, permanent_url=None, **headers):
    return Fetched(
        status=status,
        body=None if status == 304 else body,
        digest=None if status == 304 else b"new",
        final_url=final_url,
        permanent_url=permanent_url,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        ms=12,
    )


def entry(name, **fields):
    return Entry(
        **(
            {
                "guid": name,
                "url": f"https://example.org/{name}",
                "title": f"Title {name}",
                "published": NOW - HOUR,
                "content_hash": name.encode(),
            }
            | fields
        )
    )


def document(*entries, listed=None, **fields):
    return Document(
        feed=fields.pop("feed", FeedInfo(title="Example", link="https://example.org/")),
        entries=entries,
        listed=len(entries) if listed is None else listed,
        hashes=b"h" * 16 * len(entries),
        **fields,
    )


def stored(entry_id, guid, old=None, **fields):
    made = entry(old or guid, **fields)
    return Match(
        entry_id=entry_id,
        guid=guid,
        url=made.url,
        title=made.title,
        content_hash=made.content_hash,
    )


def decide(before, outcome, doc=None, matches=(), *, now=NOW, policy=POLICY, chance=0.0):
    return plan(before, outcome, doc, matches, now=now, policy=policy, chance=chance)


def test_not_modified_changes_nothing_but_the_clock():
    """A 304 keeps validators and content, and is logged as not modified."""
    before = known(etag='"a"', last_modified="Mon", body_hash=b"old", changed_at=5)
    made = decide(before, answer(304))

    assert made.record.status == "not_modified"
    assert made.record.http_status == 304
    assert (made.insert, made.change, made.rekey, made.hashes) == ((), (), (), None)
    assert replace(
        before.state, state="ok", http_status=304, checked_at=NOW, next_check_at=NOW + HOUR
    ) == (made.state)


def test_a_304_may_renew_the_validators():
    """What a 304 names replaces what was stored; what it does not name stays."""
    made = decide(known(etag='"a"', last_modified="Mon"), answer(304, etag='W/"b"'))

    assert made.state.etag == 'W/"b"'
    assert made.state.last_modified == "Mon"


def test_a_200_without_validators_forgets_the_old_ones():
    """Validators of an earlier answer say nothing of this one."""
    made = decide(known(etag='"a"', last_modified="Mon"), answer(), document())

    assert made.state.etag is None
    assert made.state.last_modified is None


def test_the_same_body_again_counts_as_not_modified():
    """A server that ignores conditional requests costs no parse."""
    made = decide(known(body_hash=b"new"), answer())

    assert made.record.status == "not_modified"
    assert made.record.http_status == 200


def test_new_entries_are_inserted_with_their_own_time():
    """Every entry that is not stored is new."""
    made = decide(known(), answer(etag='"x"'), document(entry("a"), entry("b")))

    assert [insert.entry.guid for insert in made.insert] == ["a", "b"]
    assert {insert.published_at for insert in made.insert} == {NOW - HOUR}
    assert made.record.status == "ok"
    assert made.record.new == 2
    assert made.hashes == b"h" * 32
    assert made.state.changed_at == NOW
    assert made.state.last_entry_at == NOW - HOUR
    assert made.state.body_hash == b"new"
    assert made.state.etag == '"x"'
    assert made.state.feed_title == "Example"


def test_what_a_feed_brings_along_is_its_backlog():
    """Only the first entries of a feed are old by nature; what comes later is news."""
    doc = document(entry("a"))

    assert decide(known(), answer(), doc).backlog
    assert not decide(known(last_entry_at=5), answer(), doc).backlog


def test_an_entry_from_the_future_counts_from_when_it_was_seen():
    """Nobody pins an entry to the top of the river by its date."""
    made = decide(known(), answer(), document(entry("a", published=NOW + DAY)))

    assert made.insert[0].published_at == NOW
    assert made.insert[0].entry_id >> 20 == NOW


def test_entries_without_dates_keep_the_order_of_the_document():
    """The first is the newest, a second apart."""
    made = decide(
        known(), answer(), document(entry("a", published=None), entry("b", published=None))
    )

    assert [insert.published_at for insert in made.insert] == [NOW, NOW - 1]


def test_a_stored_entry_with_the_same_content_is_left_alone():
    """A bumped date is no change."""
    made = decide(
        known(changed_at=1), answer(), document(entry("a", published=NOW)), [stored(1, "a")]
    )

    assert (made.insert, made.change) == ((), ())
    assert made.state.changed_at == 1


def test_a_stored_entry_with_other_content_is_changed_in_place():
    """The id stays, so every list and link to it holds."""
    made = decide(known(), answer(), document(entry("a", content_hash=b"x")), [stored(1, "a")])

    assert [(change.entry_id, change.entry.guid) for change in made.change] == [(1, "a")]
    assert made.record.updated == 1
    assert made.insert == ()


def test_new_guids_for_old_entries_are_a_migration_and_no_flood():
    """A site that changed its GUID scheme yields no new entry."""
    fresh = [entry("a", guid="new-a"), entry("b", guid="new-b", content_hash=b"changed")]
    made = decide(known(), answer(), document(*fresh), [stored(1, "a"), stored(2, "b")])

    assert made.rekey == ((1, "new-a"), (2, "new-b"))
    assert [change.entry_id for change in made.change] == [2]
    assert made.insert == ()


def test_one_entry_with_an_old_link_and_title_is_new():
    """A weekly thread that keeps its address is a new entry each week."""
    made = decide(known(), answer(), document(entry("a", guid="new-a")), [stored(1, "a")])

    assert made.rekey == ()
    assert len(made.insert) == 1


def test_a_stored_entry_that_is_still_listed_is_not_taken_over():
    """Two entries with one link and title stay two."""
    doc = document(entry("a"), entry("b"), entry("a", guid="c"), entry("b", guid="d"))
    made = decide(known(), answer(), doc, [stored(1, "a"), stored(2, "b")])

    assert made.rekey == ()
    assert [insert.entry.guid for insert in made.insert] == ["c", "d"]


def test_a_part_of_a_document_shows_no_migration():
    """What was cut out of a document still stands there under its old GUIDs."""
    doc = document(entry("a", guid="c"), entry("b", guid="d"), listed=9, delta=True)
    made = decide(known(), answer(), doc, [stored(1, "a"), stored(2, "b")])

    assert made.rekey == ()
    assert len(made.insert) == 2


def test_a_site_that_moves_is_a_migration_too():
    """Other GUIDs and other addresses, but the same titles at the same times, are old entries."""
    home = "https://new.example/"
    fresh = [entry(name, guid=f"new-{name}", url=home + name) for name in "abc"]
    old = [stored(((NOW - HOUR) << 20) + number, name) for number, name in enumerate("abc")]
    made = decide(known(last_entry_at=NOW - HOUR), answer(), document(*fresh), old)

    assert made.insert == ()
    assert [guid for _, guid in made.rekey] == ["new-a", "new-b", "new-c"]


def test_a_stored_entry_is_taken_over_once():
    """Of two new entries that may be the same old one, the second is new."""
    twins = [entry("a", guid="1"), entry("a", guid="2"), *(entry(n, guid=n + n) for n in "bcdef")]
    old = [stored(number, name) for number, name in enumerate("abcdef")]
    made = decide(known(), answer(), document(*twins), old)

    assert [insert.entry.guid for insert in made.insert] == ["2"]
    assert len(made.rekey) == 6


def test_an_archive_that_is_sent_again_is_no_news():
    """What is older than the newest entry known is not queued when it comes by the dozen."""
    old = [entry(f"old-{n}", published=NOW - 100 * HOUR + n) for n in range(12)]
    new = [entry("new", published=NOW - HOUR), entry("undated", published=None)]
    made = decide(known(last_entry_at=NOW - 9 * HOUR), answer(), document(*old, *new))

    assert [insert.entry.guid for insert in made.insert if insert.news] == ["new", "undated"]
    assert len(made.insert) == 14


@pytest.mark.parametrize(("old", "new"), [(9, 0), (10, 3)])
def test_a_few_old_entries_are_news(old, new):
    """An entry that was published late, and a mixture, are queued as all others."""
    late = [entry(f"late-{n}", published=NOW - 100 * HOUR + n) for n in range(old)]
    fresh = [entry(f"new-{n}", published=NOW - HOUR + n) for n in range(new)]
    made = decide(known(last_entry_at=NOW - 9 * HOUR), answer(), document(*late, *fresh))

    assert all(insert.news for insert in made.insert)


def test_an_exception_for_a_certificate_is_told_as_long_as_it_lasts():
    """Whatever comes of a look, an insecure feed says so; afterwards the notice is what it was."""
    noted = known(notice="old news")
    looks = ((answer(304), None), (FetchError("No.", kind="tls"), None))
    for outcome, doc in looks:
        warned = plan(noted, outcome, doc, now=NOW, policy=POLICY, insecure=True).state
        again = plan(known(notice=warned.notice), outcome, now=NOW, policy=POLICY, insecure=True)
        after = plan(known(notice=warned.notice), outcome, now=NOW, policy=POLICY)

        assert warned.notice == again.state.notice == f"{INSECURE}; old news"
        assert after.state.notice == "old news"

    assert (
        plan(known(), answer(304), now=NOW, policy=POLICY, insecure=True).state.notice == INSECURE
    )


def test_an_empty_document_touches_nothing():
    """A feed that shrank to nothing for a day brings no flood when it comes back."""
    made = decide(known(last_entry_at=5, rhythm=HOUR), answer(), document())

    assert made.hashes is None
    assert made.state.last_entry_at == 5
    assert made.record.status == "ok"


def test_a_document_that_says_nothing_of_itself_keeps_what_was_known():
    """Titles do not vanish for a day either."""
    made = decide(
        known(feed_title="Old", site_url="https://old/"), answer(), document(feed=FeedInfo())
    )

    assert made.state.feed_title == "Old"
    assert made.state.site_url == "https://old/"


def test_repeated_guids_are_told():
    """The curator learns that the feed's GUIDs can't be trusted, and stays told."""
    made = decide(known(), answer(), document(entry("a"), identity=1))
    later = decide(known(identity=1), answer(), document(entry("a")))

    assert made.state.identity == 1
    assert "GUIDs repeat" in made.state.notice
    assert later.state.identity == 1
    assert made.state.notice == later.state.notice


def test_a_private_page_is_not_believed():
    """Pages are public: one that holds a token is not kept."""
    secret = "https://example.org/feed?token=8f3a9c2e7b1d4f6a8c0e2b4d6f8a1c3e"
    made = decide(known(), answer(), document(feed=FeedInfo(link=secret)))

    assert made.state.site_url is None


def test_the_document_s_own_pace_holds_while_it_does_not_change():
    """The wishes ttl and skipHours are read once and kept for every 304."""
    feed = FeedInfo(ttl=3 * HOUR, skip_hours=(4,))
    first = decide(known(), answer(), document(feed=feed))
    later = decide(replace(known(), state=first.state), answer(304), now=NOW + 3 * HOUR)

    assert (first.state.ttl, first.state.skips) == (3 * HOUR, "h4")
    assert first.state.next_check_at == NOW + 3 * HOUR
    assert later.state.next_check_at == NOW + 6 * HOUR


def test_a_document_read_leniently_is_told():
    """A malformed feed works, and the curator may know."""
    made = decide(known(), answer(), document(path="feedparser"))

    assert "not well-formed" in made.state.notice


def test_validators_of_a_redirect_s_target_are_not_kept():
    """They belong to another address."""
    made = decide(known(etag='"a"'), answer(etag='"b"', final_url="https://other/feed"), document())

    assert made.state.etag is None


@pytest.mark.parametrize(
    ("before", "target", "expected"),
    [
        ({}, "https://b/", {"feed_url": URL, "moved_to": "https://b/", "moved_since": NOW}),
        (
            {"moved_to": "https://b/", "moved_since": NOW - DAY},
            "https://b/",
            {"feed_url": URL, "moved_to": "https://b/", "moved_since": NOW - DAY},
        ),
        (
            {"moved_to": "https://c/", "moved_since": NOW - WEEK},
            "https://b/",
            {"feed_url": URL, "moved_to": "https://b/", "moved_since": NOW},
        ),
        (
            {"moved_to": "https://b/", "moved_since": NOW - WEEK},
            "https://b/",
            {"feed_url": "https://b/", "moved_to": None, "moved_since": None},
        ),
        (
            {"moved_to": "https://b/", "moved_since": NOW - DAY},
            None,
            {"feed_url": URL, "moved_to": None, "moved_since": None},
        ),
        (
            {"feed_url": "http://example.org/feed"},
            URL,
            {"feed_url": URL, "moved_to": None, "moved_since": None},
        ),
        (
            {"moved_to": "https://b/", "moved_since": NOW - DAY},
            URL,
            {"feed_url": URL, "moved_to": None, "moved_since": None},
        ),
    ],
)
def test_a_permanent_redirect_is_believed_after_a_week(before, target, expected):
    """301 and 308 are adopted after seven stable days; http to https at once."""
    made = decide(known(**before), answer(304, permanent_url=target, final_url=target or URL))

    assert expected == {name: getattr(made.state, name) for name in expected}


def test_an_adopted_address_keeps_its_own_validators():
    """The answer came from the new address, so its ETag belongs to it."""
    before = known(moved_to="https://b/", moved_since=NOW - WEEK, etag='"old"', last_modified="x")
    made = decide(
        before, answer(permanent_url="https://b/", final_url="https://b/", etag='"b"'), document()
    )

    assert made.state.etag == '"b"'
    assert made.state.last_modified is None


def test_success_forgets_failures():
    """One good answer and the feed is healthy."""
    before = known(failures=5, failing_since=1, error="x", error_kind="http", gone=1)
    state = decide(before, answer(304)).state

    assert (state.failures, state.failing_since, state.error, state.error_kind, state.gone) == (
        0,
        None,
        None,
        None,
        0,
    )


@pytest.mark.parametrize(
    ("failures", "error", "policy", "wait"),
    [
        (0, FetchError("x", kind="timeout"), POLICY, 30 * MINUTE),
        (3, FetchError("x", kind="timeout"), POLICY, 4 * HOUR),
        (99, FetchError("x", kind="http", http_status=500), POLICY, WEEK),
        (0, ParseError("x", kind="malformed"), POLICY, 30 * MINUTE),
        (0, FetchError("x", kind="http", http_status=503, retry_after=2 * HOUR), POLICY, 2 * HOUR),
        (0, FetchError("x", kind="rate_limited", http_status=429), POLICY, 30 * MINUTE),
        (
            0,
            FetchError("x", kind="rate_limited", http_status=429),
            HostPolicy(host="h", retry=600),
            10 * MINUTE,
        ),
        (
            0,
            FetchError("x", kind="rate_limited", http_status=429),
            HostPolicy(host="h", floor=DAY),
            DAY,
        ),
        (
            9,
            FetchError("x", kind="http", http_status=404),
            HostPolicy(host="h", transient=(404,)),
            HOUR,
        ),
    ],
)
def test_failures_wait_and_never_end(failures, error, policy, wait):
    """Backoff, rate limits, host floors and transient statuses decide the next look."""
    made = decide(known(failures=failures), error, policy=policy)

    assert made.state.next_check_at == NOW + wait
    assert made.state.state == "failing"
    assert made.state.failures == failures + 1


def test_a_failure_keeps_everything_else():
    """Validators, titles and hashes survive an outage; the reason and its start are kept."""
    before = known(etag='"a"', body_hash=b"b", feed_title="T", failing_since=3)
    made = decide(before, FetchError("It broke.", kind="http", http_status=502))

    assert made.state.etag == '"a"'
    assert made.state.body_hash == b"b"
    assert made.state.failing_since == 3
    assert (made.state.error, made.state.error_kind) == ("It broke.", "http")
    assert made.record.status == "error"
    assert made.record.http_status == 502
    assert made.hashes is None


def test_only_a_repeated_410_disables_a_feed():
    """Two are a slip, three are an answer; anything between starts the count again."""
    gone = FetchError("Gone.", kind="gone", http_status=410)
    state = known().state
    states = []
    for _ in range(GONE_AFTER):
        made = decide(replace(known(), state=state), gone)
        state = made.state
        states.append(state.state)
    between = decide(known(gone=2), FetchError("x", kind="http", http_status=500))

    assert states == ["failing", "failing", "gone"]
    assert made.record.status == "gone"
    assert between.state.gone == 0


def test_a_fixed_interval_wins_over_the_rhythm():
    """`every` in feeds.toml is what the user wants."""
    made = decide(replace(known(rhythm=DAY), every=2 * HOUR), answer(304))

    assert made.state.next_check_at == NOW + 2 * HOUR


def test_a_server_s_freshness_is_respected():
    """Nobody asks before max-age is over."""
    made = decide(known(), answer(304, cache_control="max-age=7200"))

    assert made.state.next_check_at == NOW + 2 * HOUR


@given(
    feed_id=st.integers(1, 2**31),
    guid=st.text(),
    early=st.integers(0, 2**32),
    later=st.integers(1, 2**31),
)
def test_ids_sort_by_time_and_fit_a_javascript_integer(feed_id, guid, early, later):
    """A later entry always has the greater id."""
    first, second = entry_id(feed_id, guid, early), entry_id(feed_id, guid, early + later)

    assert first < second < 2**53
    assert first >> 20 == early
