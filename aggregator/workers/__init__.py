"""Documents parsed and refined in processes of their own, which may be killed.

wire        what goes through the pipes, and how
pool        hands jobs to children; starts, times, kills and replaces them
__main__    the child: reads a job, digests it, writes the document; `python -m …`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aggregator.workers.wire import Job

if TYPE_CHECKING:
    from aggregator.workers.pool import Workers

__all__ = ["Job", "Workers"]


def __getattr__(name: str) -> Any:
    """Import the parent's side when asked for (PEP 562): a child needs no event loop (30 ms)."""
    if name != "Workers":
        raise AttributeError(name)
    from aggregator.workers.pool import Workers  # noqa: PLC0415 — see above

    return Workers
