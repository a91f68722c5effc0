"""A hostile server for whole runs: raw bytes by path, in threads, with and without TLS."""

import socketserver
import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from aggregator.config import Config, Network, Settings
from aggregator.model import Selection, Source
from aggregator.store import open_store
from aggregator.update import run_update
from tests.loopback import rss

NOW = 1_795_435_200  # 2026-11-23 12:00 UTC
LOCAL = Network(allow=("127.0.0.1",))
CERTIFICATE = Path(__file__).resolve().parents[1] / "data" / "fetch"


def ok(body, *headers, status="200 OK", kind="application/rss+xml"):
    """A whole, proper answer."""
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


@dataclass
class World:
    """`answers` maps a path to bytes, or to a function that writes to a socket."""

    url: str
    answers: dict = field(default_factory=dict)
    heads: list = field(default_factory=list)

    def serve(self, path, answer):
        self.answers[path] = answer
        return self.url + path

    def paths(self):
        return [head.split()[1] for head in self.heads]


@contextmanager
def hostile_world(*, tls=False):
    """Run a server on 127.0.0.1 that hangs up after each answer."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = self.request.recv(65536)
                if not piece:
                    return
                head += piece
            world.heads.append(head.decode("latin-1"))
            answer = world.answers.get(head.split()[1].decode(), ok(b"", status="404 Not Found"))
            try:
                if callable(answer):
                    answer(self.request)
                else:
                    self.request.sendall(answer.replace(b"HOME", world.url.encode()))
            except OSError:
                pass

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True
        block_on_close = False

        def handle_error(self, *_):
            """Clients that hang up are what this is about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(
                CERTIFICATE / "self-signed.pem", CERTIFICATE / "self-signed.key"
            )
            server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https" if tls else "http"
        world = World(f"{scheme}://127.0.0.1:{server.server_address[1]}")
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield world
        server.shutdown()


def drip(data, pause):
    """Write byte by byte."""

    def write(connection):
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(pause)

    return write


def run(db, *sources, at=NOW, network=LOCAL, **settings):
    """Look at sources, whenever they are due; return what was told of each, by address."""
    told = {}
    config = Config(
        feeds=tuple(Source(url=each) if isinstance(each, str) else each for each in sources),
        settings=Settings(**{"workers": 1, "timeout": 20, **settings}),
        network=network,
    )
    run_update(
        db=db,
        config=config,
        now=lambda: at,
        chance=lambda: 0.0,
        force=True,
        on_result=lambda result: told.update({result.url: result}),
        environ={},
    )
    return told


def entries(db, **selection):
    """What is stored, newest first."""
    with open_store(db, now=NOW) as store:
        return list(store.entries(Selection(**selection), content=True))


def feeds(db):
    """What the owner is shown of the feeds, by address."""
    with open_store(db, now=NOW) as store:
        return {row.url: row for row in store.feeds()}


def unread(db):
    with open_store(db, now=NOW) as store:
        return sum(each["unread"] for each in store.categories())


GOOD = rss(("a", "Alpha"), ("b", "Beta"))
