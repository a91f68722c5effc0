"""A few seconds of tones as a WAV file: the sample web's podcasts have something to play."""

from __future__ import annotations

import io
import math
import wave
from functools import cache

RATE = 8000
_SCALE = (0, 3, 5, 7, 10, 12)  # minor pentatonic: any order of it sounds like a tune


@cache
def tune(seed: int, *, notes: int = 8) -> bytes:
    """A WAV file (8 kHz, 8 bit, mono) of `notes` plucked tones, a third of a second each."""
    steps = [_SCALE[(seed >> (3 * note)) % len(_SCALE)] for note in range(notes)]
    samples = b"".join(_pluck(220 * 2 ** (step / 12)) for step in steps)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(RATE)
        out.writeframes(samples)
    return file.getvalue()


def _pluck(hertz: float) -> bytes:
    length = RATE // 3
    turn = 2 * math.pi * hertz / RATE
    return bytes(
        int(128 + 90 * math.exp(-5 * n / length) * math.sin(turn * n)) for n in range(length)
    )
