"""The child that shrinks: reads pictures from stdin, writes them to stdout, ends with its parent.

`python -m aggregator.pictures MEMORY` limits its address space (bytes). A frame is four bytes of
length and so many bytes; to each picture there are as many frames as sizes, empty ones where it
is refused.
"""

from __future__ import annotations

import resource
import signal
import struct
import sys
from typing import BinaryIO

from aggregator.pictures.shrink import WIDTHS, shrink

LENGTH = struct.Struct(">I")


def work_off(pictures: BinaryIO, answers: BinaryIO) -> None:
    """Shrink picture after picture."""
    while len(head := pictures.read(LENGTH.size)) == LENGTH.size:
        made = shrink(pictures.read(LENGTH.unpack(head)[0])) or (b"",) * len(WIDTHS)
        answers.write(b"".join(LENGTH.pack(len(each)) + each for each in made))
        answers.flush()


if __name__ == "__main__":
    memory = int(sys.argv[1])
    # Ctrl-C reaches the whole group of processes; what becomes of the child is its parent's.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    work_off(sys.stdin.buffer, sys.stdout.buffer)
