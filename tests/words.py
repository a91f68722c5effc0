"""All words that the desk says to people, found in its source; `python -m tests.words` lists them.

They are the constants given to `_`, `gettext` and `ngettext` in templates and in Python, and to
`_` in scripts. It prints what a language lacks as the lines of a catalogue, to be filled in.
"""

import ast
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from aggregator.web.tongues import LANGUAGES, said_by_scripts, tongue

WEB = Path(__file__).resolve().parents[1] / "aggregator" / "web"
SAYS = {"_", "gettext", "ngettext"}


def said():
    """The messages: those of one form as text, those that count as pairs."""
    found = {*said_by_scripts(), *in_templates(), *in_python()}
    return sorted(found, key=place)


def place(message):
    """Where a message stands in a catalogue."""
    text = message if isinstance(message, str) else message[0]
    return text.casefold(), text


def in_templates():
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    for path in sorted(WEB.rglob("*.html")):
        tree = environment.parse(path.read_text("utf-8"))
        for _line, _name, words in extract_from_ast(tree, SAYS):
            yield from messages([words] if isinstance(words, str) else words or ())


def in_python():
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name(node.func) in SAYS:
                yield from messages([getattr(each, "value", None) for each in node.args])
            yield from refusals(node)


def refusals(node):
    """What pages say that have nothing to show: templates translate it."""
    given = []
    if isinstance(node, ast.Call):
        given = [each.value for each in node.keywords if each.arg == "what"]
        given += node.args[2:3] if name(node.func) == "missing" else []
    elif isinstance(node, ast.Assign) and name(node.targets[0]) in {"what", "MISSING"}:
        given = [node.value]
    for each in given:
        if isinstance(getattr(each, "value", None), str) and each.value.endswith("."):
            yield each.value


def errors(*rooms):
    """What the UsageErrors of some rooms say, an x for whatever is filled in."""
    files = [path for room in rooms for path in sorted((WEB.parent).glob(f"{room}*"))]
    sources = [each for path in files for each in (path.rglob("*.py") if path.is_dir() else [path])]
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and name(node.func) == "UsageError" and node.args:
                parts = getattr(node.args[0], "values", [node.args[0]])
                yield "".join(
                    getattr(each, "value", "") if isinstance(each, ast.Constant) else "x"
                    for each in parts
                )


def name(function):
    return getattr(function, "id", getattr(function, "attr", ""))


def messages(words):
    """A call's message: two texts are one that counts."""
    texts = [each for each in words[:2] if isinstance(each, str)]
    if len(texts) == 2:
        yield tuple(texts)
    elif texts:
        yield texts[0]


def missing(language):
    """What a catalogue has not, or not in as many forms as it takes."""
    known = tongue(language).messages
    return [
        each
        for each in said()
        if len(known.get(each if isinstance(each, str) else each[0], ()))
        != (1 if isinstance(each, str) else 2)
    ]


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def lines(language):
    """What a catalogue lacks, as its lines."""
    for each in missing(language):
        one, *many = [each] if isinstance(each, str) else each
        yield f"# {language}\nmsgid {quoted(one)}"
        yield from (
            f'msgid_plural {quoted(plural)}\nmsgstr[0] ""\nmsgstr[1] ""\n' for plural in many
        )
        if not many:
            yield 'msgstr ""\n'


if __name__ == "__main__":
    for language in LANGUAGES:
        print(*(lines(language) if language != "en" else ()), sep="\n")  # noqa: T201 - what it is for
