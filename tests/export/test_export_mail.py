"""The newsletter as HTML, as text and as a mail, read back by html5lib and the email package."""

from __future__ import annotations

import email
from dataclasses import replace
from email import policy

import html5lib
import pytest
from export_data import ATTACKS, CHANNEL, PICK, PLAIN, WORDS, bare, hostile_pick, injections
from hypothesis import given

from aggregator.errors import UsageError
from aggregator.export import Channel, ExportOptions, export, safe
from aggregator.export.eml import letter, mailbox

TAGS = {
    *("html", "head", "title", "body", "div", "table", "tbody", "tr", "td", "h1", "h2", "h3"),
    *("p", "a", "bdi", "blockquote", "br", "meta", "img"),
}
ATTRIBUTES = {*("lang", "charset", "content", "name", "style", "role", "dir", "href", "src", "alt")}
HEADERS = [
    *("Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type"),
    "Content-Language",
]
ADDRESS = "https://h.example/%22'%3C&%3E"
MAIL = ExportOptions(
    sender="Cora Tor <cora@desk.example>",
    recipients=("a@readers.example", "Bo Lichen <bo@bücher.example>"),
    subject="Ferns, weekly",
    sent_at=1_795_500_000,
)


def tree(text):
    """The newsletter as strict HTML5; fails on what is not ours."""
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    for node in root.iter():
        assert node.tag in TAGS
        assert set(node.attrib) <= ATTRIBUTES
        for key in ("href", "src"):
            assert node.get(key, "https://").startswith(("http://", "https://"))
    return root


def words(node):
    return " ".join("".join(node.itertext()).split())


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_words_in_the_letter(attack):
    """The HTML has our tags and attributes only, and every word as it was."""
    same(attack)


@given(WORDS)
def test_any_text_stays_words_in_the_letter(attack):
    """Whatever is written, the letter reads just that."""
    same(attack)


def same(attack):
    channel = replace(CHANNEL, title=attack, description=attack, author=attack)
    item = hostile_pick(attack, link="https://h.example/\"'<&>")
    root = tree(export("newsletter", channel, [item]))
    line = " ".join(safe.line(attack).split())

    assert [line or "Aggregator"] == [words(node) for node in root.iter("title")]
    assert [line or ADDRESS] == [words(node) for node in root.iter("h3")]
    assert [safe.line(attack)] == [node.get("alt") for node in root.iter("img")]
    assert len(list(root.iter("blockquote"))) == bool(safe.prose(attack).strip())
    assert "style" not in {node.tag for node in root.iter()}


def test_a_letter_reads_back():
    """Title, link, source, note, quote and picture with its words are in the HTML."""
    root = tree(export("newsletter", CHANNEL, [PICK]))
    (title,) = root.iter("h3")
    (quote,) = root.iter("blockquote")
    (image,) = root.iter("img")
    page = words(root)

    assert title.find("a").get("href") == PICK.url
    assert words(title) == PICK.title
    assert words(quote) == PICK.quote
    assert (PICK.image, PICK.image_alt) == (image.get("src"), image.get("alt"))
    assert "Then go out & look." in page
    assert "via Moss Post, Bo Lichen" in page
    assert [words(node) for node in root.iter("h2")] == ["To read"]
    assert all(node.get("style") for node in root.iter("a"))


def test_the_plain_twin_says_the_same():
    """The text has every word of the letter, wrapped, and the links whole."""
    text = export("newsletter-text", replace(CHANNEL, url=None), [PICK, bare(category="video")])

    assert text == TWIN
    assert max(map(len, text.splitlines())) <= 72


TWIN = """\
Ferns & friends
===============

What grows <here>

1. Untitled
   The Weekly Fern · 2026-11-23

To read
-------

2. Spores & how they travel
   The Weekly Fern · Ada Moss · 2026-11-23 · CC BY 4.0
   > Wind carries most of them.
   Two pages worth your evening.
   Read the second first.

   Then go out & look.
   [A fern leaf seen from below]
   https://fern.example/spore.jpg
   via Moss Post https://moss.example/9
   via Bo Lichen
   https://fern.example/spores?a=1&b=2

Cora Tor · 2026-11-23 · Aggregator
"""


def test_a_long_address_is_not_broken():
    """A line may be longer than 72 columns where an address is."""
    url = "https://fern.example/" + "a-b" * 60

    assert f"\n   {url}\n" in export("newsletter-text", CHANNEL, [replace(PLAIN, url=url)])


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_stays_under_its_number(attack):
    """In plain text no note looks like another item: all lines but the first are indented."""
    item = replace(hostile_pick(attack, link="https://h.example/"), section="Here")
    text = export("newsletter-text", Channel(title="T", updated=0), [item])
    lines = text.partition("Here\n----\n\n")[2].partition("\n\n1970-01-01")[0].split("\n")

    assert lines[0].startswith("1. ")
    assert all(line.startswith("   ") or not line for line in lines[1:])
    assert lines[-1] == "   https://h.example/"


@pytest.mark.parametrize("name", ["newsletter", "newsletter-text"])
def test_a_letter_about_nothing_says_so(name):
    """An empty selection is a letter, too."""
    channel = Channel(title="T", updated=0)

    assert "No entries." in export(name, channel, [])


def read(text):
    """The mail as the email package has it; fails on any defect."""
    mail = email.message_from_bytes(text.encode("ascii"), policy=policy.SMTP)
    for part in mail.walk():
        assert part.defects == []
    return mail


def test_a_mail_reads_back():
    """Headers and both alternatives come back from the email package as they were written."""
    channel = replace(CHANNEL, options=MAIL)
    mail = read(export("eml", channel, [PICK]))
    plain, rich = mail.iter_parts()

    assert mail.keys() == HEADERS
    assert mail["Subject"] == "Ferns, weekly"
    assert mail["From"] == "Cora Tor <cora@desk.example>"
    assert mail["To"] == "a@readers.example, Bo Lichen <bo@xn--bcher-kva.example>"
    assert mail["Date"].datetime.timestamp() == MAIL.sent_at
    assert mail["Message-ID"].endswith("@desk.example>")
    assert mail.get_content_type() == "multipart/alternative"
    assert export("newsletter-text", channel, [PICK]) == plain.get_content().replace("\r\n", "\n")
    assert export("newsletter", channel, [PICK]) == rich.get_content().replace("\r\n", "\n")


def test_a_mail_without_a_sender_is_a_draft():
    """Mail programs open it to be addressed and sent."""
    mail = read(export("eml", CHANNEL, [PLAIN]))

    assert mail["X-Unsent"] == "1"
    assert "From" not in mail
    assert mail["Subject"] == CHANNEL.title
    assert mail["Message-ID"].endswith("@aggregator.invalid>")


def test_a_mail_without_a_language_says_none():
    """A language that is not known is not guessed."""
    assert "Content-Language" not in read(export("eml", replace(CHANNEL, language=None), []))


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_adds_no_header_and_no_part(attack):
    """Subject, names, titles and notes end no header, begin no part and stay in their place."""
    options = replace(MAIL, subject=attack, sender=f"{safe.line(attack)[:60]} <cora@desk.example>")
    channel = replace(CHANNEL, title=attack, options=options)
    try:
        text = export("eml", channel, [hostile_pick(attack)])
    except UsageError:  # more than one address
        text = export("eml", replace(channel, options=MAIL), [hostile_pick(attack)])
    mail = email.message_from_bytes(text.encode("ascii"), policy=policy.SMTP)
    lines = text.encode().split(b"\r\n")

    assert mail.keys() == HEADERS
    assert [part.get_content_type() for part in mail.walk()] == [
        *("multipart/alternative", "text/plain", "text/html")
    ]
    assert max(map(len, lines)) <= 998
    assert [each.addr_spec for each in mail["From"].addresses] == ["cora@desk.example"]
    assert "\n" not in mail["Subject"]


@given(WORDS)
def test_any_subject_is_one_header(attack):
    """Whatever a subject says, the mail has its own headers and no more."""
    mail = letter(subject=safe.line(attack), text="t\n", html="<p>t", sent_at=0)

    assert (email.message_from_bytes(bytes(mail), policy=policy.SMTP).keys()) == [
        "Subject",
        "X-Unsent",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
    ]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("a@b.example", "a@b.example"),
        ("Ada Moss <ada@b.example>", "Ada Moss <ada@b.example>"),
        ('"Moss, Ada" <ada@b.example>', '"Moss, Ada" <ada@b.example>'),
        ("<a.b+c@localhost>", "a.b+c@localhost"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("=?utf-8?q?x?= <a@b.example>", "= ?utf-8?q?x?= <a@b.example>"),
    ],
)
def test_a_mailbox_is_read(written, read_as):
    """An address may have a name; its host is written in ASCII."""
    assert read_as == str(mailbox(written))


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "a",
            "a@",
            "@b.example",
            "a@b@c.example",
            "a b@c.example",
            "a@b.example, c@d.example",
        ),
        *("a@-b", "a..b@c.example", "ä@b.example", "a@b.example\nBcc: c@d.example", "a@[::1]"),
        *("A <a@b.example> <c@d.example>", "a@" + "b" * 80 + "ü.example"),
        *injections("headers"),
    ],
)
def test_what_is_no_mailbox_is_an_error(written):
    """Lists, line breaks and odd letters are refused, with the way to write it."""
    with pytest.raises(UsageError, match="no mail address") as caught:
        mailbox(written)

    assert "name@example.org" in caught.value.hint
