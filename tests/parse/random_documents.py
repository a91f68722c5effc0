"""Random well-formed feeds, to compare ourselves with feedparser where nobody looked."""

from random import Random
from xml.sax.saxutils import escape

from aggregator.parse.fields import FIELDS

SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom",
    "x": "http://unknown.example/ns",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "l": "http://www.w3.org/1999/xlink",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "cc": "http://creativecommons.org/ns#license",
    "psc": "http://podlove.org/simple-chapters",
}
# Where these nest, feedparser raises or goes on for ever; media:description is ours (captions).
ODD = {"newlocation", "psc_chapter", "media_description"}
NAMES = [name.replace("_", ":", 1) for name in FIELDS if name not in ODD]
NAMES += ["comments", "ttl", "icon", "logo", "docs", "x:thing", "wfw:commentRss", "thumbnail"]
NAMES += ["foo", "p", "div", "a", "xhtml:div", "xhtml:p", "date", "itunes:duration"]
NAMES += ["atom:link", "atom:author", "title", "summary", "description", "link", "category"] * 2

TEXTS = [
    "", "text", " some text ", "<b>bold</b> & more", "http://e.example/a", "rel/b.html",
    "Joe <joe@e.example>", "joe@e.example (Joe)", "Mon, 02 Jan 2006 15:04:05 GMT",
    "2026-01-02T03:04:05Z", "AT&amp;T", "a,b, c", "cafÃ©", "smart \x93quote\x94", "12:30",
    "&#38;", "tag:x,2005:1", "été", "<p>x</p>", "http://[bad",
]  # fmt: skip
ATTRIBUTES = {
    "type": [
        "text",
        "html",
        "xhtml",
        "text/html",
        "text/plain",
        "application/xml",
        "image/png",
        "",
    ],
    "href": ["http://e.example/x", ""],
    "url": ["http://e.example/m.mp3"],
    "rel": ["self", "alternate", "enclosure", "Via"],
    "mode": ["escaped", "base64", "xml"],
    "term": ["t1", ""],
    "scheme": ["s"],
    "label": ["lab"],
    "isPermaLink": ["true", "false"],
    "xml:base": ["http://base.example/dir/", "sub/", "javascript:x"],
    "xml:lang": ["de", "en_US", ""],
    "rdf:about": ["http://about.example/1"],
    "domain": ["dom"],
    "text": ["itcat"],
    "width": ["100"],
    "version": ["2.0", "0.91"],
    "l:href": ["q"],
    "lastmod": ["2005-01-02"],
    "src": ["http://s.example/"],
    "x:y": ["1"],
}


def element(random, name, depth):
    """An element with random attributes, text and elements inside."""
    chosen = {
        key: random.choice(given) for key, given in ATTRIBUTES.items() if random.random() < 0.05
    }
    written = "".join(f' {key}="{escape(value)}"' for key, value in chosen.items())
    inside = ""
    for _ in range(random.choice([0, 0, 1, 2]) if depth < 4 else 0):
        inside += escape(random.choice(TEXTS))
        if random.random() < 0.35:
            inside += element(random, random.choice(NAMES), depth + 1)
    text = random.choice(TEXTS)
    inside += f"<![CDATA[{text}]]>" if random.random() < 0.3 else escape(text)
    return f"<{name}{written}>{inside}</{name}>"


def several(random, most):
    """A few random elements."""
    return "".join(element(random, random.choice(NAMES), 0) for _ in range(random.randint(0, most)))


def document(seed):
    """A random feed; the same for the same seed."""
    random = Random(seed)
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    head = several(random, 4)
    items = "".join(f"<item>{several(random, 8)}</item>" for _ in range(2))
    entries = items.replace("<item>", "<entry>").replace("</item>", "</entry>")
    shapes = [
        f'<rss version="2.0"{spaces}><channel>{head}{items}</channel></rss>',
        f'<rdf:RDF xmlns="http://purl.org/rss/1.0/"{spaces}><channel>{head}</channel>{items}</rdf:RDF>',
        f'<feed xmlns="http://www.w3.org/2005/Atom"{spaces}>{head}{entries}</feed>',
        f'<feed xmlns="http://purl.org/atom/ns#" version="0.3"{spaces}>{head}{entries}</feed>',
    ]
    return random.choice(shapes).encode()
