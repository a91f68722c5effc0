"""What a first visit weighs on the wire: page, scripts, style, fonts and icons."""

from __future__ import annotations

import gzip
import re

from benchmarks.asking import Client

SCRIPT = STYLE = 12  # KB
WHOLE = 150

_NAMED = re.compile(r'<(?:link|script)[^>]*? (?:href|src)="([^"?#]+[^"]*)"[^>]*>')
_LOADED = re.compile(r'rel="(?:preload|stylesheet|modulepreload|icon)"|<script')
_ICONS = re.compile(r'<use href="([^"#]+)#')
_PICTURES = re.compile(r"\.(?:woff2|png|jpe?g|webp)(?:\?|$)")


def weights(client: Client) -> int:
    """Ask for the first page and all it names, print their weights, return how many miss a bar.

    What is text is counted compressed, as it travels; pictures of entries are not counted.
    """
    client.get("/")
    page = client.body.decode()
    tags = [tag for tag in _NAMED.finditer(page) if _LOADED.search(tag[0])]
    paths = dict.fromkeys([tag[1] for tag in tags] + _ICONS.findall(page))
    sizes = {path: _size(client, path) for path in paths}
    script = sum(size for path, size in sizes.items() if ".js" in path) / 1024
    style = sum(size for path, size in sizes.items() if ".css" in path) / 1024
    whole = (len(gzip.compress(client_page(client))) + sum(sizes.values())) / 1024
    print(f"\nscript {script:.1f} KB (bar {SCRIPT}), style {style:.1f} KB (bar {STYLE}), ", end="")
    print(f"first page with fonts and icons {whole:.0f} KB (bar {WHOLE}), {len(sizes) + 1} files")
    return (script >= SCRIPT) + (style >= STYLE) + (whole >= WHOLE)


def client_page(client: Client) -> bytes:
    """Return the first page."""
    client.get("/")
    return client.body


def _size(client: Client, path: str) -> int:
    client.get(path)
    if client.status != 200:
        raise SystemExit(f"{path} was answered {client.status}.")
    return len(client.body if _PICTURES.search(path) else gzip.compress(client.body))
