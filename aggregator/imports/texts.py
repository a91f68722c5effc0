"""Bytes of a file to text."""

from __future__ import annotations


def decoded(data: bytes) -> str:
    """Decode a file: UTF-8, UTF-16 with its mark, else what Windows took for text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
