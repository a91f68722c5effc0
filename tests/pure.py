"""Print the files of the pure rooms, for `coverage report --include`."""

import sys

from tests.test_house import FILES, PURE, ROOT, room

if __name__ == "__main__":
    sys.stdout.write(",".join(str(path.relative_to(ROOT)) for path in FILES if room(path) in PURE))
