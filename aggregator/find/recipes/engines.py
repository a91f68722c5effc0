"""Engines that anybody may run: their pages look alike on every host.

The host is known to run one (see `hosts`, and `[engines]` in feeds.toml), or its page says so
(see `markers`). Patterns have no host; the examples are at hosts that are known.
"""

from aggregator.find.nouns import Recipe
from aggregator.find.recipes import federated

_LATEST = (
    ("latest", "{origin}/latest.rss"),
    ("all entries", "{origin}/posts.rss"),
)
_GITLAB = (
    ("releases", "{origin}/{project}/-/releases.atom"),
    ("tags", "{origin}/{project}/-/tags?format=atom"),
    ("activity", "{origin}/{project}.atom"),
)

_DISCOURSE = (
    Recipe(
        "/[{page:latest|new|categories|unread|hot}]",
        "{origin}/latest.rss",
        "https://discuss.python.org/latest",
        "https://discuss.python.org/latest.rss",
        label="latest topics",
        more=_LATEST[1:],
    ),
    Recipe(
        "/posts",
        "{origin}/posts.rss",
        "https://discuss.python.org/posts",
        "https://discuss.python.org/posts.rss",
    ),
    Recipe(
        "/top?period={period?:all|yearly|quarterly|monthly|weekly|daily}",
        "{origin}/top.rss{?period}",
        "https://forums.swift.org/top?period=weekly",
        "https://forums.swift.org/top.rss?period=weekly",
        more=_LATEST,
    ),
    Recipe(
        "/top/{period:all|yearly|quarterly|monthly|weekly|daily}",
        "{origin}/top.rss?period={period}",
        "https://forums.swift.org/top/weekly",
        "https://forums.swift.org/top.rss?period=weekly",
        more=_LATEST,
    ),
    Recipe(
        "/c/{slugs:(?:[^/]+/)+?\\d+}/*",
        "{origin}/c/{slugs}.rss",
        "https://discuss.python.org/c/packaging/14/l/top",
        "https://discuss.python.org/c/packaging/14.rss",
        label="this category",
        more=_LATEST,
    ),
    Recipe(
        "/c/{slugs:[^/]+(?:/(?!none|all|l/)[^/]+)?}[/{tail:none|all|l/.*}]",
        "{origin}/c/{slugs}.rss",
        "https://discuss.python.org/c/packaging/none",
        "https://discuss.python.org/c/packaging.rss",
        label="this category",
        more=_LATEST,
    ),
    Recipe(
        "/t/{topic:[^/]+/\\d+|\\d+}/*",
        "{origin}/t/{topic}.rss",
        "https://meta.discourse.org/t/discourse-rss-feeds/264134/7",
        "https://meta.discourse.org/t/discourse-rss-feeds/264134.rss",
        label="this topic",
        more=_LATEST,
    ),
    Recipe(
        "/{kind:u|users}/{user}/*",
        "{origin}/u/{user}/activity.rss",
        "https://users.rust-lang.org/u/alice/summary",
        "https://users.rust-lang.org/u/alice/activity.rss",
    ),
    Recipe(
        "/{kind:tags?}/{tag:(?!c(?![^/])|intersection(?![^/]))[^/]+}/*",
        "{origin}/tag/{tag}.rss",
        "https://meta.discourse.org/tag/rss",
        "https://meta.discourse.org/tag/rss.rss",
        more=_LATEST,
    ),
)
_NODEBB = (
    Recipe(
        "/{kind:category|topic}/{id:int}/*",
        "{origin}/{kind}/{id}.rss",
        "https://community.nodebb.org/topic/180/nodebb-themes?page=2",
        "https://community.nodebb.org/topic/180.rss",
    ),
    Recipe(
        "/popular/*",
        "{origin}/popular.rss",
        "https://community.nodebb.org/popular",
        "https://community.nodebb.org/popular.rss",
    ),
    Recipe(
        "/tags/{tag}",
        "{origin}/tags/{tag}.rss",
        "https://community.nodebb.org/tags/rss",
        "https://community.nodebb.org/tags/rss.rss",
    ),
    Recipe(
        "/user/{user}/*",
        "{origin}/user/{user}/topics.rss",
        "https://community.nodebb.org/user/julian",
        "https://community.nodebb.org/user/julian/topics.rss",
    ),
    Recipe(
        "/[{page:recent|categories|unread|topics}]",
        "{origin}/recent.rss",
        "https://community.nodebb.org/",
        "https://community.nodebb.org/recent.rss",
        more=(("popular", "{origin}/popular.rss"),),
    ),
)
_PROJECT = "{project:(?!-/|groups/|users/)[^/]+/(?!-/)[^/]+(?:/(?!-(?![^/]))[^/]+)*}"
_GITLAB_RECIPES = (
    Recipe(
        "/groups/{group*:.+?}[/-/*]",
        "{origin}/{group}.atom",
        "https://gitlab.com/groups/gitlab-org/-/milestones",
        "https://gitlab.com/gitlab-org.atom",
    ),
    Recipe(
        "/users/{user:(?!sign_|password|confirmation|auth)[^/]+}/*",
        "{origin}/{user}.atom",
        "https://gitlab.com/users/inkscape/projects",
        "https://gitlab.com/inkscape.atom",
    ),
    Recipe(
        "/{name}",
        "{origin}/{name}.atom",
        "https://gitlab.com/gitlab-org",
        "https://gitlab.com/gitlab-org.atom",
    ),
    Recipe(
        f"/{_PROJECT}/-/tags/*",
        "{origin}/{project}/-/tags?format=atom",
        "https://gitlab.com/inkscape/inkscape/-/tags",
        "https://gitlab.com/inkscape/inkscape/-/tags?format=atom",
        more=_GITLAB,
    ),
    Recipe(
        f"/{_PROJECT}/-/{{list:issues|merge_requests}}/*",
        "{origin}/{project}/-/{list}.atom",
        "https://gitlab.com/inkscape/inkscape/-/issues/12",
        "https://gitlab.com/inkscape/inkscape/-/issues.atom",
        more=_GITLAB,
    ),
    Recipe(
        f"/{_PROJECT}/-/{{kind:tree|commits|blob}}/{{branch}}/*",
        "{origin}/{project}/-/commits/{branch}?format=atom",
        "https://gitlab.com/gitlab-org/charts/gitlab-runner/-/tree/main",
        "https://gitlab.com/gitlab-org/charts/gitlab-runner/-/commits/main?format=atom",
        more=_GITLAB,
    ),
    Recipe(
        # As addresses were before 2019.
        "/{project:(?!-/|groups/|users/)[^/]+/[^/]+}/{kind:tree|commits}/{branch}/*",
        "{origin}/{project}/-/commits/{branch}?format=atom",
        "https://gitlab.com/inkscape/inkscape/tree/master",
        "https://gitlab.com/inkscape/inkscape/-/commits/master?format=atom",
        more=_GITLAB,
    ),
    Recipe(
        f"/{_PROJECT}[/-/*]",
        "{origin}/{project}/-/releases.atom",
        "https://gitlab.com/inkscape/inkscape",
        "https://gitlab.com/inkscape/inkscape/-/releases.atom",
        label="releases",
        more=_GITLAB[1:],
    ),
)

# These are told by their pages alone.
_MEDIAWIKI = (
    Recipe(
        "/*",
        "{script|raw}/index.php?title={title}&action=history&feed=atom",
        "https://wiki.example.org/Some_Page",
        "",
        label="history of this page",
        more=(
            ("recent changes", "{script|raw}/index.php?title=Special:RecentChanges&feed=atom"),
            ("new pages", "{script|raw}/index.php?title=Special:NewPages&feed=atom"),
        ),
        # The address of the scripts differs: only the page knows it.
        look=(
            r'<link\b[^>]{0,200}\bEditURI\b[^>]{0,200}\bhref="(?P<script>[^"<>\s]{0,1000})/api\.php',
            r'<link\b[^>]{0,200}\bhref="(?P<script>[^"<>\s]{0,1000})/api\.php\?action=rsd"',
        ),
        # Special pages (of negative namespaces) have no history.
        also=(r'"wgNamespaceNumber":\d+,"wgPageName":"(?P<title>(?:[^"\\]|\\.){1,1000})"',),
    ),
)
_SHAARLI = (
    Recipe(
        "{dir*}[/{page:index\\.php|(?:shaare|tags?|daily|picture-wall|picwall|add-tag)(?:/.*)?}]",
        "{origin}{dir}/feed/rss",
        "https://example.org/links/shaare/aBcDeF",
        "https://example.org/links/feed/rss",
        label="RSS",
        more=(("Atom", "{origin}{dir}/feed/atom"),),
    ),
)
_WIX = (
    Recipe(
        "/*",
        "{origin}/blog-feed.xml",
        "https://www.example.org/blog",
        "https://www.example.org/blog-feed.xml",
    ),
)
_SQUARESPACE = (
    Recipe(
        "/{collection}/*",
        "{origin}/{collection}?format=rss",
        "https://www.example.org/journal/2024/hello",
        "https://www.example.org/journal?format=rss",
    ),
)
_DOKUWIKI = (
    Recipe(
        "/*",
        "{origin}/feed.php",
        "https://wiki.example.org/start",
        "https://wiki.example.org/feed.php",
        label="recent changes",
        more=(("all pages", "{origin}/feed.php?mode=list"),),
    ),
)

ENGINE_RECIPES = {
    **federated.RECIPES,
    "discourse": _DISCOURSE,
    "dokuwiki": _DOKUWIKI,
    "gitlab": _GITLAB_RECIPES,
    "mediawiki": _MEDIAWIKI,
    "nodebb": _NODEBB,
    "shaarli": _SHAARLI,
    "squarespace": _SQUARESPACE,
    "wix": _WIX,
}
