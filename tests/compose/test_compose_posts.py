"""Items become posts that fit."""

import pytest
from compose_data import LINK, item

from aggregator.compose import Picture, posts, written
from aggregator.curation import Via
from aggregator.errors import UsageError
from aggregator.model import Enclosure

WORD = "fern "


def test_a_post_has_note_quote_title_link_credit_and_hashtags():
    """What fits is told whole, in the network's own layout."""
    (post,) = posts([item()], "mastodon")

    assert post.text == (
        "Worth reading.\n\n“They predate flowers.”\n\nFerns are older than trees\n"
        f"{LINK}\n\nvia Hacker News\n\n#ferns #OpenSource"
    )
    assert (post.length, post.limit, post.dropped, post.problems) == (128, 500, (), ())


def test_the_template_tells_what_a_post_looks_like():
    """A name in braces stands for the item's words."""
    (post,) = posts([item()], "x", template="{note} {title} {link} {via} {tags}")

    assert post.text == (
        f"Worth reading. Ferns are older than trees {LINK} via Hacker News #ferns #OpenSource"
    )


@pytest.mark.parametrize(
    ("words", "dropped"),
    [
        (30, ()),
        (35, ("1 hashtag",)),
        (36, ("2 hashtags",)),
        (38, ("2 hashtags", "quote")),
        (45, ("2 hashtags", "quote", "end of the note")),
    ],
)
def test_hashtags_go_first_then_the_quote_then_the_end_of_the_note(words, dropped):
    """No more is given up than must be, and each time it is said."""
    (post,) = posts([item(note=WORD * words)], "x")

    assert post.dropped == dropped
    assert post.length <= 280


def test_the_title_is_shortened_when_the_note_is_gone():
    """At a word, with an ellipsis; link and credit stay."""
    (post,) = posts([item(note="Look!", title=WORD * 80)], "bluesky")

    assert post.dropped == ("2 hashtags", "quote", "note", "end of the title")
    assert post.text == f"{'fern ' * 50}fern…\n{LINK}\n\nvia Hacker News"
    assert post.length == 298


def test_a_link_that_is_too_long_for_the_network_says_so():
    """It is not cut: the post is marked as one that can't be posted."""
    (post,) = posts([item(url=f"{LINK}/{'a' * 300}")], "bluesky")

    assert post.text.startswith(f"{LINK}/{'a' * 300}")
    assert post.problems == ("Even without note and title it is too long: 343 characters of 300.",)


def test_a_title_that_is_one_long_word_is_cut_between_clusters():
    """A family is never taken apart."""
    (post,) = posts([item(note="", quote="", title="👨‍👩‍👧‍👦" * 300, tags=())], "bluesky")

    assert post.text.startswith("👨‍👩‍👧‍👦")
    assert all(usage.length <= usage.most for usage in post.usage)
    assert post.text.partition("…")[0].replace("👨‍👩‍👧‍👦", "") == ""


def test_a_server_of_mastodon_may_allow_more():
    """The limit can be told."""
    (post,) = posts([item(note=WORD * 150)], "mastodon", limit=1000)

    assert (post.limit, post.dropped) == (1000, ())


def test_an_entry_without_a_title_is_told_by_its_summary():
    """Short messages have no title."""
    (post,) = posts([item(title="", note="", quote="", tags=(), summary="Rain\nagain.")], "x")

    assert post.text == f"Rain again.\n{LINK}\n\nvia Hacker News"


def test_the_source_is_thanked_where_nobody_else_found_it():
    """Every post says where it is from, unless nobody has a name."""
    (post,) = posts([item(via=())], "x", template="{via}")
    (nameless,) = posts([item(via=(Via(name=" "),), source=" ")], "x", template="{via}|")

    assert post.text == "via Example Blog"
    assert nameless.text == "|"


def test_several_finders_are_named():
    """In the order in which they are thanked."""
    (post,) = posts([item(via=(Via(name="HN"), Via(name="Bo\n Li")))], "x", template="{via}")

    assert post.text == "via HN, Bo Li"


def test_a_photographer_is_named_after_the_finders():
    """Where the template has no {credit} of its own, {via} has it."""
    photo = item(url="https://www.pexels.com/photo/1/", image="https://images.pexels.com/1.jpg")
    (post,) = posts([photo], "x", template="{via}")
    (apart,) = posts([photo], "x", template="{via} / {credit}")

    assert post.text == "via Hacker News · Photo by Ana on Pexels"
    assert apart.text == "via Hacker News / Photo by Ana on Pexels"


def test_what_a_template_leaves_out_is_noted():
    """A post without link or credit can be posted, knowingly."""
    (post,) = posts([item(rights="CC BY 4.0")], "x", template="{title}")

    assert post.problems == ()
    assert post.notes == (
        "The template leaves the link out.",
        "The template leaves out whom the item's terms ask to name.",
    )


def test_an_item_without_a_link_is_noted():
    """Its first media file stands for its page, if it has one."""
    sound = Enclosure(url="https://example.org/1.mp3")
    (bare,) = posts([item(url=None)], "x")
    (heard,) = posts([item(url="javascript:alert(1)", enclosures=(sound,))], "x")

    assert bare.notes == ("The item has no link.",)
    assert "https://example.org/1.mp3" in heard.text


def test_an_empty_post_can_not_be_posted():
    """A template may leave nothing."""
    (post,) = posts([item(note="")], "x", template="{note}")

    assert post.problems == ("There is nothing to post.",)


def test_threads_takes_one_tag_and_five_links():
    """More links are refused by its API, so the post says so."""
    note = " ".join(f"https://example.org/{number}" for number in range(5))
    (post,) = posts([item(note=note)], "threads")

    assert post.text.count("#") == 1
    assert post.problems == ("It has 6 links; Threads takes 5.",)


def test_reddit_has_the_title_first_and_no_hashtags():
    """The first line is the title of the submission."""
    (post,) = posts([item(title=WORD * 80)], "reddit")

    assert post.text.partition("\n")[0] == f"{'fern ' * 59}fern…"
    assert "#" not in post.text
    assert post.dropped == ("end of the title",)


def test_linkedin_gets_its_reserved_characters_escaped():
    """Hashtags stay hashtags."""
    (post,) = posts([item(note="(a) [b] #c", quote="<d>", url=f"{LINK}?a_b=1")], "linkedin")

    assert post.text.startswith(r"\(a\) \[b\] \#c")
    assert r"https://example.org/ferns?a\_b=1" in post.text
    assert r"“\<d\>”" in post.text
    assert "#ferns" in post.text


def test_utm_parameters_are_added_where_they_are_asked_for():
    """Only then, and to the link alone."""
    (post,) = posts([item()], "x", utm="utm_source={network}&utm_campaign={list}", campaign="A b")

    assert f"{LINK}?utm_source=x&utm_campaign=A%20b" in post.text


def test_pictures_and_their_alt_texts_are_carried():
    """They are attached by hand, so they are listed."""
    (post,) = posts([item(image="https://example.org/f.jpg", image_alt="A\nfern")], "x")
    (mute,) = posts([item(image="https://example.org/f.jpg")], "x")

    assert post.pictures == (Picture(url="https://example.org/f.jpg", alt="A fern"),)
    assert (post.alt_texts, mute.alt_texts) == (("A fern",), ())


def test_a_post_knows_its_items():
    """By their ids in the list, or the entries' own."""
    entry, picked = posts([item(), item(item_id=3)], "x")

    assert (entry.item_ids, picked.item_ids) == ((7,), (3,))
    assert [(post.number, post.total) for post in (entry, picked)] == [(1, 2), (2, 2)]


def test_a_thread_is_numbered():
    """Each post has its place, in the layout's or at the end."""
    first, second = posts([item(), item()], "mastodon", thread=True)
    inline = posts([item()], "mastodon", template="{number}) {title}", thread=True)

    assert first.text.endswith("#ferns #OpenSource\n\n1/2")
    assert second.text.endswith("\n\n2/2")
    assert inline[0].text == "1) Ferns are older than trees"


def test_a_long_note_goes_on_in_the_next_post_of_a_thread():
    """At the end of a sentence, with nothing lost."""
    note = "Ferns are old. " * 40
    made = posts([item(note=note)], "bluesky", thread=True)

    assert [post.text.rpartition("\n\n")[2] for post in made] == ["1/3", "2/3", "3/3"]
    assert made[0].text.startswith("Ferns are old.")
    assert sum(post.text.count("Ferns are old.") for post in made) == 40
    assert all(post.text.count("old.\n\n") == 1 for post in made[:2])
    assert made[2].text.endswith("#ferns #OpenSource\n\n3/3")
    assert all(post.length <= 300 for post in made)


def test_a_thread_makes_room_for_its_numbers():
    """Ten posts take more room for the number than nine."""
    made = posts([item(note="Ferns are old. " * 200)], "bluesky", thread=True)

    assert len(made) > 9
    assert made[-1].text.endswith(f"\n\n{len(made)}/{len(made)}")
    assert all(post.length <= 300 for post in made)


def test_a_word_longer_than_a_post_ends_a_thread():
    """It is shortened as elsewhere."""
    (post,) = posts([item(note="https://example.net/" + "a" * 400)], "bluesky", thread=True)

    assert post.dropped[-1] == "note"


def test_a_thread_has_an_end():
    """After fifty posts an item has said enough; what is left out is told."""
    made = posts([item(note="Ferns are old. " * 4000)], "x", thread=True)

    assert len(made) == 50
    assert made[-1].dropped == ("2 hashtags", "quote", "end of the note")


def test_posts_are_written_one_after_the_other():
    """A line stands between them, pictures after each."""
    pictured = item(image="https://example.org/f.jpg", image_alt="A fern")
    mute = item(image="https://example.org/g.jpg")
    made = posts([pictured, mute, item()], "x", template="{title}")

    assert written(made) == (
        "Ferns are older than trees\n\n"
        "[Picture] https://example.org/f.jpg\n[Alt text] A fern\n\n-----\n\n"
        "Ferns are older than trees\n\n[Picture] https://example.org/g.jpg\n\n-----\n\n"
        "Ferns are older than trees\n"
    )
    assert written(()) == ""


def test_an_unknown_network_is_an_error():
    """It is asked for by its short name."""
    with pytest.raises(UsageError, match="no network"):
        posts([], "twitter")
