"""Blogs, where they are hosted; everybody else's are found by their pages."""

from aggregator import taxonomy
from aggregator.find.nouns import Recipe

_BLOGSPOTS = tuple(
    host for host in taxonomy.platform("blogger").hosts if host.startswith("blogspot.")
)
_WORDPRESS = (
    ("entries (Atom)", "{origin}/feed/atom/"),
    ("comments", "{origin}/comments/feed/"),
)
_BLOGGER = (
    ("entries (RSS)", "{origin}/feeds/posts/default?alt=rss"),
    ("summaries", "{origin}/feeds/posts/summary"),
    ("comments", "{origin}/feeds/comments/default"),
)

RECIPES = (
    Recipe(
        "{sub}.wordpress.com/{kind:category|tag|author}/{name*}[/page/{page:int}]",
        "{origin}/{kind}/{name}/feed/",
        "https://example.wordpress.com/category/news/local/page/2/",
        "https://example.wordpress.com/category/news/local/feed/",
        label="entries of this kind",
        more=(("all entries", "{origin}/feed/"), *_WORDPRESS[1:]),
    ),
    Recipe(
        "{sub}.wordpress.com/{date:\\d+/\\d+/\\d+}/{slug}",
        "{origin}/feed/",
        "https://example.wordpress.com/2024/05/01/hello-world/",
        "https://example.wordpress.com/feed/",
        label="entries",
        more=(*_WORDPRESS, ("comments on this entry", "{origin}/{date}/{slug}/feed/")),
    ),
    Recipe(
        "{sub}.wordpress.com/*",
        "{origin}/feed/",
        "https://matt.wordpress.com/about/",
        "https://matt.wordpress.com/feed/",
        label="entries",
        more=_WORDPRESS,
    ),
    *(
        row
        for host in _BLOGSPOTS
        for row in (
            Recipe(
                "{sub}." + host + "/search/label/{label}/*",
                "{origin}/feeds/posts/default/-/{label}",
                f"https://example.{host}/search/label/RSS",
                f"https://example.{host}/feeds/posts/default/-/RSS",
                label="entries with this label",
                more=(("all entries", "{origin}/feeds/posts/default"), *_BLOGGER),
            ),
            Recipe(
                "{sub}." + host + "/*",
                "{origin}/feeds/posts/default",
                f"https://example.{host}/2013/01/hello.html?m=1",
                f"https://example.{host}/feeds/posts/default",
                label="entries",
                more=_BLOGGER,
            ),
        )
    ),
    Recipe(
        "medium.com/@{user}/*",
        "https://medium.com/feed/@{user}",
        "https://medium.com/@ev/welcome-to-medium-9e53ca408c48",
        "https://medium.com/feed/@ev",
    ),
    Recipe(
        "medium.com/{kind:tag|tagged}/{tag}/*",
        "https://medium.com/feed/tag/{tag}",
        "https://medium.com/tag/rss/latest",
        "https://medium.com/feed/tag/rss",
    ),
    Recipe(
        "medium.com/{publication}/tagged/{tag}/*",
        "https://medium.com/feed/{publication}/tagged/{tag}",
        "https://medium.com/netflix-techblog/tagged/python",
        "https://medium.com/feed/netflix-techblog/tagged/python",
        more=(("whole publication", "https://medium.com/feed/{publication}"),),
    ),
    Recipe(
        "medium.com/{publication}/*",
        "https://medium.com/feed/{publication}",
        "https://medium.com/netflix-techblog/a-story-9e53ca408c48",
        "https://medium.com/feed/netflix-techblog",
    ),
    Recipe(
        "{sub}.medium.com/tagged/{tag}/*",
        "https://{sub}.medium.com/feed/tagged/{tag}",
        "https://netflixtechblog.medium.com/tagged/python",
        "https://netflixtechblog.medium.com/feed/tagged/python",
        more=(("all entries", "https://{sub}.medium.com/feed"),),
    ),
    Recipe(
        "{sub}.medium.com/*",
        "https://{sub}.medium.com/feed",
        "https://flipboard.medium.com/federating-8c071dfad345?source=user_profile",
        "https://flipboard.medium.com/feed",
    ),
    Recipe(
        "substack.com/@{handle}/*",
        "https://{domain}/feed",
        "https://substack.com/@somebody",
        "",
        more=(("", "https://{sub}.substack.com/feed"),),
        # The publication stands in the page as JSON, or as JSON within a string of JSON.
        look=(
            r'primaryPublication\\?"\s*:\s*\{[^{}]{0,4000}?subdomain\\?"\s*:\s*\\?"(?P<sub>[\w-]+)',
        ),
        also=(
            (
                r'primaryPublication\\?"\s*:\s*\{[^{}]{0,4000}?custom_domain\\?"\s*:\s*'
                r'\\?"(?P<domain>[\w.-]+)'
            ),
        ),
    ),
    Recipe(
        "open.substack.com/pub/{name:[\\w-]+}/*",
        "https://{name}.substack.com/feed",
        "https://open.substack.com/pub/astralcodexten/p/open-thread-401",
        "https://astralcodexten.substack.com/feed",
    ),
    Recipe(
        "{sub}.substack.com/*",
        "https://{sub}.substack.com/feed",
        "https://astralcodexten.substack.com/p/open-thread-401?utm_source=share",
        "https://astralcodexten.substack.com/feed",
    ),
    Recipe(
        "{sub}.ghost.io/{kind:tag|author}/{name}/*",
        "{origin}/{kind}/{name}/rss/",
        "https://fuel-labs.ghost.io/tag/announcements/page/2/",
        "https://fuel-labs.ghost.io/tag/announcements/rss/",
        more=(("all entries", "{origin}/rss/"),),
    ),
    Recipe(
        "{sub}.ghost.io/*",
        "{origin}/rss/",
        "https://fuel-labs.ghost.io/hello/",
        "https://fuel-labs.ghost.io/rss/",
    ),
    Recipe(
        "dev.to/",
        "https://dev.to/feed",
        "https://dev.to/",
        "https://dev.to/feed",
        more=(("latest", "https://dev.to/feed/latest"),),
    ),
    Recipe(
        "dev.to/latest",
        "https://dev.to/feed/latest",
        "https://dev.to/latest",
        "https://dev.to/feed/latest",
    ),
    Recipe(
        "dev.to/t/{tag}/*",
        "https://dev.to/feed/tag/{tag}",
        "https://dev.to/t/python/top/week",
        "https://dev.to/feed/tag/python",
    ),
    Recipe(
        "dev.to/{user}/*",
        "https://dev.to/feed/{user|lower}",
        "https://dev.to/Ben/some-title-3k1f",
        "https://dev.to/feed/ben",
    ),
    Recipe(
        "{sub}.hashnode.dev/*",
        "{origin}/rss.xml",
        "https://townhall.hashnode.dev/some-post",
        "https://townhall.hashnode.dev/rss.xml",
    ),
    Recipe(
        "bearblog.dev/[discover]",
        "https://bearblog.dev/discover/feed/",
        "https://bearblog.dev/discover/",
        "https://bearblog.dev/discover/feed/",
    ),
    Recipe(
        "{sub}.bearblog.dev/*?q={q?}",
        "{origin}/feed/{?q}",
        "https://herman.bearblog.dev/blog/?q=bear",
        "https://herman.bearblog.dev/feed/?q=bear",
        label="Atom",
        more=(("RSS", "{origin}/feed/?type=rss"),),
    ),
    Recipe(
        "{sub}.wixsite.com/{site}/*",
        "{origin}/{site}/blog-feed.xml",
        "https://somebody.wixsite.com/travels/blog",
        "https://somebody.wixsite.com/travels/blog-feed.xml",
    ),
    Recipe(
        "{sub}.squarespace.com/{collection}/*",
        "{origin}/{collection}?format=rss",
        "https://somebody.squarespace.com/blog/2024/hello",
        "https://somebody.squarespace.com/blog?format=rss",
    ),
    Recipe(
        "{sub}.livejournal.com/*",
        "{origin}/data/rss",
        "https://news.livejournal.com/12345.html",
        "https://news.livejournal.com/data/rss",
        label="RSS",
        more=(("Atom", "{origin}/data/atom"),),
    ),
    Recipe(
        "write.as/{blog}/*",
        "https://write.as/{blog}/feed/",
        "https://write.as/matt/a-thought",
        "https://write.as/matt/feed/",
    ),
    Recipe(
        "patreon.com/[{kind:cw?}/]{creator}/*",
        page="https://www.patreon.com/c/straightupsisters/posts",
        expected="rsshub:/patreon/straightupsisters",
        rsshub="/patreon/{creator}",
        rssbridge="bridge=PatreonBridge&creator={creator}",
        reason="Patreon has no public feeds.",
    ),
)
