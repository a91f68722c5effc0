"""Tracking parameters and way stations: what an address holds that the page doesn't need."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from aggregator.urls.address import PARTS, absolute

# Parameters that say where a reader came from, not what is on the page. A star ends a prefix.
_TRACKERS = (
    "utm_*",  # Google Analytics (and everybody after it)
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid"),  # Google Ads
    *("srsltid", "_ga", "_gl"),  # Google Merchant Center, Google Analytics across domains
    *("fbclid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref"),  # Facebook
    *("igshid", "igsh"),  # Instagram
    "msclkid",  # Microsoft Advertising
    *("twclid", "ref_src", "ref_url"),  # Twitter
    *("ttclid", "li_fat_id", "epik", "rdt_cid"),  # TikTok, LinkedIn, Pinterest, Reddit
    *("yclid", "ymclid", "ysclid", "_openstat"),  # Yandex
    *("mc_cid", "mc_eid", "mc_tc"),  # Mailchimp
    *("_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking", "hsa_*"),  # HubSpot
    "mkt_tok",  # Marketo
    *("elqtrack", "elqtrackid", "elqaid", "elqat", "elqcampaignid"),  # Eloqua
    *("vero_id", "vero_conv", "dm_i", "ck_subscriber_id", "bsft_*"),  # mail senders
    *("oly_enc_id", "oly_anon_id", "rb_clickid", "wickedid", "s_cid"),  # Omeda, Adobe and others
    *("pk_*", "mtm_*", "matomo_*", "piwik_*"),  # Matomo
    *("itm_*", "trk_*", "stm_*", "sc_campaign", "sc_channel"),  # shops' own campaigns
    *("wt.mc_id", "wt_zmc", "wt_mc"),  # Webtrekk, Webtrends
    *("at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4"),  # Piano
    *("ns_mchannel", "ns_source", "ns_campaign", "ns_linkname", "ns_fee"),  # comScore
    *("xtor", "xtref"),  # AT Internet
    *("cmpid", "ncid", "icid", "ocid", "spm", "soc_src", "soc_trk", "sr_share"),  # newsrooms
    *("guccounter", "guce_referrer", "guce_referrer_sig"),  # Yahoo's consent detour
)
_NAMES = frozenset(name for name in _TRACKERS if not name.endswith("*"))
_PREFIXES = tuple(name[:-1] for name in _TRACKERS if name.endswith("*"))

# Parameters that track on one site and mean something elsewhere.
_SITE_TRACKERS = {
    "youtube.com": {"si", "feature", "pp", "ab_channel", "embeds_referring_euri"},
    "youtu.be": {"si", "feature", "pp"},
    "spotify.com": {"si", "context", "nd"},
    "twitter.com": {"s", "t"},
    "x.com": {"s", "t"},
    "tiktok.com": {"_r", "_t", "is_from_webapp", "sender_device"},
    "linkedin.com": {"trackingid", "refid", "trk", "lipi"},
    "reddit.com": {"share_id", "rdt", "ref", "ref_source"},
    "medium.com": {"source"},
    "theguardian.com": {"cmp"},
    "bilibili.com": {"spm_id_from", "vd_source", "from_spmid"},
    "nytimes.com": {"partner", "emc", "smid", "referringsource"},
    "substack.com": {"r", "publication_id", "post_id", "isfreemail", "triedredirect"},
}

# `source=rss----1a2b---4` (Medium's own domains), `ref=rss`, `from=feed`: a feed naming itself.
_FEED_MARKS = {"source", "src", "ref", "from", "via", "partner", "campaign"}
_FEED_MARK = re.compile(r"(?is)(?:rss|feed)(?:feed|[-_.:0-9].*)?\Z")

# Way stations that carry their target in plain sight: host, path, parameter.
_DETOURS = {
    ("www.google.com", "/url"): ("url", "q"),
    ("www.bing.com", "/news/apiclick.aspx"): ("url",),
    ("news.google.com", "/news/url"): ("url",),
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("l.instagram.com", "/"): ("u",),
    ("l.threads.net", "/"): ("u",),
    ("www.linkedin.com", "/redir/redirect"): ("url",),
    ("vk.com", "/away.php"): ("to",),
    ("medium.com", "/r/"): ("url",),
    ("slack-redir.net", "/link"): ("url",),
    ("duckduckgo.com", "/l/"): ("uddg",),
    ("out.reddit.com", ""): ("url",),
    ("out.reddit.com", "/"): ("url",),
    ("www.youtube.com", "/redirect"): ("q",),
    ("t.umblr.com", "/redirect"): ("z",),
    ("steamcommunity.com", "/linkfilter/"): ("u", "url"),
}

_DOORS = frozenset(name for name, _path in _DETOURS)


def is_door(url: str) -> bool:
    """Tell whether a host leads elsewhere, as far as its name says."""
    return url.split("/", 3)[2] in _DOORS if "://" in url else False


def clean(url: str) -> str:
    """Take tracking parameters and way stations off an address; all else stays as it was."""
    if "?" not in url and ("#" not in url or "=" not in url):
        return url
    match = PARTS.match(url)
    while match and (target := _detour(match)):
        match = PARTS.match(target)
    return _untracked(match) if match else url


def _untracked(match: re.Match[str]) -> str:
    """Write an address again without its trackers."""
    name = match[2].lower()
    query, fragment = match[4], match[5]
    if query:
        query = without_trackers(name, query) or None
    if fragment and "=" in fragment:
        fragment = without_trackers(name, fragment) or None
    return (
        f"{match[1]}://{match[2]}{match[3]}"
        f"{'' if query is None else '?' + query}{'' if fragment is None else '#' + fragment}"
    )


def _detour(match: re.Match[str]) -> str | None:
    """Read where a way station leads to, None for other addresses."""
    name = match[2].lower()
    if name.startswith("www.google."):
        name = "www.google.com"
    names = _DETOURS.get((name, match[3]))
    if not names or not match[4]:
        return None
    values = dict(part.split("=", 1) for part in match[4].split("&") if "=" in part)
    targets = (unquote(values.get(name, "")) for name in names)
    return next((found for target in targets if (found := absolute("", target))), None)


def without_trackers(name: str, query: str) -> str:
    """Drop the parameters of a query that track on this host."""
    extra = _site_trackers(name)
    return "&".join(part for part in query.split("&") if not _tracks(part, extra))


@lru_cache(maxsize=4096)
def _site_trackers(name: str) -> frozenset[str]:
    """Collect the names that track on this host or on a domain above it."""
    labels = name.split(".")
    domains = (".".join(labels[i:]) for i in range(len(labels)))
    return frozenset().union(*(_SITE_TRACKERS.get(domain, ()) for domain in domains))


def _tracks(part: str, extra: frozenset[str]) -> bool:
    key, _, value = part.partition("=")
    key = key.lower().removeprefix("amp;")  # `&amp;utm_source=`, escaped once too often
    if key in _NAMES or key in extra or key.startswith(_PREFIXES):
        return True
    return key in _FEED_MARKS and bool(_FEED_MARK.match(value))
