"""Namespaces → the prefixes under which `fields` knows them, as tolerant as feedparser.

Case does not matter in a namespace. An unknown namespace keeps the prefix that the document gave
it, so that Media RSS under a mistaken address, but called `media:`, is Media RSS all the same.
"""

from __future__ import annotations

_CORE = (
    "http://backend.userland.com/rss",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://example.com/newformat#",
    "http://example.com/necho",
    "http://purl.org/echo/",
    "uri/of/echo/namespace#",
    "http://purl.org/pie/",
    "http://purl.org/atom/ns#",
    "http://www.w3.org/2005/atom",
    "http://purl.org/rss/1.0/modules/rss091#",
)
"""The feed formats themselves: their elements have no prefix."""

_MODULES = {
    "http://webns.net/mvcb/": "admin",
    "http://purl.org/rss/1.0/modules/aggregation/": "ag",
    "http://purl.org/rss/1.0/modules/annotate/": "annotate",
    "http://media.tangent.org/rss/1.0/": "audio",
    "http://backend.userland.com/blogchannelmodule": "blogChannel",
    "http://creativecommons.org/ns#license": "cc",
    "http://web.resource.org/cc/": "cc",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativeCommons",
    "http://backend.userland.com/creativecommonsrssmodule": "creativeCommons",
    "http://purl.org/rss/1.0/modules/company": "co",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://my.theinfo.org/changed/1.0/rss/": "cp",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/email/": "email",
    "http://purl.org/rss/1.0/modules/event/": "ev",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://freshmeat.net/rss/fm/": "fm",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.georss.org/georss": "georss",
    "http://www.opengis.net/gml": "gml",
    "http://postneo.com/icbm/": "icbm",
    "http://purl.org/rss/1.0/modules/image/": "image",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/link/": "l",
    "http://search.yahoo.com/mrss": "media",
    "http://search.yahoo.com/mrss/": "media",
    "http://madskills.com/public/xml/rss/module/pingback/": "pingback",
    "http://prismstandard.org/namespaces/1.2/basic/": "prism",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "http://purl.org/rss/1.0/modules/reference/": "ref",
    "http://purl.org/rss/1.0/modules/richequiv/": "reqv",
    "http://purl.org/rss/1.0/modules/search/": "search",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://schemas.xmlsoap.org/soap/envelope/": "soap",
    "http://purl.org/rss/1.0/modules/servicestatus/": "ss",
    "http://hacks.benhammersley.com/rss/streaming/": "str",
    "http://purl.org/rss/1.0/modules/subscription/": "sub",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://schemas.pocketsoap.com/rss/mydescmodule/": "szf",
    "http://purl.org/rss/1.0/modules/taxonomy/": "taxo",
    "http://purl.org/rss/1.0/modules/threading/": "thr",
    "http://purl.org/rss/1.0/modules/textinput/": "ti",
    "http://madskills.com/public/xml/rss/module/trackback/": "trackback",
    "http://wellformedweb.org/commentapi/": "wfw",
    "http://purl.org/rss/1.0/modules/wiki/": "wiki",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/1999/xlink": "xlink",
    "http://www.w3.org/xml/1998/namespace": "xml",
    "http://podlove.org/simple-chapters": "psc",
}

PREFIXES: dict[str, str] = {"": ""} | dict.fromkeys(_CORE, "") | _MODULES
"""Lower-case namespace → standard prefix."""

_USERLAND = "backend.userland.com/rss"
_VERSIONS = {"http://purl.org/rss/1.0/": "rss10", "http://www.w3.org/2005/atom": "atom10"}


class Names:
    """The namespaces of one document; feedparser never forgets one, whatever its scope."""

    def __init__(self) -> None:
        self.version = ""
        self.standard: dict[str | None, str] = {}
        self.in_use: dict[str, str] = {}

    def declare(self, prefix: str | None, uri: str) -> bool:
        """Note a declaration; whether it changes what names mean."""
        prefix = prefix or None
        lower = uri.lower()
        if not self.version:
            self.version = _VERSIONS.get(lower, "")
            if prefix is None and lower == "http://my.netscape.com/rdf/simple/0.9/":
                self.version = "rss090"
        if _USERLAND in lower:
            uri = lower = "http://" + _USERLAND
        if lower not in PREFIXES:
            return self._use(prefix or "", uri)
        changed = self.standard.get(prefix) != PREFIXES[lower]
        self.standard[prefix] = PREFIXES[lower]
        return self._use(PREFIXES[lower], uri) or changed

    def _use(self, prefix: str, uri: str) -> bool:
        changed = self.in_use.get(prefix) != uri
        self.in_use[prefix] = uri
        return changed

    def resolve(self, raw: str) -> tuple[str, str, str, str | None]:
        """A name as expat writes it (`uri local prefix`) → prefix, standard prefix, name, uri.

        >>> names = Names()
        >>> names.declare("m", "http://search.yahoo.com/mrss/")
        True
        >>> names.resolve("http://search.yahoo.com/mrss/ Thumbnail m")
        ('media', 'media', 'thumbnail', 'http://search.yahoo.com/mrss/')
        """
        uri, local, *_ = raw.split(" ") if " " in raw else (None, raw)
        local = local.lower()
        prefix = ""
        if uri is not None:
            lower = uri.lower()
            if _USERLAND in lower:
                uri = lower = "http://" + _USERLAND
            prefix = PREFIXES.get(lower, "").lower() or self._given(uri)
        return prefix, self.standard.get(prefix, prefix), local, uri

    def _given(self, uri: str) -> str:
        """The first prefix that the document gave a namespace."""
        return next((name for name, used in self.in_use.items() if name and used == uri), "")
