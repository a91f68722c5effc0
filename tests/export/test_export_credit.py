"""Licences, photographers' credit, thanks and UTM parameters, in every format that shows them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from export_data import CHANNEL, PICK, PLAIN, bare

from aggregator.errors import UsageError
from aggregator.export import FORMATS, ExportOptions, export
from aggregator.export.words import rights

OF_ITEMS = [each.name for each in FORMATS if each.name != "opml"]
SHOWN = [each.name for each in FORMATS if each.shown]
UTM = ExportOptions(utm="utm_source={network}&utm_campaign={list}&utm_content={section}")


def flat(name, items, channel=CHANNEL):
    """The export, its folded lines unfolded and its entities as they read."""
    text = export(name, channel, items).replace("\r\n ", "").replace("=\r\n", "")
    return text.replace("=3D", "=").replace("&amp;", "&")


@pytest.mark.parametrize(
    ("changes", "printed"),
    [
        ({"rights": "CC BY 4.0"}, "CC BY 4.0"),
        ({"rights": "https://creativecommons.org/licenses/by-sa/4.0/deed.de"}, "CC BY-SA 4.0"),
        ({"rights": "© 2026 Ada"}, "© 2026 Ada"),
        ({"rights": "x " * 80}, "x " * 80),
        ({"rights": None}, ""),
        (
            {"rights": None, "url": "https://www.pexels.com/photo/1/"},
            "Photo by Ada Moss on Pexels",
        ),
        (
            {"rights": None, "image": "https://cdn.pixabay.com/photo/1.jpg"},
            "Image by Ada Moss from Pixabay",
        ),
    ],
)
def test_rights_are_printed_as_people_read_them(changes, printed):
    """A licence has its name, a photograph its photographer, other rights stay as they are."""
    assert printed == rights(replace(PICK, **changes))


@pytest.mark.parametrize("name", [name for name in OF_ITEMS if name not in {"json", "ndjson"}])
def test_a_photographers_credit_is_in_every_format(name):
    """What Pexels asks for is printed wherever the picture is named."""
    photo = replace(PICK, rights=None, url="https://www.pexels.com/photo/1/")

    assert "Photo by Ada Moss on Pexels" in " ".join(flat(name, [photo]).split())


@pytest.mark.parametrize("name", OF_ITEMS)
def test_whom_to_thank_is_in_every_format(name):
    """Via has its name and its address in each."""
    text = flat(name, [PICK])

    assert "Moss Post" in text
    assert "https://moss.example/9" in text


@pytest.mark.parametrize("name", OF_ITEMS)
def test_the_curators_note_is_in_every_format(name):
    """A note travels with its item, wherever that goes."""
    assert "Two pages worth your evening." in flat(name, [PICK])


@pytest.mark.parametrize("name", SHOWN)
def test_shown_links_have_utm_parameters_when_wished_for(name):
    """Only the link to the entry is marked; source, thanks and pictures stay as they are."""
    text = flat(name, [PICK], replace(CHANNEL, options=UTM))
    marked = f"utm_source={name}&utm_campaign=Ferns%20%26%20friends&utm_content=To%20read"

    assert f"https://fern.example/spores?a=1&b=2&{marked}" in text
    assert not re.search(r"moss\.example/9\?|spore\.jpg\?|fern\.example/\?utm", text)


@pytest.mark.parametrize("name", [each.name for each in FORMATS])
def test_nothing_is_marked_unasked(name):
    """Without a template there is no parameter, and data formats never have one."""
    marked = export(name, replace(CHANNEL, options=UTM), [PICK])

    assert "utm_" not in export(name, CHANNEL, [PICK])
    assert name in SHOWN or "utm_" not in marked


def test_an_items_identity_is_the_same_with_utm():
    """Readers of a feed see no new entries because links are marked."""
    for item in (PICK, replace(PICK, guid="", source_url=None)):
        plain, marked = (
            re.findall("urn:uuid:[0-9a-f-]+", export("rss", channel, [item]))
            for channel in (CHANNEL, replace(CHANNEL, options=UTM))
        )

        assert plain == marked


def test_an_item_without_a_link_is_left_as_it_is():
    """There is nothing to mark."""
    assert "utm_" not in export("html", replace(CHANNEL, options=UTM), [bare()])


@pytest.mark.parametrize("template", ["utm_source", "utm_source={nobody}", "{list}"])
def test_what_is_no_utm_template_is_an_error(template):
    """A template that can't be read is told, not written."""
    with pytest.raises(UsageError):
        export("html", replace(CHANNEL, options=ExportOptions(utm=template)), [PLAIN])


@pytest.mark.parametrize("name", SHOWN)
def test_a_hostile_title_stays_in_its_parameter(name):
    """The title of a list is encoded: it adds no parameter and no markup."""
    channel = replace(CHANNEL, title='"><script>&x=1#', options=UTM)

    assert "utm_campaign=%22%3E%3Cscript%3E%26x%3D1%23" in flat(name, [PICK], channel)
