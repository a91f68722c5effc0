"""Clients that ask a desk for pages over connections that stay open, and little else."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from http.client import HTTPConnection


class Client:
    """One reader; `status`, `body` and `cookie` are of the last answer."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookie = cookie
        self.status = 0
        self.body = b""

    def get(self, path: str) -> float:
        """Ask for a page, and return how many milliseconds it took to be there whole."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        started = time.perf_counter()
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        self.body = answer.read()
        took = (time.perf_counter() - started) * 1000
        self.status = answer.status
        if given := answer.headers.get("Set-Cookie"):
            self.cookie = given.partition(";")[0]
        return took


def crowd(port: int, path: str, *, clients: int, seconds: float) -> tuple[float, int]:
    """Let clients ask for a page, again and again; return pages a second, and how many failed."""
    until = time.perf_counter() + seconds
    counts: list[tuple[int, int]] = []
    threads = [
        threading.Thread(target=lambda: counts.append(_ask(port, path, until)))
        for _ in range(clients)
    ]
    started = time.perf_counter()
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    took = time.perf_counter() - started
    return sum(done for done, _ in counts) / took, sum(failed for _, failed in counts)


def _ask(port: int, path: str, until: float) -> tuple[int, int]:
    """Speak just enough HTTP: the server is to be measured, not the client."""
    question = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n"
    done = failed = 0
    with closing(socket.create_connection(("127.0.0.1", port), 30)) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            wire.sendall(question.encode())
            got = wire.recv(1 << 20)
            while b"\r\n\r\n" not in got:
                got += wire.recv(1 << 20)
            head, _, body = got.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            left = length - len(body)
            while left > 0:
                left -= len(wire.recv(1 << 20))
            done += 1
            failed += not head.startswith(b"HTTP/1.1 200")
    return done, failed
