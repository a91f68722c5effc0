"""What is secret in the environment is written and shown nowhere."""

import json
import os
from hashlib import md5
from pathlib import Path
from urllib.parse import unquote

import pytest

from aggregator.config import parse_config
from aggregator.export import FORMATS
from tests.desk import ask_all
from tests.loopback import Answer, rss
from tests.mailbox import free_port

SECRETS = {
    "PATH_TOKEN": "path-secret/0123456789",
    "QUERY_TOKEN": "query secret+0123456789",
    "HEADER_TOKEN": "header-secret-0123456789",
    "HUB_KEY": "hub-secret-0123456789",
    "API_KEY": "api-secret-0123456789",
    "MAIL_PASSWORD": "mail-secret-0123456789",
    "DESK_HASH": "pbkdf2_sha256$480000$desk-secret-0123456789",
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
        [mail]
        host = "127.0.0.1"
        port = {free_port()}
        security = "none"
        from = "ana@moss.example"
        user = "ana"
        password = "${{MAIL_PASSWORD}}"
        [desk]
        password = "${{DESK_HASH}}"
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
            ("status", "--json"),
            ("doctor",),
            ("doctor", "--json"),
            ("config",),
            ("rules", "ls"),
            ("show", "--latest", "3"),
            ("show", "--latest", "3", "--json"),
            ("stories", "--json"),
            ("digest", "--format", "eml"),
            ("digest", "--mail-to", "bo@moss.example"),
            ("exports", "ls", "--json"),
            ("platforms",),
            ("edit", "1", "--title", "New"),
            ("backup", "desk.db.backup"),
            *(("export", "--format", each.name) for each in FORMATS),
            ("export", "--format", "opml", "--with-secrets"),
        )
    ]
    shown = "".join(result.output for result in outputs).encode()
    files = [path for path in tmp_path.iterdir() if path.name.startswith("desk.db")]
    kept = b"".join(path.read_bytes() for path in files)
    asked = str(web.requests)

    failed = [result.output for result in outputs if result.exit_code]
    assert [output.split(",")[0] for output in failed] == ["Error: 127.0.0.1"]  # nobody takes mail
    assert "5 new" in outputs[0].stderr
    assert b"Alpha" in kept
    assert b"hidden" in kept
    assert all(needle in asked for needle in (CODE, *QUOTED.values(), SECRETS["HEADER_TOKEN"]))
    assert [needle for needle in NEEDLES if needle.encode() in shown] == []
    assert [needle for needle in NEEDLES if needle.encode() in kept] == []
    assert b"literal-0123456789" not in kept


ADDRESSES = (
    *("/", "/-/health", "/-/fetches", "/-/sources", "/-/sources.opml", "/-/stats", "/stories"),
    *(f"/-/sources/{number}" for number in range(1, 8)),
    *(f"/-/feed/all.{end}" for end in ("atom", "rss", "json", "opml")),
    *(
        f"/desk/{table}{end}"
        for table in ("feeds", "feed_health", "fetches", "hosts", "entries")
        for end in (".json", "")
    ),
    *("/-/config.json", "/-/settings.json", "/-/plugins.json", "/-/databases.json"),
)


def test_secrets_are_on_no_page(desk):
    """What the desk shows of health, sources, log and configuration has none, not for its owner."""
    desk("--db", "desk.db", "fetch", "--force")
    config = parse_config(Path("feeds.toml").read_text("utf-8"), environ=dict(SECRETS))
    others = ask_all("desk.db", ADDRESSES, config)
    owners = ask_all("desk.db", ADDRESSES, config, actor={"id": "root"})
    shown = "".join(each.text for each in (*others, *owners))

    assert {each.status_code for each in others} == {200, 403}
    assert {each.status_code for each in owners} == {200}
    assert [needle for needle in (*NEEDLES, "literal-0123456789") if needle in shown] == []


@pytest.fixture
def kept(aggregate, web):
    """A feed with a token that is in secrets.env alone, readable by its owner."""
    web.serve("/feed?token=from-a-file-0123", lambda _headers: Answer(200, rss(("a", "Alpha"))))
    Path("feeds.toml").write_text(
        f'[network]\nallow = ["127.0.0.1"]\n[[feeds]]\nurl = "{web.url}/feed?token=${{FROM_FILE}}"\n'
    )
    file = Path("secrets.env")
    file.write_text("# Mine\n\nexport OTHER='x y'\nFROM_FILE=\"from-a-file-0123\"\n")
    file.chmod(0o600)
    yield lambda: aggregate("--db", "desk.db", "fetch", "--json")
    for name in ("FROM_FILE", "OTHER"):
        os.environ.pop(name, None)


def test_secrets_may_be_in_a_file(kept):
    """What feeds.toml names is taken from it, and shown as little as from the environment."""
    result = kept()

    assert (result.exit_code, json.loads(result.stdout)["new"]) == (0, 1)
    assert "from-a-file-0123" not in result.output
    assert os.environ["OTHER"] == "x y"


def test_the_environment_goes_before_the_file(kept, monkeypatch):
    """A variable that is set stays what it is."""
    monkeypatch.setenv("OTHER", "mine")
    kept()

    assert os.environ["OTHER"] == "mine"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o777])
def test_a_file_of_secrets_that_others_may_read_is_refused(kept, web, mode):
    """The command says how it is closed, ends with 2 and asks nobody for anything."""
    Path("secrets.env").chmod(mode)
    result = kept()

    assert result.exit_code == 2
    assert "Hint: chmod 600" in result.stderr
    assert web.requests == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_secrets_of_somebody_else_is_refused(kept):
    """Who can write it could have us send requests in the name of others."""
    os.chown("secrets.env", 65534, -1)
    result = kept()

    assert result.exit_code == 2
    assert "belongs to somebody else" in result.stderr


@pytest.mark.parametrize("text", [b"TOP SECRET\n", b"\xff\xfe", b"a-b=c", b"=x"])
def test_a_file_of_secrets_that_is_none_says_where(kept, text):
    """Its line is named, and not repeated."""
    Path("secrets.env").write_bytes(b"# One\n" + text)
    result = kept()

    assert result.exit_code == 2
    assert "line 2" in result.stderr or "UTF-8" in result.stderr
    assert "TOP SECRET" not in result.output
