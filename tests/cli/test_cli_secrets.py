"""What is secret in the environment is written and shown nowhere."""

import json
from hashlib import md5
from pathlib import Path
from urllib.parse import unquote

import pytest

from aggregator.export import FORMATS
from tests.loopback import Answer, rss

SECRETS = {
    "PATH_TOKEN": "path-secret/0123456789",
    "QUERY_TOKEN": "query secret+0123456789",
    "HEADER_TOKEN": "header-secret-0123456789",
    "HUB_KEY": "hub-secret-0123456789",
    "API_KEY": "api-secret-0123456789",
}
QUOTED = {"PATH_TOKEN": "path-secret%2F0123456789", "QUERY_TOKEN": "query%20secret%2B0123456789"}
CODE = md5(f"/a/b{SECRETS['HUB_KEY']}".encode()).hexdigest()
NEEDLES = sorted({*SECRETS.values(), *QUOTED.values(), CODE})


def answering(body, media_type, echo):
    """An answer that repeats all that it was asked with: in headers, link to itself, and text."""

    def answer(headers):
        said = json.dumps(headers)[1:-1].replace('"', "'")
        document = body.replace(b"ECHO", f"{echo} {unquote(echo)} {said}".encode())
        return Answer(200, document, {"Content-Type": media_type, "ETag": f'"{echo}"'})

    return answer


@pytest.fixture
def desk(aggregate, web, monkeypatch):
    """A desk that follows a source of every kind that has a secret, from servers that tell."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    document = rss(("a", "Alpha ECHO", "<p>ECHO <a href='#top'>x</a></p>"), title="ECHO")
    api = json.dumps({"data": [{"id": 1, "title": "ECHO", "url": "?next"}]}).encode()
    paths = {
        f"/{QUOTED['PATH_TOKEN']}/feed": document,
        f"/feed?token={QUOTED['QUERY_TOKEN']}": document,
        "/headers": document,
        f"/a/b?code={CODE}": document,
        f"/api/x?k={SECRETS['API_KEY']}": api,
    }
    for path, body in paths.items():
        kind = "application/json" if body is api else "application/rss+xml"
        web.serve(path, answering(body, kind, web.url + path))
    web.serve("/moved", Answer(301, headers={"Location": f"/broken?code={CODE}"}))
    web.serve(f"/broken?code={CODE}", Answer(500))
    feeds = (
        f"{web.url}/${{PATH_TOKEN}}/feed",
        f"{web.url}/feed?token=${{QUERY_TOKEN}}",
        "rsshub:/a/b",
        f"{web.url}/api/x",
        f"{web.url}/missing/${{PATH_TOKEN}}",
        f"{web.url}/moved?${{HUB_KEY}}",
    )
    tables = "".join(f'[[feeds]]\nurl = "{url}"\n' for url in feeds)
    Path("feeds.toml").write_text(f"""
        {tables}
        [[feeds]]
        url = "{web.url}/headers"
        headers = {{ Authorization = "Bearer ${{HEADER_TOKEN}}", X-Api-Key = "literal-0123456789" }}
        [bridges]
        rsshub = "{web.url}"
        rsshub_key = "${{HUB_KEY}}"
        [[json]]
        endpoint = "127.0.0.1:[0-9]+/api"
        list = "data[]"
        title = "title"
        url = "url"
        query = {{ k = "${{API_KEY}}" }}
        [hosts."127.0.0.1"]
        headers = {{ X-Host = "${{API_KEY}}" }}
        [network]
        allow = ["127.0.0.0/8"]
    """)
    return aggregate


def test_secrets_reach_nothing_that_is_kept_or_shown(desk, web, tmp_path):
    """Not the database, what is printed, NDJSON or any export; though servers repeat them."""
    outputs = [
        desk("-v", "--db", "desk.db", *command)
        for command in (
            ("fetch", "--json"),
            ("fetch", "--force"),
            ("ls", "--json"),
            ("ls",),
            ("status",),
            ("config", "--json"),
            ("search", "alpha"),
            *(("export", "--format", each.name) for each in FORMATS),
            ("export", "--format", "opml", "--with-secrets"),
        )
    ]
    shown = "".join(result.output for result in outputs).encode()
    files = [path for path in tmp_path.iterdir() if path.name.startswith("desk.db")]
    kept = b"".join(path.read_bytes() for path in files)
    asked = str(web.requests)

    assert [result.output for result in outputs if result.exit_code] == []
    assert "5 new" in outputs[0].stderr
    assert b"Alpha" in kept
    assert b"hidden" in kept
    assert all(needle in asked for needle in (CODE, *QUOTED.values(), SECRETS["HEADER_TOKEN"]))
    assert [needle for needle in NEEDLES if needle.encode() in shown] == []
    assert [needle for needle in NEEDLES if needle.encode() in kept] == []
    assert b"literal-0123456789" not in kept
