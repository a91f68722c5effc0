"""Engines whose hosts talk to each other: an account is at home on one and seen on many."""

from aggregator.find.nouns import Recipe

_SORT = (
    "Active|Hot|New|Old|TopDay|TopWeek|TopMonth|TopYear|TopAll|MostComments|NewComments|TopHour"
    "|TopSixHour|TopTwelveHour|TopThreeMonths|TopSixMonths|TopNineMonths|Controversial|Scaled"
)

_ACCOUNT = (
    ("with replies", "{origin}/@{user}/with_replies.rss"),
    ("media", "{origin}/@{user}/media.rss"),
)

_REMOTE = "{user:[^/@]+}@{there:[\\w.:-]+}"

_MASTODON = (
    # An instance has feeds of its own accounts only: ask an account's home.
    Recipe(
        f"/[web/]@{_REMOTE}/*",
        "https://{there}/@{user}.rss",
        "https://fosstodon.org/@Gargron@mastodon.social",
        "https://mastodon.social/@Gargron.rss",
        via="https://{there}/@{user}",
    ),
    Recipe(
        "/@{user}/tagged/{tag}/*",
        "{origin}/@{user}/tagged/{tag}.rss",
        "https://hachyderm.io/@alice/tagged/python",
        "https://hachyderm.io/@alice/tagged/python.rss",
        more=(("all entries", "{origin}/@{user}.rss"),),
    ),
    Recipe(
        "/@{user}/{tab:with_replies|media}",
        "{origin}/@{user}/{tab}.rss",
        "https://fosstodon.org/@Python/media",
        "https://fosstodon.org/@Python/media.rss",
        more=(("all entries", "{origin}/@{user}.rss"),),
    ),
    Recipe(
        "/[web/]@{user}/*",
        "{origin}/@{user}.rss",
        "https://mastodon.social/@Gargron/109252111498807689",
        "https://mastodon.social/@Gargron.rss",
        label="entries",
        more=_ACCOUNT,
    ),
    Recipe(
        "/users/{user}/*",
        "{origin}/@{user}.rss",
        "https://mastodon.social/users/Gargron/statuses/1",
        "https://mastodon.social/@Gargron.rss",
        label="entries",
        more=_ACCOUNT,
    ),
    Recipe(
        "/[web/]tags/{tag}/*",
        "{origin}/tags/{tag}.rss",
        "https://mastodon.social/tags/caturday",
        "https://mastodon.social/tags/caturday.rss",
    ),
)

_MISSKEY = (
    Recipe(
        f"/@{_REMOTE}/*",
        "https://{there}/@{user}.rss",
        "https://misskey.io/@Gargron@mastodon.social",
        "https://mastodon.social/@Gargron.rss",
        via="https://{there}/@{user}",
    ),
    Recipe(
        "/@{user}/*",
        "{origin}/@{user}.atom",
        "https://misskey.io/@syuilo/clips",
        "https://misskey.io/@syuilo.atom",
        label="Atom",
        more=(("RSS", "{origin}/@{user}.rss"), ("JSON Feed", "{origin}/@{user}.json")),
    ),
)

_PLEROMA = (
    Recipe(
        "/{kind:users/|@}{user:[^/@]+}/*",
        "{origin}/users/{user}/feed.atom",
        "https://blob.cat/users/somebody",
        "https://blob.cat/users/somebody/feed.atom",
    ),
)

_PIXELFED = (
    Recipe(
        "/{kind:users|p}/{user}/*",
        "{origin}/users/{user}.atom",
        "https://pixelfed.social/p/dansup/1234",
        "https://pixelfed.social/users/dansup.atom",
    ),
    Recipe(
        "/{user:[\\w.-]+}",
        "{origin}/users/{user}.atom",
        "https://pixelfed.social/dansup",
        "https://pixelfed.social/users/dansup.atom",
    ),
)

_FRIENDICA = (
    Recipe(
        "/profile/{user}/*",
        "{origin}/feed/{user}",
        "https://venera.social/profile/somebody/conversations",
        "https://venera.social/feed/somebody",
        label="entries",
        more=(("with comments", "{origin}/feed/{user}/comments"),),
    ),
)

_LEMMY = (
    Recipe(
        "/{kind:c|u}/{name:[^/@]+}@{there:[\\w.:-]+}/*",
        "https://{there}/feeds/{kind}/{name}.xml",
        "https://lemmy.ml/c/selfhosted@lemmy.world",
        "https://lemmy.world/feeds/c/selfhosted.xml",
        via="https://{there}/{kind}/{name}",
    ),
    Recipe(
        f"/{{kind:c|u}}/{{name}}/*?sort={{sort?:{_SORT}}}",
        "{origin}/feeds/{kind}/{name}.xml{?sort}",
        "https://lemmy.world/c/selfhosted?dataType=Post&sort=New",
        "https://lemmy.world/feeds/c/selfhosted.xml?sort=New",
    ),
    Recipe(
        f"/?listingType=Local&sort={{sort?:{_SORT}}}",
        "{origin}/feeds/local.xml{?sort}",
        "https://lemmy.ml/?listingType=Local",
        "https://lemmy.ml/feeds/local.xml",
        more=(("all", "{origin}/feeds/all.xml"),),
    ),
    Recipe(
        f"/?sort={{sort?:{_SORT}}}",
        "{origin}/feeds/all.xml{?sort}",
        "https://lemmy.ml/",
        "https://lemmy.ml/feeds/all.xml",
        label="all",
        more=(("local", "{origin}/feeds/local.xml"),),
    ),
)

_PEERTUBE = (
    Recipe(
        "/{kind:c|video-channels}/{name}/*",
        "{origin}/feeds/videos.xml?videoChannelName={name}",
        "https://framatube.org/c/joinpeertube/videos",
        "https://framatube.org/feeds/videos.xml?videoChannelName=joinpeertube",
    ),
    Recipe(
        "/{kind:a|accounts}/{name}/*",
        "{origin}/feeds/videos.xml?accountName={name}",
        "https://framatube.org/a/framasoft/video-channels",
        "https://framatube.org/feeds/videos.xml?accountName=framasoft",
    ),
    Recipe(
        "/[{page:home|videos/(?:local|recently-added|trending|overview|browse)|browse/videos"
        "|discover|videos/discover|explore}]",
        "{origin}/feeds/videos.xml",
        "https://framatube.org/videos/recently-added",
        "https://framatube.org/feeds/videos.xml",
    ),
)

_FUNKWHALE = (
    Recipe(
        "/channels/{name:[^/@]+}@{there:[\\w.:-]+}/*",
        "https://{there}/api/v1/channels/{name}/rss",
        "https://open.audio/channels/blender@tanukitunes.com",
        "https://tanukitunes.com/api/v1/channels/blender/rss",
        via="https://{there}/channels/{name}",
    ),
    Recipe(
        "/channels/{name}/*",
        "{origin}/api/v1/channels/{name}/rss",
        "https://open.audio/channels/blender",
        "https://open.audio/api/v1/channels/blender/rss",
    ),
)

RECIPES = {
    "friendica": _FRIENDICA,
    "funkwhale": _FUNKWHALE,
    "lemmy": _LEMMY,
    "mastodon": _MASTODON,
    "misskey": _MISSKEY,
    "peertube": _PEERTUBE,
    "pixelfed": _PIXELFED,
    "pleroma": _PLEROMA,
}
