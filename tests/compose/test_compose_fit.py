"""Where a text is cut, and how it ends then."""

import pytest

from aggregator.compose.fit import shorten, take


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("Ferns are old", 10, "Ferns are…"),
        ("Ferns are old", 9, "Ferns…"),
        ("Ferns, and more", 7, "Ferns…"),
        ("Ferns — and more", 8, "Ferns…"),
        ("Ferns (and more)", 13, "Ferns (and…"),
        ("“Ferns” and more", 9, "“Ferns”…"),
        ("Ferns. And more", 8, "Ferns…"),
        ("See https://e.org/a now", 22, "See https://e.org/a …"),
        ("See https://e.org/a now", 20, "See…"),
        ("See (https://e.org/日本) now", 23, "See…"),
        ("https://e.org/abc def", 10, ""),
        ("Pteridophyta are old", 6, "Pteri…"),
        ("日本語の本です", 4, "日本語…"),
        ("日本語。の本です", 5, "日本語…"),
        ("สวัสดีครับ", 5, "สวัส…"),
        ("नमस्ते", 5, "नम…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 8, "👨‍👩‍👧‍👦…"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 7, ""),
        ("- - - ferns", 4, ""),
        ("", 5, ""),
        ("Ferns", 0, ""),
    ],
)
def test_a_text_is_cut_at_a_word(text, most, short):
    """Marks before the ellipsis go; clusters and addresses are never cut."""
    assert shorten(text, lambda candidate: len(candidate) <= most) == short


@pytest.mark.parametrize(
    ("text", "most", "head", "rest"),
    [
        ("One. Two. Three", 12, "One. Two.", "Three"),
        ("One. Two and three and four", 22, "One. Two and three and", "four"),
        ("One two\n\nTwo three", 13, "One two", "Two three"),
        ("「一」。二三四五", 6, "「一」。", "二三四五"),
        ("One", 12, "One", ""),
        ("Pteridophyta", 5, "", "Pteridophyta"),
    ],
)
def test_a_text_is_divided_at_a_sentence_or_a_word(text, most, head, rest):
    """Nothing of it is lost."""
    assert take(text, lambda candidate: len(candidate) <= most) == (head, rest)
