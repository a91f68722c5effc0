"""From what an address comes to, to what is added to feeds.toml: or why it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aggregator.discover import Discovered
from aggregator.errors import AggregatorError, FetchError
from aggregator.fetch import key_for, policy_for
from aggregator.following.followed import Followed
from aggregator.model import Source
from aggregator.plain import safe
from aggregator.taxonomy import home_category

# Rules know these addresses without having seen them: a server that is away may come back.
_CERTAIN = ("recipe", "json", "bridge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of every feed that is added, whatever its page says."""

    category: str | None = None
    title: str | None = None
    tags: tuple[str, ...] = ()
    every: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What to do about a page: `source` is to be added unless `refused` says why not."""

    found: Discovered
    source: Source | None = None
    refused: AggregatorError | None = None
    warning: str | None = None

    @property
    def good(self) -> bool:
        """Whether there is something to add."""
        return self.source is not None and self.refused is None


def proposed(found: Sequence[Discovered], followed: Followed, wish: Wish) -> list[Proposal]:
    """Judge what was found; of two pages with one feed the second is refused."""
    proposals = []
    for each in found:
        proposal = _proposal(each, followed, wish)
        if proposal.source and proposal.good:
            followed.add(proposal.source.url, each.resolution.url)
        proposals.append(proposal)
    return proposals


def _proposal(found: Discovered, followed: Followed, wish: Wish) -> Proposal:
    resolution, candidate = found.resolution, found.candidate
    if candidate is None:
        reason = resolution.reason or "There is no feed on that page."
        return Proposal(found=found, refused=AggregatorError(reason, hint=resolution.hint))
    if under := followed.under(candidate.feed_url, resolution.url, found.final_url):
        message = "That feed is followed already"
        message += f", as {safe(under)}." if under != resolution.url else "."
        return Proposal(found=found, refused=AggregatorError(message))
    source = Source(
        url=candidate.feed_url,
        category=wish.category or resolution.category or home_category(candidate.feed_url),
        title=wish.title,
        platform=resolution.platform,
        tags=wish.tags,
        every=wish.every,
    )
    proposal = Proposal(found=found, source=source)
    if found.error is None:
        return proposal
    if resolution.how in _CERTAIN and may_come_back(found.error, candidate.feed_url):
        return replace(proposal, warning=f"It could not be read just now: {found.error.message}")
    return replace(proposal, refused=found.error)


def may_come_back(error: AggregatorError, url: str) -> bool:
    """Tell a server's bad day from an address that leads nowhere; some have 404 on bad days."""
    if not isinstance(error, FetchError):
        return False
    transient = policy_for(key_for(url)).transient
    return error.http_status in transient or error.http_status not in {404, 410}


def remark(proposal: Proposal) -> str:
    """Return the comment that says what an address is that does not say it itself."""
    found = proposal.found
    assert proposal.source
    if found.resolution.url == proposal.source.url:
        return ""
    return ", ".join(filter(None, (found.title, found.resolution.url)))
