"""Names that are no accounts: the sites' own pages, which must not be taken for somebody's.

A pattern that begins with a name (`host/{name}`, or `{name}.host`) does not match these.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# First segments that are the site's own nearly everywhere.
COMMON = _words(
    """
    about account accounts activity admin ads advertise advertising android api app apps auth
    billing blog business careers cart categories category checkout community communities compose
    contact cookies copyright create customize dashboard developer developers dmca docs donate
    download downloads edit email embed events explore faq favicon features feed feeds following
    forgot forgot-password forgot_password guidelines help hashtag home imprint impressum inbox
    index info intent invite ios jobs join landing language latest legal library licence license
    live log-in log_in logged_out login logout mail me media membership messages mobile new news
    newsletter notifications oauth onboarding options p password plans policies policy popular
    premium press pricing privacy privacy-policy privacy_policy profile register rss rules
    saved search security services session sessions settings share shop sign-in sign-up sign_in
    sign_up signin signout signup site sitemap sitemaps static status store submit subscribe
    subscription subscriptions support tag tags team terms terms-of-service terms_of_service today
    top topic topics tos tour trending undefined upgrade upload user users verify video videos
    watch welcome wp-admin wp-content wp-json wp-login.php
    """
)

# Files that lie at a site's root.
FILES = (".txt", ".ico", ".html", ".htm", ".php", ".xml", ".js", ".css", ".png", ".json", ".aspx")

SUBDOMAINS = _words(
    """
    www api app apps assets auth cdn cdn-images-1 developer developers docs feed feeds go help
    images img login m mail policies policy static status support telemetry
    """
)

# host: what else is reserved there; `*.host` for subdomains.
_RESERVED = {
    "are.na": "block blocks channels getting-started import roadmap editorial",
    "artstation.com": (
        "artwork artworks blogs challenges contests guides learning magazine marketplace prints"
        " projects studios schools search channels"
    ),
    "behance.net": (
        "gallery galleries hire joblist assets live onboarding pro for_you search portfolio"
        " collection moodboard prosite"
    ),
    "dailymotion.com": "be ca channel de es fr gb hub in it partner playlist player ru us",
    "deviantart.com": (
        "about art browse critiques daily-deviations deviation deviations forum groups morelikethis"
        " muro newest notifications popular posts prints tag topic undiscovered watch whats-hot"
        " core-membership stash fav"
    ),
    "dev.to": (
        "challenges code-of-conduct connect contact dashboard deals enter for-hire infinity"
        " internal listings listings-new locale mod mlh notifications pod podcasts readinglist"
        " reading reactions response series shop sponsors sponsorships t tags videos week month"
        " year community-moderation tag-moderation software-comparisons"
    ),
    "facebook.com": (
        "ads bookmarks business campaign checkpoint dialog directory events fundraisers gaming"
        " games groups hashtag help l.php latest legal lite login lookaside marketplace media"
        " memories messenger notes offers pages people permalink.php pg photo photos plugins"
        " policies policy privacy profile.php public r.php recover reel reels reg saved share"
        " sharer stories story.php tr v2.0 votinginformationcenter watch weather"
    ),
    "gist.github.com": "discover forked fork search starred auth",
    "github.com": (
        "actions advisories apps assets attributions bounty codespaces collections cli contact"
        " copilot customer-stories dashboard desktop discussions education enterprise"
        " features github-copilot git-guides git-lfs gist gists import integrations issues"
        " marketplace mcp mobile models nonprofit notifications nonprofits open-source"
        " organizations orgs partners premium-support pricing projects pulls pulse readme"
        " resources search-advanced security-lab showcases site-map skills solutions sponsors"
        " stars startups team trust-center trending watching whats-new why-github"
    ),
    "gitlab": (
        "dashboard explore groups help import jwt oauth projects public s search snippets v2"
        " uploads unsubscribes users -"
    ),
    "hearthis.at": (
        "a b c categories charts dj-sets edit explore feed genre group groups house imprint"
        " live lounge maps nextup player playlists podcast podcasts podcaster pro radio"
        " search set stream techno track tracks"
    ),
    "instagram.com": (
        "a about ar archive challenge data developer direct directory emails explore fragment"
        " graphql guide hashtag jobs lite nametag p push qr reel reels s stories tv web"
    ),
    "letterboxd.com": (
        "2023 2024 2025 2026 actor apps contact crew director film films journal list lists"
        " members patrons pro producer reviews sign-in studio year-in-review writer create-account"
        " film-news gift-guide hq podcast videostore welcome tag activity"
    ),
    "medium.com": (
        "_ business creators earn feed gift jobs-at-medium lists m me new-story p partner-program"
        " plans r s series sitemap statements tag tags tagged topic topics u your-library"
        " jobs membership what-are-claps media-and-public-relations"
    ),
    "mixcloud.com": (
        "a advertise branding competitions creators discover djs dj-mixes genres"
        " live party podcasts pro radio select tag talk upload-multiple widget premium favorites"
    ),
    "patreon.com": (
        "api c card content-policy creation-flow creators cw explore-communities edit gift"
        " guidelines home marketing messages notifications pledges portal posts product"
        " requests-to-join user m checkout collection pl policy-updates apps c-for-creators"
    ),
    "pinterest.com": (
        "_ _tools board categories convert country discover email hashtag ideas intent"
        " invited logged-out ads now offsite pin pins pin-builder pin-creation-tool"
        " predicts resource secure_settings source today topics tv videos website collage"
    ),
    "pixelfed": "i p storage discover c stories timeline web kb places site loops",
    "reddit.com": "me",
    "soundcloud.com": (
        "artists artists-hub charts checkout community-guidelines connect creators discover"
        " dropped embed for-artists getstarted go imprint kids likes logged-out mood pages people"
        " playlists pro radio resolve search sets soundcloud-go stations stream swap trackings"
        " tracks tos you albums insights next-pro the-upload n"
    ),
    "tumblr.com": (
        "_ abuse app archive blog changes docs explore following inbox likes lookup messaging"
        " oauth2 photos privacy radar reblog recommended spotlight staff-picks svc tagged theme"
        " themes tips tagged widgets communities search neue_web queue drafts tumblelog"
    ),
    "twitch.tv": (
        "bits broadcast clips collections communities creatorcamp cute directory event extensions"
        " friends giftcard inventory moderator p payments popout prime products redeem"
        " broadcaster s store subs team teams turbo u videos wallet year drops"
    ),
    "vimeo.com": (
        "_rv album albums blog-post bdsy channel channels couchmode cameo create enterprise event"
        " everywhere forums for-hire group groups integrations makers manage music musicstore"
        " ondemand ott partners player pro report showcase showcases solutions staffpicks stats"
        " stock streaming templates tv use vimeopro video-school work"
    ),
    "vk.com": (
        "ads al_feed.php albums apps audios bookmarks bugs clips contact data_protection dev"
        " discover"
        " docs fave friends gifts groups id im join jobs lives market mail menu music"
        " photos places poll products reg services settings sticker stickers vkpay vkvideo"
        " video wall_post widget_comments.php write"
    ),
    "x.com": (
        "account compose download explore hashtag home i intent jobs lists logged_out login"
        " messages moments notifications oauth personalization privacy search share"
        " signup similar_to tos who_to_follow widgets safety grok premium_sign_up"
    ),
    "youtube.com": (
        "attribution_link audiolibrary ads c channel channels clip creators feeds gaming"
        " get_video_info hashtag howyoutubeworks iframe_api intl kids live_chat musicpremium"
        " new oembed playlist playables post redirect reporthistory results s shorts source"
        " t testtube time_continue trends tv v yt youtubei youtubetv premium music movies"
        " paid_memberships purchases reel_watch sw.js"
    ),
    "t.me": (
        "addemoji addlist addstickers addtheme bg boost c confirmphone contact giftcode"
        " invoice iv joinchat k m msg nft proxy s setlanguage socks stickers"
    ),
    "*.medium.com": (
        "about business cdn cdn-static glyph hire link me miro partner-program rsci stats"
    ),
    "*.wordpress.com": (
        "en public-api r-login s0 s1 s2 subscribe signup stats jetpack files wordpress learn"
        " theme themes vip publisher"
    ),
    "*.tumblr.com": "64 66 68 69 at srvcs t tumblr va",
    "*.substack.com": "email enterprise substackcdn read",
    "*.itch.io": "admin html html-classic",
    "*.podbean.com": (
        "admin patron pbcdn1 pb advertising podcast podads s sponsorship mcdn deow9bq0xqvbj"
    ),
    "*.artstation.com": "magazine learning cdna cdnb prints",
    "*.bandcamp.com": "daily get t4 f4 bandcamp",
    "*.ghost.io": "account ghost marketplace",
    "*.slack.com": "app edgeapi files hooks slack status wss-primary",
    "*.wikipedia.org": "wikipedia upload meta login -my",
    "*.blogspot.com": "draft",
    "*.livejournal.com": "users",
    "*.squarespace.com": "static1 account engine",
}

RESERVED = {
    place: (SUBDOMAINS if place.startswith("*.") else COMMON) | frozenset(names.split())
    for place, names in _RESERVED.items()
}


def is_reserved(place: str, name: str) -> bool:
    """Tell whether a name is the site's own; `place` is a host or `*.host`."""
    name = name.lower()
    if place.startswith("*."):
        return name in RESERVED.get(place, SUBDOMAINS)
    return name in RESERVED.get(place, COMMON) or name.endswith(FILES)
