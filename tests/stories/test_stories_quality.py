"""The bars of folding, on pairs that were labelled by hand."""

from benchmarks.labelled import DATA, labelled
from benchmarks.stories import PRECISION, RECALL, quality


def test_the_labelled_pairs_are_folded_as_they_are_labelled():
    """At least 300 pairs, a third of them hard negatives; hardly any is wrong, few are missed."""
    found = quality(labelled(DATA.read_text("utf-8")))

    assert found.pairs >= 300
    assert found.pairs - found.same >= 100
    assert found.precision >= PRECISION, [(a.about, b.about) for a, b in found.wrong]
    assert found.recall >= RECALL, [a.about for a, _ in found.missed]
