"""A real SMTP server on 127.0.0.1 for tests: what it takes and what it refuses."""

import socket
from contextlib import closing, contextmanager

from aiosmtpd.controller import Controller


class Post:
    """`envelopes` is what arrived; `refused` maps a recipient to the answer it gets."""

    def __init__(self):
        self.envelopes = []
        self.refused = {}

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if b"refuse me" in envelope.content:
            return "554 5.6.0 No\x1b[31m such words"
        self.envelopes.append(envelope)
        return "250 OK"


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return taken.getsockname()[1]


@contextmanager
def server(**options):
    """Yield the post of a running server, and its port."""
    post = Post()
    # aiosmtpd can't be told to choose a port itself: with 0 it never finds itself.
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield post, controller.port
    finally:
        controller.stop()
