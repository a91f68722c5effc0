"""What holds for every item, every network and every template."""

from compose_data import LINK, item
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.compose import postable, posts
from aggregator.compose.fit import Parts, fit, shorten, take
from aggregator.compose.words import line
from aggregator.count import NETWORKS, addresses, excess, fits, network
from aggregator.curation import Via

# Scripts, clusters, addresses and enemies; hypothesis adds what it likes.
PIECES = st.sampled_from(
    [
        "fern ",
        "Ferns, old as they are. ",
        "क्षि",
        "नमस्ते ",
        "日本語。",
        "שלום ",
        "مُحَمَّد ",
        "👨‍👩‍👧‍👦",
        "🇩🇪",
        "e\u0301",
        "Z\u0351\u036b\u0343",
        "example.com ",
        "https://example.net/a_b?c=d ",
        "@ana@example.social ",
        "@everyone ",
        "{title} {{ note }} {% raw %}",
        "\u202e",
        "\ufeff\x00\x1b[31m",
        "\n\n",
        "*_~`#>[",
        "a" * 90,
    ]
)
TEXT = st.lists(PIECES | st.text(max_size=12), max_size=60).map("".join)
NAME = st.text(max_size=20) | PIECES.map(lambda text: text[:20])
SLUG = st.sampled_from([each.slug for each in NETWORKS])
ITEMS = st.builds(
    item,
    note=TEXT,
    quote=TEXT,
    title=TEXT,
    tags=st.lists(NAME, max_size=12).map(tuple),
    source=NAME,
    via=st.lists(NAME.map(lambda name: Via(name=name)), max_size=2).map(tuple),
)
TEMPLATE = st.sampled_from(
    [
        None,
        "{note} {title} {link} {via} {tags}",
        "{title}\n{link}\n{via}",
        "{% if note %}{note}: {% endif %}{link} {via}",
    ]
)


@settings(deadline=None)
@given(ITEMS, SLUG, TEMPLATE, st.booleans())
def test_a_fitted_post_never_exceeds_a_limit(picked, slug, template, thread):
    """What is too long in spite of all says so, and nothing else is too long."""
    for post in posts([picked], slug, template=template, thread=thread):
        within = fits(post.text, network(slug))

        assert within == (not any("too long" in each for each in post.problems))
        assert within == all(each.length <= each.most for each in post.usage)


@settings(deadline=None)
@given(ITEMS, SLUG, TEMPLATE, st.booleans())
def test_a_post_never_loses_link_or_credit(picked, slug, template, thread):
    """Both are whole in it, however much else had to go."""
    place = network(slug)
    last = posts([picked], slug, template=template, thread=thread)[-1]
    thanked = [each for each in picked.via if each.name.strip()]
    names = [each.name for each in thanked] or [picked.source] * bool(picked.source.strip())
    thanks = line(", ".join(names))

    assert place.escape_link(LINK) in last.text
    assert " ".join(place.escape(f"via {thanks}" if thanks else "").split()) in last.text


@settings(deadline=None)
@given(ITEMS, SLUG)
def test_fitting_what_was_fitted_changes_nothing(picked, slug):
    """Fitting is idempotent."""
    place = network(slug)

    def render(parts):
        return "\n".join([parts.note, parts.quote, parts.title, LINK, *parts.tags])

    def over(text):
        return excess(text, place)

    parts = Parts(note=picked.note, quote=picked.quote, title=picked.title, tags=picked.tags)
    once = fit(parts, render, over)
    twice = fit(once.parts, render, over)

    assert twice.parts == once.parts
    assert twice.enough == once.enough
    assert twice.dropped == ()


@settings(deadline=None)
@given(TEXT, st.integers(0, 120))
def test_a_shortened_text_fits_and_begins_like_the_whole(text, most):
    """Nothing is invented but the ellipsis, and no cluster is taken apart."""
    short = shorten(text, lambda candidate: len(candidate) <= most)
    kept = short.removesuffix("…").rstrip()

    assert len(short) <= most
    assert text.startswith(kept)
    assert short == "" or short.endswith("…")


@settings(deadline=None)
@given(TEXT, st.integers(0, 120))
def test_what_is_taken_and_what_is_left_are_the_whole(text, most):
    """A note that goes on in the next post loses nothing but blanks."""
    head, rest = take(text, lambda candidate: len(candidate) <= most)

    assert len(head) <= most
    assert (head + rest).split() == text.split() or f"{head} {rest}".split() == text.split()


@settings(deadline=None, max_examples=30)
@given(ITEMS, SLUG)
def test_a_thread_tells_the_whole_note(picked, slug):
    """Its words come in order, unless one alone is longer than a post."""
    made = posts([picked, picked], slug, thread=True)

    assert [post.number for post in made] == list(range(1, len(made) + 1))
    assert {post.total for post in made} == {len(made)}
    assert all(f"{post.number}/{post.total}" in post.text for post in made)


@settings(deadline=None)
@given(ITEMS, SLUG)
def test_a_post_holds_nothing_that_commands_a_terminal_or_turns_its_text(picked, slug):
    """Controls and marks of direction are gone, whatever the item says."""
    (post,) = posts([picked], slug)

    assert not set(post.text) & set("\x00\x1b\x07\x9b\u202a\u202e\u2066\ufeff")
    assert all(each.isprintable() or each == "\n" or ord(each) > 127 for each in post.text)


@settings(deadline=None)
@given(st.text(alphabet="ab/?#&=()[]!*'.,;:$@~+%|^ é日\"<>-_", max_size=14))
def test_a_posted_link_is_linked_whole(rest):
    """X and Mastodon find all of it, whatever it holds and wherever it ends."""
    link = postable(f"https://example.org/{rest}")

    assert addresses.find(link, addresses.X) == [(0, len(link))]
    assert addresses.find(link, addresses.MASTODON) == [(0, len(link))]
    assert postable(link) == link
