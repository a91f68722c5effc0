"""The parent's side of the child that shrinks: starts, times, kills and replaces it."""

from __future__ import annotations

import asyncio
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

COMMAND = (sys.executable, "-P", "-m", "aggregator.pictures")
MEMORY = 768 << 20
DEADLINE = 10.0
RECYCLE = 500
SIZES = 2

_LENGTH = struct.Struct(">I")


class Child:
    """Shrinks one picture at a time, in a process that starts with the first one.

    `deadline` is seconds for a picture; the process is replaced after `recycle` of them.
    """

    def __init__(
        self,
        *,
        deadline: float = DEADLINE,
        recycle: int = RECYCLE,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._command = (*command, str(MEMORY))
        self._deadline = deadline
        self._recycle = recycle
        self._done = 0
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def shrink(self, data: bytes) -> tuple[bytes, ...] | None:
        """Return the picture in both sizes; None where it can't be, or not in time."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._deadline):
                    made = await self._ask(data)
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                await self._stop()
                return None
            except asyncio.CancelledError:
                await self._stop()
                raise
            self._done += 1
            if self._done >= self._recycle:
                await self._stop()
            return made if all(made) else None

    async def close(self) -> None:
        """End the process."""
        async with self._turn:
            await self._stop()

    async def _ask(self, data: bytes) -> tuple[bytes, ...]:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE
            )
        questions, answers = self._process.stdin, self._process.stdout
        assert questions is not None
        assert answers is not None
        questions.write(_LENGTH.pack(len(data)) + data)
        await questions.drain()
        return tuple([await _frame(answers) for _ in range(SIZES)])

    async def _stop(self) -> None:
        process, self._process, self._done = self._process, None, 0
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _frame(answers: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await answers.readexactly(_LENGTH.size))
    return await answers.readexactly(length)
