"""A real web server on 127.0.0.1 for tests: a path is a function from headers to an answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Web:
    """`routes` maps a path to an answer or to a function of the request's headers."""

    url: str
    routes: dict[str, Answer | Callable] = field(default_factory=dict)
    requests: list = field(default_factory=list)

    def serve(self, path, answer):
        self.routes[path] = answer
        return self.url + path

    def answer(self, path, headers):
        self.requests.append((path, headers))
        found = self.routes.get(path, Answer(404, b"not here"))
        return found(headers) if callable(found) else found


def start(web_of_url):
    """Start a server; `web_of_url` makes its Web from its address. Returns (web, stop)."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave as one write, else Nagle waits for a delayed ACK.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_GET(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.web.answer(self.path, headers)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status != 304:
                self.wfile.write(answer.body)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request, client_address):
            """A client that was killed in the middle is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    server.web = web_of_url(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    def stop():
        server.shutdown()
        server.server_close()
        thread.join()

    return server.web, stop


def rss(*entries, title="A feed", link="https://example.org/"):
    """An RSS document; an entry is (guid, title) or (guid, title, html)."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{name}</title>"
        f"<link>https://example.org/{guid}</link>"
        f"<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>"
        f"<description><![CDATA[{rest[0] if rest else f'<p>Words of {name}</p>'}]]></description>"
        f"</item>"
        for guid, name, *rest in entries
    )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>"
        f"<title>{title}</title><link>{link}</link><description>d</description>{items}"
        f"</channel></rss>"
    ).encode()


def feed(*entries, **fields):
    """An answer that is an RSS document."""
    return Answer(200, rss(*entries, **fields), {"Content-Type": "application/rss+xml"})
