"""What the curator's rules say of entries, and how a view is mixed. Pure."""

from aggregator.judge.mixing import mix

__all__ = ["mix"]
