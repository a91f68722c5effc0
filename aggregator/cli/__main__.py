"""`python -m aggregator.cli` is `aggregate`."""

from aggregator.cli import main

main()
