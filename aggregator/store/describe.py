"""What every table, view and column means: the comments of the DDL, read back as data."""

from __future__ import annotations

import re

from aggregator.store.schema import STEPS

Descriptions = dict[str, tuple[str, dict[str, str]]]

_OPENS = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+)\b.*? -- (.+)")
_COLUMN = re.compile(r"(?:.* AS )?(\w+)[ ,].*?-- (.+)")
_LAST_LINE_OF_COLUMN = re.compile(r"\s*\) (?:VIRTUAL|AS (?P<name>\w+)),? -- (?P<text>.+)")


def described(ddl: str) -> Descriptions:
    """Return the comments of DDL: table or view → what it is, and column → what it holds.

    A comment belongs to the column that its line begins, or ends with `AS name`; for a column
    of several lines the comment is on the last.
    """
    found: Descriptions = {}
    columns: dict[str, str] = {}
    pending = ""
    for line in ddl.splitlines():
        text = line.strip()
        if opens := _OPENS.match(text):
            columns = {}
            found[opens[1]] = (opens[2], columns)
        elif closes := _LAST_LINE_OF_COLUMN.match(text):
            columns[closes["name"] or pending] = closes["text"]
        elif column := _COLUMN.match(text):
            columns[column[1]] = column[2]
        elif text.endswith("("):
            pending = text.split()[0]
    return found


DESCRIPTIONS: Descriptions = described("\n".join(ddl for _name, ddl in STEPS))
