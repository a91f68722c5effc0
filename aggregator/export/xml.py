"""Small helpers around xml.etree: namespaces, leaves that may be absent, the document's text."""

from __future__ import annotations

from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_PREFIXES = (("atom", ATOM), ("content", CONTENT), ("dc", DC), ("media", MEDIA))

for _prefix, _namespace in _PREFIXES:
    ET.register_namespace(_prefix, _namespace[1:-1])


def leaf(parent: ET.Element, tag: str, words: str | None = None, **attributes: object) -> None:
    """Adds a leaf with those attributes that are not None; nothing at all when all is None."""
    given = {name: str(value) for name, value in attributes.items() if value is not None}
    if words is not None or given:
        ET.SubElement(parent, tag, given).text = words


def document(root: ET.Element) -> str:
    """Returns the tree as a document. Its declared encoding is UTF-8: write it so."""
    ET.indent(root)
    words = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{words}\n'
