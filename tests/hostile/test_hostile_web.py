"""The desk before strangers: what they may not learn, and what they can't make it do."""

import asyncio
import re
import sqlite3
import time
from urllib.parse import quote

import httpx
import pytest

from aggregator.store.open import WAIT_SECONDS
from aggregator.web.limits import LIMITS
from tests.desk import entry, fill, opened, source

OWNER = {"id": "root"}


class Desk:
    """A desk that is up, its file, and an event loop to ask it in."""

    def __init__(self, path, datasette, runner):
        self.path, self.datasette, self._run = path, datasette, runner.run

    def get(self, address, **options):
        return self._run(self.datasette.client.get(address, **options))

    def post(self, address, **options):
        return self._run(self.datasette.client.post(address, **options))

    def by_tls(self, address, **options):
        async def post():
            transport = httpx.ASGITransport(self.datasette.app())
            async with httpx.AsyncClient(transport=transport, base_url="https://x") as client:
                return await client.post(address, **options)

        return self._run(post())

    def of_database(self, work):
        return self._run(self.datasette.get_database("aggregator").execute_fn(work))


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A desk with an entry whose text is as slow to compare as can be; nobody here may change it."""
    path = tmp_path_factory.mktemp("hidden-place") / "aggregator.db"
    text = "a" * 300_000
    fill(path, {source(): [entry(1, title=text, text=text, html=f"<p>{text}</p>"), entry(2)]})
    with opened(path) as datasette, asyncio.Runner() as runner:
        datasette.root_enabled = True
        yield Desk(path, datasette, runner)


def pages_of_datasette(datasette):
    """An address for each of Datasette's own routes, as a page and as JSON."""
    names = {"database": "aggregator", "table": "entries", "pks": "1", "query": "x", "path": "x"}
    for pattern, _view in datasette._routes():
        text = pattern.pattern.strip("^$")
        if not text.startswith("/-/") and "(?P<database>" not in text:
            continue
        optional = "(\\.(?P<format>" in text
        text = text.partition("(\\.(?P<format>")[0]
        for name, value in names.items():
            start = text.find(f"(?P<{name}>")
            if start >= 0:
                text = text[:start] + value + text[text.index(")", start) + 1 :]
        plain = text.replace("\\", "")
        if "(" not in plain:
            yield from [plain, f"{plain}.json"] if optional else [plain]


def test_no_page_of_datasette_tells_strangers_of_the_machine(desk):
    """Of all its routes, none says where the file is, what is installed or what is configured."""
    asked = sorted(set(pages_of_datasette(desk.datasette)))
    answers = {address: desk.get(address) for address in asked}
    secrets = ("hidden-place", sqlite3.sqlite_version, "sql_time_limit_ms")
    told = [address for address, each in answers.items() for one in secrets if one in each.text]
    open_ = [address for address, each in answers.items() if each.status_code == 200]
    innards = [
        address for address in open_ if re.match("/-/(?!desk|s|feed|oembed|health)", address)
    ]

    assert len(asked) > 60
    assert told == []
    assert {each.status_code for each in answers.values()} <= {200, 302, 400, 403, 404, 405, 501}
    assert innards == [
        "/-/",
        "/-/.json",
        "/-/actor",
        "/-/actor.json",
        "/-/jump",
        "/-/jump.json",
        "/-/login",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "/-/databases.json",
        "/-/databases.json/",
        "/-//databases.json",
        "//-/databases.json",
        "/-/Databases.json",
        "/%2d/databases.json",
        "/-/databases%2ejson",
        "/-/databases~2Ejson",
        "/./-/databases.json",
        "/x/../-/databases.json",
        "/-/databases;.json",
        "/-/databases.json?_shape=array",
        "/-/databases.json%00",
        "/-%2Fdatabases.json",
        "/-/static/../databases.json",
    ],
)
def test_no_way_to_write_an_address_gets_past_the_gate(desk, address):
    """What tells of the machine is closed however it is spelt."""
    answer = desk.get(address)

    assert answer.status_code in {302, 403, 404}
    assert "hidden-place" not in answer.text


TRAVERSALS = (
    "/-/static/../../../../../../etc/passwd",
    "/-/static/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/-/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/-/static//etc/passwd",
    "/-/static/....//....//etc/passwd",
    "/-/static/..\\..\\..\\etc\\passwd",
    "/-/static/%00/etc/passwd",
    "/-/static-plugins/aggregator-desk/../routes.py",
    "/-/static-plugins/aggregator-desk/..%2froutes.py",
    "/-/static-plugins/aggregator-desk//etc/passwd",
    "/-/picture/1/..%2f..%2fetc%2fpasswd.webp",
    "/-/feed/..%2f..%2fetc%2fpasswd.atom",
    "/-/feed/list/..%2f..%2fx.atom",
    "/lists/..%2f..%2fetc%2fpasswd",
    "/e/..%2f..%2fetc%2fpasswd",
    "/aggregator.db",
    "/../aggregator.db",
    "/etc/passwd",
)


@pytest.mark.parametrize("address", TRAVERSALS)
@pytest.mark.parametrize("actor", [None, OWNER], ids=["stranger", "owner"])
def test_no_file_is_read_by_a_path(desk, address, actor):
    """Neither one of the system nor our own, nor the database, by anybody."""
    answer = desk.get(address, actor=actor)

    assert answer.status_code in {302, 400, 403, 404}
    assert "root:" not in answer.text
    assert "SQLite format" not in answer.text
    assert "import" not in answer.text.partition("<body")[0]


FILES = (
    "select readfile('/etc/passwd')",
    "attach '/etc/passwd' as x",
    "attach ':memory:' as x",
    "select load_extension('/tmp/x')",
    "select writefile('/tmp/x', 'y')",
    "pragma writable_schema = 1",
    "vacuum into '/tmp/x.db'",
)


@pytest.mark.parametrize("sql", FILES)
def test_not_even_the_owners_sql_opens_a_file(desk, sql):
    """Statements read tables; none reads, writes or loads anything else."""
    answer = desk.get(f"/aggregator/-/query.json?sql={quote(sql)}", actor=OWNER)

    assert answer.status_code in {400, 403}
    assert answer.json()["ok"] is False


COSTLY = {
    "many wildcards": "text__glob=" + quote("*a" * 40 + "*b"),
    "ranges": "text__glob=" + quote("*[a-z]" * 15 + "b"),
    "a long pattern": "text__glob=" + quote("*" + "a" * 2_000 + "b"),
    "a long word": "text__contains=" + "a" * 3_000 + "b",
    "a pattern beyond": "text__contains=" + "a" * 20_000 + "b",
    "an ending": "text__endswith=" + "a" * 3_000,
    "a thousand filters": "&".join(f"text__contains=a{n}" for n in range(1_000)),
    "facets": "_facet=COLUMN&_facet_size=max",
    "all at once": "_size=max",
    "more than all": "_size=1000000000",
    "a stream": "_stream=on&_size=max",
    "a nested search": "_searchmode=raw&_search=" + quote("(" * 1_500 + "a" + ")" * 1_500),
    "a search of everything": "_searchmode=raw&_search="
    + quote(" OR ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz" * 10)),
}


@pytest.mark.parametrize("asked", COSTLY)
@pytest.mark.parametrize("table", ["entries", "entry_content"])
def test_a_stranger_s_question_costs_little(desk, asked, table):
    """It is answered, refused or given up within a second or two, and with no more than rows."""
    began = time.monotonic()
    column = {"entries": "title", "entry_content": "text"}[table]
    query = COSTLY[asked].replace("COLUMN", column).replace("text__", f"{column}__")
    answer = desk.get(f"/aggregator/{table}.json?{query}")

    assert answer.status_code in {200, 400, 414}
    assert time.monotonic() - began < 5
    assert len(answer.text) < 5_000_000


def test_a_comparison_ends_in_time(desk):
    """SQLite can't be stopped within a step, so patterns are too short to make one long."""
    limits = desk.of_database(lambda conn: {limit: conn.getlimit(limit) for limit in LIMITS})

    assert limits == LIMITS


def test_the_desk_waits_for_another_writer_as_long_as_a_command(desk):
    """A fetch that writes, or a backup, is no error of the desk's."""
    [(wait,)] = desk.of_database(lambda conn: conn.execute("PRAGMA busy_timeout").fetchall())

    assert wait == 1000 * WAIT_SECONDS


@pytest.mark.parametrize("path", ["/", "/c/blogs", "/aggregator/entries.json", "/-/feed/all.atom"])
def test_a_stranger_s_address_is_not_too_long(desk, path):
    """Expressions of many thousand letters are for the owner alone."""
    long = f"{path}?q={'a' * 5_000}"

    assert desk.get(long).status_code == 414
    cookies = {"ds_actor": desk.datasette.sign({"a": OWNER}, "actor")}
    assert desk.get(long, cookies=cookies).status_code != 414


LARGE = (
    "/?before=99999999999999999999",
    "/?before=-1",
    "/?feed=99999999999999999999",
    "/?since=0001-01-01&until=9999-12-31",
    "/?q=%00%01%ff",
    "/?q=" + quote('"' * 199),
    "/?q=" + quote("NEAR(a b, 99999)"),
    "/?tag=" + quote("x" * 900),
    "/e/999999999999999999",
    "/s/999999999999999999",
    "/-/picture/999999999999999999/00000000000000000000.webp",
    "/-/feed/all.atom?limit=100000000",
    "/-/feed/search.json?q=" + quote("a " * 99),
    "/-/oembed?url=http://localhost/e/1&format=xml",
    "/-/oembed?url=" + quote("http://[::1"),
    "/share/e/999999999999999999",
    "/stories?q=" + quote("(" * 99),
    "/aggregator/entries/99999999999999999999",
    "/aggregator/entries.json?_next=" + "9" * 300,
)


def test_no_address_breaks_the_desk(desk):
    """Numbers beyond reason, broken text and odd expressions are answered, and never by an error."""
    answers = [desk.get(address) for address in LARGE]

    assert {each.status_code for each in answers} <= {200, 302, 304, 400, 404, 501}


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/%5cevil.example/",
    "/%2f%2fevil.example",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/x\r\nSet-Cookie: a=b",
    "///evil.example",
    "/./\\evil.example",
)


def leads_away(location):
    """Whether a browser leaves the desk: backslashes are slashes to it, tabs and breaks are none."""
    plain = location.strip(" \t\r\n").replace("\\", "/")
    for blank in "\t\r\n":
        plain = plain.replace(blank, "")
    return not plain.startswith("/") or plain.startswith("//")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_form_or_link_leads_elsewhere(desk, target):
    """Preferences, forms and the way in lead to our own pages, whatever they are told."""
    fields = {"next": target, "theme": "dark", "do": "read", "entry": "1"}
    away = quote(target, safe="")
    answers = [
        desk.post("/-/desk/prefs", data=fields, actor=OWNER),
        desk.post("/-/desk/entries", data=fields, actor=OWNER),
        desk.get(f"/-/desk/prefs?theme=dark&next={away}"),
        desk.get(f"/-/logout?next={away}"),
        desk.get(f"/-/login?next={away}"),
        desk.get(f"/%2f%2fevil.example/?next={away}"),
    ]
    locations = [each.headers["location"] for each in answers if "location" in each.headers]

    assert [each for each in locations if leads_away(each)] == []
    assert all("\n" not in each and "\r" not in each for each in locations)
    assert len(locations) >= 2


CROSS = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://evil.example", "Referer": "http://localhost/"},
)


@pytest.mark.parametrize("headers", CROSS)
@pytest.mark.parametrize("signed_in", [False, True], ids=["without cookies", "with cookies"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_form_of_another_site_is_refused(desk, headers, signed_in, accept):
    """With the owner's cookie and without, sent by a form or a script: nothing is written."""
    forms = {
        "/-/desk/lists/create": {"title": "Theirs"},
        "/-/desk/entries": {"do": "star", "entry": str(2)},
        "/-/desk/sources/add": {"url": "http://127.0.0.1/"},
        "/-/desk/prefs": {"theme": "dark"},
        "/-/desk/fetch": {},
    }
    cookies = {"ds_actor": desk.datasette.sign({"a": OWNER}, "actor")} if signed_in else {}
    answers = [
        desk.post(path, data=fields, headers={**headers, "Accept": accept}, cookies=cookies)
        for path, fields in forms.items()
    ]

    assert {each.status_code for each in answers} == {403}
    assert [each for each in answers if "set-cookie" in each.headers] == []
    with sqlite3.connect(desk.path) as conn:
        assert conn.execute("SELECT count(*) FROM lists").fetchone() == (0,)
        assert conn.execute("SELECT count(*) FROM stars WHERE entry_id = 2").fetchone() == (0,)
    conn.close()


def test_the_owners_cookie_is_for_our_pages_alone(desk):
    """It is not for scripts (HttpOnly) nor for forms of other sites (SameSite)."""
    token = desk.datasette._root_token
    said = desk.get(f"/-/auth-token?token={token}").headers["set-cookie"].lower()

    assert said.startswith("ds_actor=")
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "secure" not in said


def test_over_tls_the_cookies_stay_there(desk):
    """Where the desk is asked by https, as behind a proxy, its cookies are sent by that alone."""
    said = desk.by_tls("/-/desk/prefs", data={"theme": "dark"}).headers["set-cookie"].lower()

    assert said.startswith("theme=")
    assert "; secure" in said
    assert "samesite=lax" in said


FORGED = ("", "x", "null", '{"a":{"id":"root"}}', "eyJhIjp7ImlkIjoicm9vdCJ9fQ.x.y", "a" * 4_000)


@pytest.mark.parametrize("cookie", FORGED)
def test_a_forged_cookie_is_nobody(desk, cookie):
    """What we did not sign opens nothing and breaks nothing."""
    headers = {"Cookie": f"ds_actor={quote(cookie)}"}
    page, closed = (desk.get(each, headers=headers) for each in ("/", "/-/health"))

    assert page.status_code == 200
    assert "data-act" not in closed.text
    assert closed.status_code == 403
