"""What an edit changed is kept small, and taken back wherever its place is still the same."""

from hypothesis import given
from hypothesis import strategies as st

from aggregator.following.splice import splice, undone

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "\n", "c"]), max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_an_edit_is_taken_back(before, after):
    """Whatever it was, as long as it left anything."""
    assert (undone(after, splice(before, after)) if after else before) == before


def test_other_changes_stay():
    """What was changed elsewhere since stays; at the same place, nothing can be taken back."""
    before = "".join(f"line {n}\n" for n in range(30))
    after = before.replace("line 9\n", "")
    done = splice(before, after)

    assert len(done.old) < 40
    assert done.gone == "line 9\n"
    assert undone(after + "more\n", done) == before + "more\n"
    assert undone(after.replace("line 8", "line eight"), done) is None
