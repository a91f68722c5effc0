"""Datasette has all of our hooks, whoever is imported first."""

import subprocess
import sys

CODE = """
import aggregator.web
from datasette.plugins import pm

print(len(pm.get_hookcallers(aggregator.web)), len(aggregator.web.__all__))
"""


def test_all_hooks_are_there_whoever_is_imported_first():
    """Importing us must not load Datasette's plugins: it would register a half-made module."""
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    registered, wanted = ran.stdout.split()

    assert registered == wanted
