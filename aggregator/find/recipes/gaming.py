"""Games: shops, news and players."""

from aggregator.find.nouns import Recipe

_STEAM = "https://store.steampowered.com/feeds/news"
_API = "https://api.steampowered.com/ISteamNews/GetNewsForApp/v2/"
_NEWS = f"{_API}?appid={{id}}&maxlength=0&count=20"
_EPIC = "https://store-site-backend-static.ak.epicgames.com/freeGamesPromotions"
_GOG = "https://catalog.gog.com/v1/catalog?limit=48&order=desc%3AstoreReleaseDate"


def _steam(pattern: str, page: str) -> Recipe:
    return Recipe(
        pattern,
        f"{_STEAM}/app/{{id}}/",
        page,
        f"{_STEAM}/app/730/",
        json=_NEWS,
    )


RECIPES = (
    _steam(
        "store.steampowered.com/[{kind:agecheck|news|dlc}/]app/{id:int}/*",
        "https://store.steampowered.com/agecheck/app/730/CounterStrike_2/",
    ),
    Recipe(
        "store.steampowered.com/news/group/{id:int}/*",
        f"{_STEAM}/group/{{id}}/",
        "https://store.steampowered.com/news/group/4145017/view/1",
        f"{_STEAM}/group/4145017/",
    ),
    Recipe(
        "store.steampowered.com/news[/{tab:posts|featured|top|collection/.*}]",
        f"{_STEAM}.xml",
        "https://store.steampowered.com/news/",
        f"{_STEAM}.xml",
        more=(("daily deals", "https://store.steampowered.com/feeds/daily_deals.xml"),),
    ),
    _steam(
        "steamcommunity.com/{kind:app|ogg|games}/{id:int}/*",
        "https://steamcommunity.com/app/730/discussions/",
    ),
    Recipe(
        "steamcommunity.com/groups/{group}/*",
        "https://steamcommunity.com/groups/{group}/rss",
        "https://steamcommunity.com/groups/freegamesfinders/announcements",
        "https://steamcommunity.com/groups/freegamesfinders/rss",
    ),
    Recipe(
        "itch.io/",
        "https://itch.io/feed/featured.xml",
        "https://itch.io/",
        "https://itch.io/feed/featured.xml",
        label="featured",
        more=(
            ("new", "https://itch.io/feed/new.xml"),
            ("sales", "https://itch.io/feed/sales.xml"),
        ),
    ),
    Recipe(
        "itch.io/profile/{user}",
        "https://itch.io/games/by-{user}.xml",
        "https://itch.io/profile/remedybg",
        "https://itch.io/games/by-remedybg.xml",
    ),
    Recipe(
        "itch.io/{list:(?:games|game-assets|tools|comics|books|physical-games|soundtracks|game-mods"
        "|misc)(?:/.+)?|devlogs(?:/.+)?}",
        "https://itch.io/{list}.xml",
        "https://itch.io/games/newest/tag-roguelike?page=2",
        "https://itch.io/games/newest/tag-roguelike.xml",
    ),
    Recipe(
        "itch.io/sales",
        "https://itch.io/feed/sales.xml",
        "https://itch.io/sales",
        "https://itch.io/feed/sales.xml",
    ),
    Recipe(
        "itch.io/blog/*",
        "https://itch.io/blog.rss",
        "https://itch.io/blog/1/hello",
        "https://itch.io/blog.rss",
    ),
    Recipe(
        "{sub}.itch.io/",
        "https://itch.io/games/by-{sub}.xml",
        "https://remedybg.itch.io/",
        "https://itch.io/games/by-remedybg.xml",
    ),
    Recipe(
        "{sub}.itch.io/{game}/*",
        "https://{sub}.itch.io/{game}/devlog.rss",
        "https://remedybg.itch.io/remedybg/devlog/12345/release",
        "https://remedybg.itch.io/remedybg/devlog.rss",
        label="devlog",
        more=(("all games", "https://itch.io/games/by-{sub}.xml"),),
    ),
    Recipe(
        "lichess.org/@/{user}/*",
        "https://lichess.org/@/{user}/blog.atom",
        "https://lichess.org/@/thibault/blog/hello/abc",
        "https://lichess.org/@/thibault/blog.atom",
    ),
    Recipe(
        "lichess.org/blog/community/{lang:lang}",
        "https://lichess.org/blog/community.atom{?lang}",
        "https://lichess.org/blog/community/fr",
        "https://lichess.org/blog/community.atom?lang=fr",
    ),
    Recipe(
        "lichess.org/blog/community/*?lang={lang?}",
        "https://lichess.org/blog/community.atom{?lang}",
        "https://lichess.org/blog/community",
        "https://lichess.org/blog/community.atom",
    ),
    Recipe(
        "lichess.org/feed",
        "https://lichess.org/feed.atom",
        "https://lichess.org/feed",
        "https://lichess.org/feed.atom",
    ),
    Recipe(
        "boardgamegeek.com/{kind:blog|geeklist}/{id:int}/*",
        "https://boardgamegeek.com/rss/{kind}/{id}",
        "https://boardgamegeek.com/geeklist/252354/some-list",
        "https://boardgamegeek.com/rss/geeklist/252354",
    ),
    Recipe(
        "boardgamegeek.com/boardgame/{id:int}/*",
        "https://boardgamegeek.com/rss/boardgame/{id}/forums",
        "https://boardgamegeek.com/boardgame/13/catan",
        "https://boardgamegeek.com/rss/boardgame/13/forums",
    ),
    Recipe(
        "news.xbox.com/{list:[a-z]{2}-[a-z]{2}/(?:tag|category|author|platform|genre)/[^/]+}/*",
        "https://news.xbox.com/{list}/feed/",
        "https://news.xbox.com/en-us/tag/game-pass/",
        "https://news.xbox.com/en-us/tag/game-pass/feed/",
    ),
    Recipe(
        "news.xbox.com/{lang:[a-z]{2}-[a-z]{2}}/*",
        "https://news.xbox.com/{lang}/feed/",
        "https://news.xbox.com/en-us/2026/01/02/hello/",
        "https://news.xbox.com/en-us/feed/",
    ),
    Recipe(
        "news.xbox.com/",
        "https://news.xbox.com/feed/",
        "https://news.xbox.com/",
        "https://news.xbox.com/feed/",
    ),
    Recipe(
        "blog.playstation.com/{list:(?:tag|category|author)/[^/]+}/*",
        "{origin}/{list}/feed/",
        "https://blog.playstation.com/tag/ps5/",
        "https://blog.playstation.com/tag/ps5/feed/",
    ),
    Recipe(
        "blog.playstation.com/*",
        "{origin}/feed/",
        "https://blog.playstation.com/2026/01/02/hello/",
        "https://blog.playstation.com/feed/",
    ),
    *(
        Recipe(
            pattern,
            page=page,
            expected=f"{_EPIC}?locale=en-US&country=US&allowCountries=US",
            json=f"{_EPIC}?locale={locale}&country={country}&allowCountries={country}",
            rsshub=f"/epicgames/freegames/{locale}",
            rssbridge=f"bridge=EpicGamesFreeBridge&locale={locale}&country={country}",
        )
        for pattern, page, locale, country in (
            (
                "store.epicgames.com/[store/]{lang:[a-z]{2}}-{country:[A-Z]{2}}/free-games/*",
                "https://store.epicgames.com/en-US/free-games",
                "{lang}-{country}",
                "{country}",
            ),
            (
                "store.epicgames.com/[store/]free-games/*",
                "https://store.epicgames.com/free-games",
                "en-US",
                "US",
            ),
        )
    ),
    Recipe(
        "store.epicgames.com/[store/]{lang:[a-z]{2}}/free-games/*",
        page="https://store.epicgames.com/de/free-games",
        expected=f"{_EPIC}?locale=de&country=DE&allowCountries=DE",
        json=f"{_EPIC}?locale={{lang}}&country={{lang|upper}}&allowCountries={{lang|upper}}",
        rsshub="/epicgames/freegames/{lang}",
        rssbridge="bridge=EpicGamesFreeBridge&locale={lang}&country={lang|upper}",
    ),
    Recipe(
        "gog.com/[{lang:lang}][/games/*]",
        page="https://www.gog.com/en/games",
        expected=_GOG,
        json=_GOG,
        rssbridge="bridge=GOGBridge",
    ),
    Recipe(
        "gog.com/games/*",
        page="https://www.gog.com/games",
        expected=_GOG,
        json=_GOG,
        rssbridge="bridge=GOGBridge",
    ),
    Recipe(
        "nintendo.com/[{lang:lang}/]nintendo-direct/*",
        page="https://www.nintendo.com/us/nintendo-direct/",
        expected="rsshub:/nintendo/direct",
        rsshub="/nintendo/direct",
        reason="Nintendo has no feeds.",
    ),
    Recipe(
        "nintendo.com/[{lang:lang}/]whatsnew/*",
        page="https://www.nintendo.com/us/whatsnew/",
        expected="rsshub:/nintendo/news",
        rsshub="/nintendo/news",
        reason="Nintendo has no feeds.",
    ),
)
