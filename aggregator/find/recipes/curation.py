"""Places where people collect what others made."""

from aggregator.find.nouns import Recipe

_FLIP = "https://flipboard.com"

RECIPES = (
    Recipe(
        "flipboard.com/@{user}[/{tab:followers|following|magazines}]",
        f"{_FLIP}/@{{user}}.rss",
        "https://www.flipboard.com/@thephotodesk/magazines",
        f"{_FLIP}/@thephotodesk.rss",
    ),
    Recipe(
        "flipboard.com/@{user}/{magazine}",
        f"{_FLIP}/@{{user}}/{{magazine}}.rss",
        "https://flipboard.com/@thephotodesk/photo-of-the-day-abc123",
        f"{_FLIP}/@thephotodesk/photo-of-the-day-abc123.rss",
        label="this magazine",
        more=(("all magazines", f"{_FLIP}/@{{user}}.rss"),),
    ),
    Recipe(
        "flipboard.com/topic/{topic}",
        f"{_FLIP}/topic/{{topic}}.rss",
        "https://flipboard.com/topic/python?utm_medium=share",
        f"{_FLIP}/topic/python.rss",
    ),
    Recipe(
        "are.na/editorial/*",
        "https://www.are.na/editorial/feed/rss",
        "https://www.are.na/editorial/some-piece",
        "https://www.are.na/editorial/feed/rss",
    ),
    Recipe(
        "are.na/{user}[/{tab:channels|index|blocks|followers|following|all|groups}]",
        "https://www.are.na/{user}/feed/rss",
        "https://www.are.na/laurel-schwulst",
        "https://www.are.na/laurel-schwulst/feed/rss",
    ),
    Recipe(
        "are.na/{user}/{channel}/*",
        "https://www.are.na/{user}/{channel}/feed/rss",
        "https://are.na/laurel-schwulst/websites-1/",
        "https://www.are.na/laurel-schwulst/websites-1/feed/rss",
        label="this channel",
        more=(("all channels", "https://www.are.na/{user}/feed/rss"),),
    ),
    Recipe(
        "pinboard.in/{list:(?:u:[^/]+|t:[^/]+|popular|recent)(?:/t:[^/]+)*}[/*]",
        "https://feeds.pinboard.in/rss/{list}/",
        "https://pinboard.in/u:maciej/t:rss/t:python/",
        "https://feeds.pinboard.in/rss/u:maciej/t:rss/t:python/",
    ),
    Recipe(
        "raindrop.io/{user}/{name}-{id:int}/*",
        "https://bg.raindrop.io/rss/public/{id}",
        "https://raindrop.io/jorcineydias/dev-39074771",
        "https://bg.raindrop.io/rss/public/39074771",
    ),
    Recipe(
        "{sub}.raindrop.io/{name}-{id:int}/*",
        "https://bg.raindrop.io/rss/public/{id}",
        "https://jorcineydias.raindrop.io/dev-39074771",
        "https://bg.raindrop.io/rss/public/39074771",
    ),
    Recipe(
        "diigo.com/user/{user}?query=%23{tag}",
        "https://www.diigo.com/rss/user/{user}/{tag}",
        "https://www.diigo.com/user/erikduval?query=%23rss",
        "https://www.diigo.com/rss/user/erikduval/rss",
    ),
    Recipe(
        "diigo.com/user/{user}[/{tag}]",
        "https://www.diigo.com/rss/user/{user}/{tag}",
        "https://www.diigo.com/user/erikduval/rss",
        "https://www.diigo.com/rss/user/erikduval/rss",
        more=(("", "https://www.diigo.com/rss/user/{user}"),),
    ),
    Recipe(
        "scoop.it/{kind:topic|t}/{topic}/*",
        "https://www.scoop.it/t/{topic}/rss.xml",
        "https://www.scoop.it/topic/curation",
        "https://www.scoop.it/t/curation/rss.xml",
    ),
    Recipe(
        "archive.org/search?query={q}",
        "https://archive.org/services/collection-rss.php?query={q}",
        "https://archive.org/search?query=open+data",
        "https://archive.org/services/collection-rss.php?query=open+data",
    ),
    Recipe(
        "archive.org/details/{collection}/*",
        "https://archive.org/services/collection-rss.php?collection={collection}",
        "https://archive.org/details/prelinger",
        "",
        look=(r'(?i)mediatype["\s:=\\]{1,8}collection', r'(?i)itemtype="[^"]{0,60}/Collection'),
    ),
    *(
        Recipe(
            f"{host}/*",
            page=f"https://{host}/somebody",
            closed=True,
            reason=f"{name} was closed{since}.",
            hint="Many of its users moved to Raindrop, Pinboard or a blog.",
            category="curation",
        )
        for host, name, since in (
            ("getpocket.com", "Pocket", " on 2025-07-08"),
            ("delicious.com", "Delicious", ""),
            ("del.icio.us", "Delicious", ""),
            ("omnivore.app", "Omnivore", " in November 2024"),
        )
    ),
)
