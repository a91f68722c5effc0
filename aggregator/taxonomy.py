"""The twelve kinds of social media, and the platforms that belong to each: rows, no behaviour.

Social media is the whole; social networks are one branch of it, with the leaves `professional`
and `social`. A platform has one home category, which a feed in feeds.toml may override. Sources
outside the tree (code hosting, news agencies) are filed where their form belongs: a feed of
releases reads like a blog.

To add a platform, add a row to `PLATFORMS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_CATEGORY = "blogs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of medium. `icon` is a lucide icon's name; the colours are `#rrggbb`.

    `colour_*` is for text and carries on paper and on `tint_*` (at least 5.2:1 in the light
    theme, 7.4:1 in the dark one); `fill` is for charts. `name` is the English one.
    """

    slug: str
    name: str
    names: dict[str, str]
    icon: str
    colour_light: str
    tint_light: str
    colour_dark: str
    tint_dark: str
    fill: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A system that sources live on. `hosts` are domains: each stands for its subdomains too."""

    slug: str
    name: str
    category: str
    hosts: tuple[str, ...] = ()


# A row is the slug, the names (en, de, fr), then icon, light, its tint, dark, its tint, fill.
_CATEGORIES = (
    (
        "professional",
        ("Professional networks", "Berufliche Netzwerke", "Réseaux professionnels"),
        "briefcase #4f617d #ecf0f7 #aabfde #242b34 #7f94b1",
    ),
    (
        "social",
        ("Social networks", "Soziale Netzwerke", "Réseaux sociaux"),
        "users #9c4200 #ffebe0 #fca676 #3d2313 #d5753a",
    ),
    (
        "blogs",
        ("Blogs", "Blogs", "Blogs"),
        "pen-line #4952b9 #e9efff #a7b7ff #232842 #7787f3",
    ),
    (
        "microblogs",
        ("Microblogs", "Mikroblogs", "Microblogs"),
        "feather #0065a9 #e1f3ff #78c6ff #142c40 #3899e2",
    ),
    (
        "wikis",
        ("Wikis", "Wikis", "Wikis"),
        "book-open #00707b #e2f4f6 #65d0dc #0d3033 #31a4af",
    ),
    (
        "forums",
        ("Forums", "Foren", "Forums"),
        "messages-square #007258 #e4f5ee #76d3b4 #133127 #48a689",
    ),
    (
        "messaging",
        ("Messaging", "Nachrichtendienste", "Messageries"),
        "send #187332 #e5f5e7 #86d391 #18311c #54a863",
    ),
    (
        "video",
        ("Video", "Video", "Vidéo"),
        "clapperboard #b01f1f #ffe8e3 #ff9f94 #3f201d #ec5c52",
    ),
    (
        "photo",
        ("Photo", "Foto", "Photo"),
        "camera #a42665 #ffe7f1 #fb9dc2 #3d202b #df5e97",
    ),
    (
        "music",
        ("Music and audio", "Musik und Audio", "Musique et audio"),
        "headphones #8339a1 #f9eaff #dba6f3 #33233a #b96dd8",
    ),
    (
        "curation",
        ("Curation", "Kuratieren", "Curation"),
        "bookmark #825700 #f8efe0 #e5b568 #36270f #b7893b",
    ),
    (
        "gaming",
        ("Gaming", "Spiele", "Jeux"),
        "gamepad-2 #506c00 #ecf4e1 #accb73 #252e12 #80a03e",
    ),
)


def _category(position: int, slug: str, names: tuple[str, str, str], looks: str) -> Category:
    icon, light, tint_light, dark, tint_dark, fill = looks.split()
    return Category(
        slug=slug,
        name=names[0],
        names=dict(zip(("en", "de", "fr"), names, strict=True)),
        icon=icon,
        colour_light=light,
        tint_light=tint_light,
        colour_dark=dark,
        tint_dark=tint_dark,
        fill=fill,
        position=position,
    )


CATEGORIES = tuple(_category(position, *row) for position, row in enumerate(_CATEGORIES, start=1))
CATEGORY_SLUGS = tuple(each.slug for each in CATEGORIES)

# category: (slug, name, hosts). Engines that anybody may host have the hosts known to run them;
# feeds.toml names the platform for others (`platform = "mastodon"`).
_PLATFORMS = {
    "professional": (
        ("linkedin", "LinkedIn", "linkedin.com lnkd.in"),
        ("viadeo", "Viadeo", "viadeo.com viadeo.journaldunet.com"),
        ("xing", "XING", "xing.com"),
    ),
    "social": (
        ("facebook", "Facebook", "facebook.com fb.com fb.me"),
        ("friendica", "Friendica", "friendi.ca venera.social"),
        ("goodreads", "Goodreads", "goodreads.com"),
        ("instagram", "Instagram", "instagram.com instagr.am"),
        ("letterboxd", "Letterboxd", "letterboxd.com boxd.it"),
        ("vk", "VK", "vk.com vk.ru vkontakte.ru"),
    ),
    "blogs": (
        ("bearblog", "Bear Blog", "bearblog.dev"),
        (
            "blogger",
            "Blogger",
            (
                "blogger.com blogspot.com blogspot.ae blogspot.at blogspot.be blogspot.ca"
                " blogspot.ch blogspot.cl blogspot.co.at blogspot.co.il blogspot.co.nz"
                " blogspot.co.uk blogspot.com.ar blogspot.com.au blogspot.com.br blogspot.com.es"
                " blogspot.com.tr blogspot.cz blogspot.de blogspot.dk blogspot.fi blogspot.fr"
                " blogspot.gr blogspot.hk blogspot.hu blogspot.ie blogspot.in blogspot.it"
                " blogspot.jp blogspot.kr blogspot.mx blogspot.my blogspot.nl blogspot.no"
                " blogspot.pe blogspot.pt blogspot.qa blogspot.ro blogspot.ru blogspot.se"
                " blogspot.sg blogspot.sk blogspot.tw"
            ),
        ),
        ("devto", "DEV Community", "dev.to"),
        ("ghost", "Ghost", "ghost.io"),
        ("github", "GitHub", "github.com github.io github.blog"),
        ("gitlab", "GitLab", "gitlab.com gitlab.io"),
        ("codeberg", "Codeberg", "codeberg.org codeberg.page"),
        ("hashnode", "Hashnode", "hashnode.dev hashnode.com"),
        ("livejournal", "LiveJournal", "livejournal.com"),
        ("medium", "Medium", "medium.com"),
        ("patreon", "Patreon", "patreon.com"),
        ("squarespace", "Squarespace", "squarespace.com"),
        ("substack", "Substack", "substack.com"),
        ("wix", "Wix", "wixsite.com wix.com"),
        ("wordpress", "WordPress", "wordpress.com wordpress.org wp.com"),
        ("writeas", "Write.as", "write.as"),
    ),
    "microblogs": (
        ("bluesky", "Bluesky", "bsky.app bsky.social"),
        (
            "mastodon",
            "Mastodon",
            (
                "mastodon.social mastodon.online mastodon.world mastodon.art mstdn.social mstdn.jp"
                " mas.to fosstodon.org hachyderm.io infosec.exchange techhub.social social.coop"
                " chaos.social indieweb.social joinmastodon.org"
            ),
        ),
        ("microblog", "Micro.blog", "micro.blog"),
        ("misskey", "Misskey", "misskey.io misskey.design"),
        ("pleroma", "Pleroma", "pleroma.social"),
        ("threads", "Threads", "threads.com threads.net"),
        ("tumblr", "Tumblr", "tumblr.com"),
        ("twitter", "X (Twitter)", "x.com twitter.com t.co"),
        ("weibo", "Weibo", "weibo.com weibo.cn"),
        ("yammer", "Viva Engage (Yammer)", "yammer.com engage.cloud.microsoft"),
    ),
    "wikis": (
        ("confluence", "Confluence", "atlassian.net"),
        ("dokuwiki", "DokuWiki", "dokuwiki.org"),
        ("fandom", "Fandom", "fandom.com wikia.org"),
        (
            "mediawiki",
            "MediaWiki",
            (
                "mediawiki.org wikimedia.org wiktionary.org wikibooks.org wikidata.org wikinews.org"
                " wikiquote.org wikisource.org wikiversity.org wikivoyage.org miraheze.org"
            ),
        ),
        ("moinmoin", "MoinMoin", "moinmo.in"),
        ("pmwiki", "PmWiki", "pmwiki.org"),
        ("wikidot", "Wikidot", "wikidot.com"),
        ("wikipedia", "Wikipedia", "wikipedia.org"),
        ("yeswiki", "YesWiki", "yeswiki.net"),
    ),
    "forums": (
        (
            "discourse",
            "Discourse",
            (
                "discourse.org discourse.group discuss.python.org users.rust-lang.org"
                " internals.rust-lang.org forums.swift.org devforum.roblox.com discuss.ocaml.org"
            ),
        ),
        ("disqus", "Disqus", "disqus.com"),
        ("flarum", "Flarum", "discuss.flarum.org"),
        ("google-groups", "Google Groups", "groups.google.com"),
        ("hackernews", "Hacker News", "news.ycombinator.com hnrss.org"),
        ("invision", "Invision Community", "invisioncommunity.com"),
        (
            "lemmy",
            "Lemmy",
            (
                "lemmy.world lemmy.ml lemmy.ca lemmy.zip programming.dev sh.itjust.works feddit.org"
                " beehaw.org join-lemmy.org"
            ),
        ),
        ("lobsters", "Lobsters", "lobste.rs"),
        ("mybb", "MyBB", "mybb.com"),
        ("nodebb", "NodeBB", "nodebb.org"),
        ("phpbb", "phpBB", "phpbb.com"),
        ("proboards", "ProBoards", "proboards.com"),
        ("quora", "Quora", "quora.com"),
        ("reddit", "Reddit", "reddit.com redd.it"),
        ("smf", "Simple Machines Forum", "simplemachines.org"),
        (
            "stackexchange",
            "Stack Exchange",
            (
                "stackexchange.com stackoverflow.com superuser.com serverfault.com askubuntu.com"
                " stackapps.com mathoverflow.net"
            ),
        ),
        ("tildes", "Tildes", "tildes.net"),
        ("v2ex", "V2EX", "v2ex.com"),
        ("vbulletin", "vBulletin", "vbulletin.com vbulletin.org"),
        ("xenforo", "XenForo", "xenforo.com"),
    ),
    "messaging": (
        ("discord", "Discord", "discord.com discord.gg discordapp.com"),
        ("line", "LINE", "line.me"),
        ("matrix", "Matrix", "matrix.org matrix.to element.io"),
        ("messenger", "Messenger", "messenger.com m.me"),
        ("signal", "Signal", "signal.org signal.group"),
        ("skype", "Skype", "skype.com"),
        ("slack", "Slack", "slack.com"),
        ("telegram", "Telegram", "t.me telegram.me telegram.org telegram.dog"),
        ("whatsapp", "WhatsApp", "whatsapp.com wa.me"),
    ),
    "video": (
        ("bilibili", "Bilibili", "bilibili.com b23.tv"),
        ("bitchute", "BitChute", "bitchute.com"),
        ("dailymotion", "Dailymotion", "dailymotion.com dai.ly"),
        ("nebula", "Nebula", "nebula.tv"),
        ("niconico", "Niconico", "nicovideo.jp"),
        ("odysee", "Odysee", "odysee.com"),
        (
            "peertube",
            "PeerTube",
            "framatube.org video.blender.org tilvids.com joinpeertube.org peertube.tv",
        ),
        ("rumble", "Rumble", "rumble.com"),
        ("tiktok", "TikTok", "tiktok.com"),
        ("twitch", "Twitch", "twitch.tv"),
        ("vimeo", "Vimeo", "vimeo.com"),
        ("youtube", "YouTube", "youtube.com youtube-nocookie.com youtu.be"),
    ),
    "photo": (
        ("500px", "500px", "500px.com"),
        ("artstation", "ArtStation", "artstation.com"),
        ("behance", "Behance", "behance.net"),
        ("deviantart", "DeviantArt", "deviantart.com fav.me"),
        ("flickr", "Flickr", "flickr.com flic.kr"),
        ("glass", "Glass", "glass.photo"),
        ("imgur", "Imgur", "imgur.com"),
        ("pexels", "Pexels", "pexels.com"),
        ("pinterest", "Pinterest", "pinterest.com pin.it"),
        ("pixabay", "Pixabay", "pixabay.com"),
        ("pixelfed", "Pixelfed", "pixelfed.social pixelfed.org pixelfed.de pixel.tchncs.de"),
        ("smugmug", "SmugMug", "smugmug.com"),
        ("unsplash", "Unsplash", "unsplash.com"),
    ),
    "music": (
        ("acast", "Acast", "acast.com"),
        ("apple-podcasts", "Apple Podcasts", "podcasts.apple.com itunes.apple.com"),
        ("bandcamp", "Bandcamp", "bandcamp.com"),
        ("deezer", "Deezer", "deezer.com deezer.page.link"),
        ("funkwhale", "Funkwhale", "open.audio funkwhale.audio"),
        ("hearthis", "hearthis.at", "hearthis.at"),
        ("lastfm", "Last.fm", "last.fm lastfm.com"),
        ("mixcloud", "Mixcloud", "mixcloud.com"),
        ("podbean", "Podbean", "podbean.com"),
        ("soundcloud", "SoundCloud", "soundcloud.com"),
        ("spotify", "Spotify", "spotify.com spotify.link anchor.fm"),
        ("tidal", "TIDAL", "tidal.com"),
    ),
    "curation": (
        ("arena", "Are.na", "are.na"),
        ("digg", "Digg", "digg.com"),
        ("diigo", "Diigo", "diigo.com"),
        ("flipboard", "Flipboard", "flipboard.com flip.it"),
        ("internet-archive", "Internet Archive", "archive.org"),
        ("linkding", "linkding", "linkding.link"),
        ("pinboard", "Pinboard", "pinboard.in"),
        ("raindrop", "Raindrop.io", "raindrop.io"),
        ("scoopit", "Scoop.it", "scoop.it"),
        ("shaarli", "Shaarli", ""),
        ("social-share", "Social-Share", ""),
    ),
    "gaming": (
        ("boardgamegeek", "BoardGameGeek", "boardgamegeek.com"),
        ("chess-com", "Chess.com", "chess.com"),
        ("epicgames", "Epic Games Store", "epicgames.com"),
        ("gog", "GOG", "gog.com"),
        ("itchio", "itch.io", "itch.io"),
        ("lichess", "Lichess", "lichess.org"),
        ("nintendo", "Nintendo", "nintendo.com"),
        ("playstation-blog", "PlayStation Blog", "blog.playstation.com"),
        ("roblox", "Roblox", "roblox.com"),
        ("steam", "Steam", "steampowered.com steamcommunity.com"),
        ("xbox-wire", "Xbox Wire", "news.xbox.com"),
    ),
}

PLATFORMS = tuple(
    Platform(slug=slug, name=name, category=category, hosts=tuple(hosts.split()))
    for category, rows in _PLATFORMS.items()
    for slug, name, hosts in rows
)

_CATEGORY = {each.slug: each for each in CATEGORIES}
_PLATFORM = {each.slug: each for each in PLATFORMS}
_BY_HOST = {host: each for each in PLATFORMS for host in each.hosts}
PLATFORM_SLUGS = tuple(_PLATFORM)

# The host of an absolute address, without user and port. An own pattern, not urlsplit: this is
# asked once for each feed of feeds.toml, thousands of times a run.
_HOST = re.compile(r"(?i)https?://(?:[^/?#@]*@)*([^/?#:@]+)")


def category(slug: str) -> Category:
    """Return the category with this slug; KeyError for any other."""
    return _CATEGORY[slug]


def platform(slug: str) -> Platform:
    """Return the platform with this slug; KeyError for any other."""
    return _PLATFORM[slug]


def platform_of(url: str) -> Platform | None:
    """Return the platform that an address belongs to; the longest matching domain wins.

    `https://old.reddit.com/r/x` is Reddit's; None where no row knows the host.
    """
    match = _HOST.match(url)
    # No name is longer (RFC 1035); one of a million labels would be looked up a million times.
    host = match[1][-254:].lower().rstrip(".") if match else ""
    while host:
        if found := _BY_HOST.get(host):
            return found
        host = host.partition(".")[2]
    return None


def home_category(url: str) -> str:
    """Return the category that a feed at this address has unless feeds.toml says otherwise."""
    found = platform_of(url)
    return found.category if found else DEFAULT_CATEGORY
