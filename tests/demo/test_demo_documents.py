"""The sample web's documents, pictures and sounds."""

import io
import json
import re
import struct
import wave
import zlib
from collections import Counter
from html import unescape
from pathlib import Path

import feedparser
import pytest

import aggregator.demo
from aggregator.demo.art import MOTIFS, picture
from aggregator.demo.shapes import expand
from aggregator.demo.sites import feed_path, shapes, sites
from aggregator.demo.sound import RATE, tune
from aggregator.demo.web import answer
from aggregator.demo.world import FIRST_DAY, moment, newest, shown

NOW = 1_795_000_000
BASE = "http://127.0.0.1:8011"
CATEGORIES = [
    "professional",
    "social",
    "blogs",
    "microblogs",
    "wikis",
    "forums",
    "messaging",
    "video",
    "photo",
    "music",
    "curation",
    "gaming",
]
WELL = [site for site in sites().values() if site.status == 200]
HANDMADE = [site for site in WELL if site.shape == "byhand"]


def feed_of(site, now=NOW):
    return answer(feed_path(site), base=BASE, now=now).body


def entries_of(site, now=NOW):
    body = feed_of(site, now)
    if shapes()[site.shape].template == "jsonfeed":
        return json.loads(body)["items"]
    return feedparser.parse(io.BytesIO(body)).entries


def links_of(site, now=NOW):
    return [
        each.get("external_url") or each.get("link") or each["url"]
        for each in entries_of(site, now)
    ]


@pytest.mark.parametrize("site", WELL, ids=lambda site: site.slug)
def test_every_feed_has_an_entry_for_each_text(site):
    """A feed shows each text of its site once, with a link and a date."""
    entries = entries_of(site)

    assert 8 <= len(site.patterns) <= 25
    assert len(site.patterns) == len(entries)
    assert all(e.get("published") or e.get("updated") or e.get("date_published") for e in entries)
    assert len(entries) == len(set(links_of(site)))


def test_one_feed_is_malformed_and_readable():
    """Exactly one feed breaks the rules of XML, and feedparser reads it all the same."""
    broken = [
        site.slug
        for site in WELL
        if shapes()[site.shape].template != "jsonfeed"
        and feedparser.parse(io.BytesIO(feed_of(site))).bozo
    ]

    assert [site.slug for site in HANDMADE] == broken
    assert len(broken) == 1


def test_one_feed_fails():
    """Exactly one feed answers 503."""
    answers = [answer(feed_path(site), base=BASE, now=NOW).status for site in sites().values()]

    assert {200: len(answers) - 1, 503: 1} == Counter(answers)


def test_every_category_has_sources():
    """All twelve categories are there, in the usual order, with two working sources or more."""
    count = Counter(site.category for site in WELL)

    assert list(count) == CATEGORIES
    assert min(count.values()) >= 2


def test_several_scripts_and_directions():
    """Some sites write in other languages, one from right to left, one in Chinese characters."""
    languages = {site.language for site in sites().values()}
    page = answer("/rooftop-garden-ar/", base=BASE, now=NOW).body.decode()

    assert {"en", "de", "fr", "es", "pt", "ja", "ar"} == languages
    assert '<html lang="ar" dir="rtl">' in page


@pytest.mark.parametrize("site", WELL, ids=lambda site: site.slug)
def test_links_lead_somewhere(site):
    """Every address in a feed on the sample web has an answer: links, comments, media, guids."""
    # Twice: HTML inside XML; the backslash is JSON's.
    text = unescape(unescape(feed_of(site).decode())).replace('\\"', '"')
    addresses = set(re.findall(rf"""{BASE}/[^"'<>\]\s]*""", text))
    targets = {address.removeprefix(BASE) for address in addresses}
    missing = [t for t in targets if answer(t, base=BASE, now=NOW).status == 404]

    assert addresses
    assert missing == []


@pytest.mark.parametrize("site", WELL, ids=lambda site: site.slug)
def test_pages_link_within_the_web(site):
    """Everything that a home page and an entry's page point at exists."""
    pages = [f"/{site.slug}/", *(each.page for each in shown(site, NOW)[:3])]
    html = "".join(answer(page, base=BASE, now=NOW).body.decode() for page in pages)
    targets = {t.replace("&amp;", "&") for t in re.findall(r'(?:href|src)="([^"]+)"', html)}
    missing = [t for t in targets if answer(t, base=BASE, now=NOW).status == 404]

    assert feed_path(site) in targets
    assert missing == []


def test_front_page_lists_all_sites():
    """The front page links to every site."""
    page = answer("/", base=BASE, now=NOW).body.decode()

    assert all(f'href="/{slug}/"' in page for slug in sites())


@pytest.mark.parametrize(
    "target", ["/nobody/", "/slow-relay/nothing", "/slow-relay/media/icon.wav", "/slow-relay"]
)
def test_what_is_not_there(target):
    """An address without a page is answered with 404."""
    assert answer(target, base=BASE, now=NOW).status == 404


def test_same_clock_same_web():
    """Nothing but the clock decides what the sample web says."""
    first = [feed_of(site) for site in WELL]
    answer.__globals__["_feed"].cache_clear()

    assert first == [feed_of(site) for site in WELL]


def test_an_hour_later_old_entries_are_the_same():
    """Later there are new entries; those already seen keep guid, date and text."""
    site = sites()["tinker"]
    before, after = shown(site, NOW), shown(site, NOW + 86_400)

    assert after[0].time > before[0].time
    assert set(before) & set(after) == {each for each in after if each.time <= before[0].time}


@pytest.mark.parametrize("site", WELL, ids=lambda site: site.slug)
def test_newest_is_not_of_the_future(site):
    """The newest entry is the last one whose time has come."""
    for now in range(FIRST_DAY + 90 * 86_400, FIRST_DAY + 91 * 86_400, 5000):
        number = newest(site, now)

        assert moment(site, number) <= now < moment(site, number + 1)


def test_entries_spread_over_days_and_hours():
    """The web has entries of the last hours and of the last ten days."""
    ages = [(NOW - each.time) / 3600 for site in WELL for each in shown(site, NOW)]

    assert len([age for age in ages if age < 6]) >= 8
    assert len([age for age in ages if 24 < age < 240]) >= 150


def test_some_stories_have_several_sources():
    """Some links are reported by more than one source."""
    links = Counter(link for site in WELL for link in set(links_of(site)))

    assert len([link for link, times in links.items() if times >= 2]) >= 10
    assert max(links.values()) >= 3


def test_guids_do_not_name_the_server():
    """Guids stay the same when the sample web listens elsewhere."""
    pieces = [each for site in WELL for each in shown(site, NOW)]
    guids = [each.guid for each in pieces if each.guid]

    assert len(guids) == len(set(guids))
    assert not [guid for guid in guids if "127.0.0.1" in guid]


@pytest.mark.parametrize("motif", MOTIFS)
def test_pictures_are_png(motif):
    """A picture has PNG's chunks, right checksums, and exactly as many pixels as its header says."""
    file = picture(7, hue=200, motif=motif, size=(160, 90))
    chunks, rest = {}, file[8:]
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        name, body, check = rest[4:8], rest[8 : 8 + length], rest[8 + length : 12 + length]
        assert struct.pack(">I", zlib.crc32(name + body)) == check
        chunks[name], rest = body, rest[12 + length :]

    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">II", chunks[b"IHDR"][:8]) == (160, 90)
    assert len(zlib.decompress(chunks[b"IDAT"])) == 90 * (1 + 160 * 3)


def test_each_entry_has_its_own_picture():
    """No two pictures of a site are the same, and asking again gives the same one."""
    media = [each.image for each in shown(sites()["ines-morrow"], NOW)]
    files = [answer(path, base=BASE, now=NOW).body for path in media]

    assert len(media) == len(set(files))
    assert files[0] == answer(media[0], base=BASE, now=NOW).body


def test_podcasts_have_something_to_play():
    """A podcast's enclosure is a WAV file of the length that the feed names."""
    [enclosure] = entries_of(sites()["patch-bay"])[0].enclosures
    found = answer(enclosure.href.removeprefix(BASE), base=BASE, now=NOW)
    with wave.open(io.BytesIO(found.body)) as sound:
        length = sound.getnframes()

    assert ("audio/wav", int(enclosure.length)) == (found.media_type, len(found.body))
    assert (sound.getframerate(), sound.getnchannels()) == (RATE, 1)
    assert length > RATE


def test_tunes_differ():
    """Another seed gives another tune."""
    assert tune(1) != tune(2)


def test_template_rules():
    """A line with $tag is repeated for each tag; a line with an empty placeholder is left out."""
    text = "a $x\nb $tag\nc $y\nd\n"

    assert expand(text, {"x": "1", "y": ""}, ["p&q", "r"]) == "a 1\nb p&amp;q\nb r\nd\n"
    assert expand(text, {"x": "1", "y": ""}) == "a 1\nd\n"


def test_every_file_of_data_is_used():
    """No template lies about unused, none is missing."""
    folder = Path(aggregator.demo.__file__).parent / "data"
    used = {shapes()[site.shape] for site in sites().values()}

    assert {file.name for file in (folder / "shapes").iterdir()} | {"jsonfeed"} == {
        shape.template for shape in used
    }
    assert {file.stem for file in (folder / "bodies").iterdir()} == {shape.body for shape in used}
    assert set(shapes()) == {site.shape for site in sites().values()}
