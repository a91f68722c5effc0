"""Aggregator: follow social media of every kind, and share what is worth sharing.

find → fetch → parse → refine → plan → store → (web · export · publish)
"""

__version__ = "0.1.0"
