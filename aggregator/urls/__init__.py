"""Addresses: what they point at, whose they are, and what in them is nobody's business.

Everything here is pure and takes whatever a feed says: garbage comes back unchanged or as
nothing, and no function raises. `absolute` makes an address out of a reference, `clean` is what
we show and share, `canonical` is what two addresses of one page have in common, `domain_key` is
whom a request would bother, `mask` is what may be seen by others.
"""

from aggregator.urls.address import absolute, domain_key, host
from aggregator.urls.pages import canonical
from aggregator.urls.privacy import is_private, mask
from aggregator.urls.tracking import clean

__all__ = ["absolute", "canonical", "clean", "domain_key", "host", "is_private", "mask"]
