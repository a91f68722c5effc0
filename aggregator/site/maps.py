"""What a site tells search engines: sitemap.xml and robots.txt (sitemaps.org, RFC 9309)."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

MOST = 50_000
"""A sitemap may name so many pages."""


def sitemap(pages: Iterable[tuple[str, str]]) -> str:
    """Return the sitemap of pages with their addresses and the times of their last change."""
    rows = "".join(
        f"<url><loc>{escape(address)}</loc><lastmod>{changed}</lastmod></url>\n"
        for address, changed in list(pages)[:MOST]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def robots(base_url: str | None) -> str:
    """Return who may read the site: all; and where its sitemap is."""
    where = f"Sitemap: {base_url}sitemap.xml\n" if base_url else ""
    return f"User-agent: *\nAllow: /\n{where}"
