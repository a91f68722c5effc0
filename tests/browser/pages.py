"""A visitor's browser: a context with its page, and whatever went wrong in it."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

DESKTOP, PHONE = 1360, 390
HEIGHTS = {DESKTOP: 900, PHONE: 844}
PATIENCE = 10_000  # milliseconds
ZONE = "Europe/Berlin"


@dataclass
class Visit:
    """One visitor. `faults` are what the console said, and requests that left the host."""

    page: Any
    url: str
    faults: list = field(default_factory=list)

    @classmethod
    @contextmanager
    def to(cls, browser, url, *, state=None, width=DESKTOP, dark=False, scripts=True, **wishes):
        """A new visitor, gone when the block ends."""
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            storage_state=state,
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            has_touch=width == PHONE,
            **{"locale": "en-GB", "timezone_id": ZONE, "reduced_motion": "reduce", **wishes},
        )
        context.set_default_timeout(PATIENCE)
        made = cls(page=context.new_page(), url=url)
        made.watch()
        yield made
        context.close()

    def watch(self):
        """Write down what goes wrong from now on."""
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def go(self, path):
        # Scripts have run by then; pictures may still come.
        return self.page.goto(self.url + path.lstrip("/"), wait_until="domcontentloaded")

    def _said(self, message):
        if message.type in {"error", "warning"}:
            where = message.location.get("url", "")
            self.faults.append(f"{message.type}: {message.text} ({where})")

    def _asked(self, request):
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.faults.append(f"left the host: {request.url}")
