"""The parent's side: hands jobs to children; starts, times, kills and replaces them."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import aggregator
from aggregator.errors import ParseError
from aggregator.model import Document
from aggregator.workers.wire import LENGTH, Job, WireError, dump, load

IN_FLIGHT = 16
"""So many bodies are held for the children at most; who brings more has to wait."""

QUEUE = 4
WORTH = 2.0
"""A child costs 0.1 s to start. Another one is started when so many jobs wait and the children
have worked for so many seconds: when little is to be done, the first one does it, and two at once
cost more processor time than one after the other."""

COMMAND = (sys.executable, "-P", "-S", "-m", "aggregator.workers")
"""Without `site`, whose work was done in the parent (see `environment`), and without the working
directory, where anything may lie."""

_KEPT = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TZ")

MAX_ANSWER = 128 << 20
"""Bytes; a document as large as allowed makes less."""

_PIPE = 1 << 20


class Workers:
    """Parses and refines in up to `count` children, each started when it is needed.

    `deadline` is seconds a job, by the clock and in CPU time; `memory` is bytes of address space
    a child; a child is replaced after `recycle` jobs. `command` is how to start one.
    """

    def __init__(
        self,
        count: int = 2,
        *,
        deadline: float = 10.0,
        memory: int = 300 << 20,
        recycle: int = 1000,
        command: Sequence[str] = COMMAND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        arguments = (*command, str(memory), str(math.ceil(deadline)))
        self._unused = [_Place(arguments, deadline, recycle, clock) for _ in range(count)]
        self._places: list[_Place] = []
        self._idle: list[_Place] = []
        self._waiting: deque[asyncio.Future[_Place]] = deque()
        self._room = asyncio.Semaphore(IN_FLIGHT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for place in self._places:
            await place.stop()

    async def digest(self, job: Job) -> Document:
        """Parse and refine a document; raises ParseError."""
        async with self._room:
            place = await self._take()
            try:
                return await place.digest(job)
            finally:
                self._give_back(place)

    async def _take(self) -> _Place:
        if self._idle:
            return self._idle.pop()
        if self._unused and self._is_worth_another():
            self._places.append(self._unused.pop())
            return self._places[-1]
        ready: asyncio.Future[_Place] = asyncio.get_running_loop().create_future()
        self._waiting.append(ready)
        try:
            return await ready
        except asyncio.CancelledError:
            if ready.done() and not ready.cancelled():
                self._give_back(ready.result())
            raise

    def _is_worth_another(self) -> bool:
        worked = sum(place.worked for place in self._places)
        return not self._places or (len(self._waiting) >= QUEUE and worked >= WORTH)

    def _give_back(self, place: _Place) -> None:
        while self._waiting:
            ready = self._waiting.popleft()
            if not ready.done():
                ready.set_result(place)
                return
        self._idle.append(place)


class _Place:
    """A place for a child: one job at a time, and a new child when the last one has gone."""

    def __init__(
        self,
        arguments: Sequence[str],
        deadline: float,
        recycle: int,
        clock: Callable[[], float],
    ) -> None:
        self.worked = 0.0
        self._arguments = arguments
        self._deadline = deadline
        self._recycle = recycle
        self._clock = clock
        self._child: asyncio.subprocess.Process | None = None
        self._jobs = 0

    async def digest(self, job: Job) -> Document:
        """Have a job done; a child that fails to is killed, and so is one that is cancelled."""
        started = self._clock()
        try:
            async with asyncio.timeout(self._deadline):
                answer = _answer(await self._ask(dump(job)))
        except TimeoutError as error:
            await self.stop()
            raise self._late() from error
        except WireError as error:
            await self.stop()
            raise _crashed("The process that read the document answered nonsense.") from error
        except (OSError, EOFError) as error:
            raise await self._death() from error
        except BaseException:
            await self.stop()
            raise
        finally:
            self.worked += self._clock() - started
        self._jobs += 1
        harmed = isinstance(answer, ParseError) and answer.kind == "crashed"
        if harmed or self._jobs >= self._recycle:
            await self.stop()
        if isinstance(answer, ParseError):
            raise answer
        return answer

    async def stop(self) -> bytes:
        """End the child, if there is one; returns what it wrote to stderr."""
        child, self._child, self._jobs = self._child, None, 0
        if child is None:
            return b""
        with suppress(ProcessLookupError):
            child.kill()
        return (await child.communicate())[1]

    async def _ask(self, frame: bytes) -> bytes:
        child = await self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(frame)
        await child.stdin.drain()
        head = await child.stdout.readexactly(LENGTH.size)
        (size,) = LENGTH.unpack(head)
        if size > MAX_ANSWER:
            raise WireError("too long")
        return await child.stdout.readexactly(size)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._child is not None and self._child.returncode is not None:
            await self.stop()  # it died between two jobs: no fault of this one
        if self._child is None:
            self._child = await asyncio.create_subprocess_exec(
                *self._arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_PIPE,
                env=environment(),
            )
        return self._child

    async def _death(self) -> ParseError:
        """Say how the child ended."""
        child = self._child
        if child is None:
            return _crashed("No process could be started to read the document.")
        with suppress(TimeoutError):
            # Its pipes may close a little before it has ended: wait, so as not to kill it first.
            async with asyncio.timeout(1):
                await child.wait()
        last = (await self.stop()).decode("utf-8", "replace").strip().splitlines()[-3:]
        if child.returncode == -signal.SIGXCPU:
            return self._late()
        words = f": {' / '.join(last)[-300:]}" if last else "."
        return _crashed(f"Reading the document ended its process ({child.returncode}){words}")

    def _late(self) -> ParseError:
        return ParseError(
            f"The document could not be read within {self._deadline:g} seconds.", kind="timeout"
        )


def environment() -> dict[str, str]:
    """Return what a child gets to know: where to import from, and nothing that could be secret."""
    home = str(Path(aggregator.__file__).parents[1])
    paths = dict.fromkeys([home, *filter(None, sys.path)])
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or (name.startswith("PYTHON") and name != "PYTHONSTARTUP")
    }
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}


def _answer(frame: bytes) -> Document | ParseError:
    """Read what a child wrote; raises WireError when that is no answer."""
    answer = load(frame)
    if isinstance(answer, Job):
        raise WireError("neither a document nor an error")
    return answer


def _crashed(message: str) -> ParseError:
    return ParseError(message, kind="crashed")
