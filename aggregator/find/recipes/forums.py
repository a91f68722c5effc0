"""Forums with a home of their own; the many that run an engine are in `engines`, `signatures`."""

from aggregator.find.nouns import Recipe

_R = "https://www.reddit.com"
_REDDIT_MORE = (
    ("new", f"{_R}/r/{{sub}}/new/.rss"),
    ("top of the week", f"{_R}/r/{{sub}}/top/.rss?t=week"),
    ("comments", f"{_R}/r/{{sub}}/comments/.rss"),
)
_TAG = "{origin}/feeds/tag/{tag}"


def _stack(host: str, example: str) -> tuple[Recipe, ...]:
    """Write the rows of a Stack Exchange site, which all have the same pages."""
    return (
        Recipe(
            f"{host}/questions/tagged/{{tag}}/*?tab={{tab:(?i:newest|active|votes|hot)}}",
            f"{_TAG}?sort={{tab|lower}}",
            f"{example}/questions/tagged/c%23?tab=Newest",
            f"{example}/feeds/tag/c%23?sort=newest",
        ),
        Recipe(
            f"{host}/questions/tagged/{{tag}}/*?sort={{sort?:newest|active|votes|hot}}",
            f"{_TAG}{{?sort}}",
            f"{example}/questions/tagged/c%23",
            f"{example}/feeds/tag/c%23",
        ),
        Recipe(
            f"{host}/tags/{{tag}}/*",
            _TAG,
            f"{example}/tags/feedparser/info",
            f"{example}/feeds/tag/feedparser",
        ),
        Recipe(
            f"{host}/{{kind:questions|q}}/{{id:int}}/*",
            "{origin}/feeds/question/{id}",
            f"{example}/questions/11227809/why-is-it-faster",
            f"{example}/feeds/question/11227809",
        ),
        Recipe(
            f"{host}/{{kind:users|u}}/{{id:int}}/*",
            "{origin}/feeds/user/{id}",
            f"{example}/users/22656/jon-skeet?tab=profile",
            f"{example}/feeds/user/22656",
        ),
        Recipe(
            f"{host}/collectives/{{name}}/*",
            "{origin}/feeds/collectives/{name}",
            f"{example}/collectives/aws",
            f"{example}/feeds/collectives/aws",
        ),
        Recipe(
            f"{host}/[questions]",
            "{origin}/feeds",
            f"{example}/questions?tab=Newest",
            f"{example}/feeds",
        ),
    )


_STACKS = (
    ("stackoverflow.com", "https://stackoverflow.com"),
    ("{sub}.stackoverflow.com", "https://pt.stackoverflow.com"),
    ("superuser.com", "https://superuser.com"),
    ("serverfault.com", "https://serverfault.com"),
    ("askubuntu.com", "https://askubuntu.com"),
    ("stackapps.com", "https://stackapps.com"),
    ("mathoverflow.net", "https://mathoverflow.net"),
    ("{sub}.mathoverflow.net", "https://meta.mathoverflow.net"),
    ("{sub}.superuser.com", "https://meta.superuser.com"),
    ("{sub}.serverfault.com", "https://meta.serverfault.com"),
    ("{sub}.askubuntu.com", "https://meta.askubuntu.com"),
    ("{sub}.stackexchange.com", "https://unix.stackexchange.com"),
)

RECIPES = (
    Recipe("reddit.com/", f"{_R}/.rss", "https://www.reddit.com/", f"{_R}/.rss"),
    Recipe(
        "reddit.com/search?q={q}",
        f"{_R}/search.rss?q={{q}}",
        "https://www.reddit.com/search/?q=feed+parser&sort=new",
        f"{_R}/search.rss?q=feed+parser",
    ),
    Recipe(
        "reddit.com/{sort:top|controversial}?t={t?}",
        f"{_R}/{{sort}}/.rss{{?t}}",
        "https://www.reddit.com/top/?t=week",
        f"{_R}/top/.rss?t=week",
    ),
    Recipe(
        "reddit.com/{sort:hot|new|rising|best}",
        f"{_R}/{{sort}}/.rss",
        "https://www.reddit.com/new/",
        f"{_R}/new/.rss",
    ),
    Recipe(
        "reddit.com/r/{sub}/search?q={q}",
        f"{_R}/r/{{sub}}/search.rss?q={{q}}&restrict_sr=on",
        "https://www.reddit.com/r/Python/search/?q=httpx&restrict_sr=1",
        f"{_R}/r/Python/search.rss?q=httpx&restrict_sr=on",
    ),
    Recipe(
        "reddit.com/r/{sub}/comments/{id:\\w+}/*",
        f"{_R}/r/{{sub}}/comments/{{id}}/.rss",
        "https://old.reddit.com/r/rss/comments/1u3qqmk/did_reddit_change/",
        f"{_R}/r/rss/comments/1u3qqmk/.rss",
        label="comments on this entry",
        more=(("whole subreddit", f"{_R}/r/{{sub}}/.rss"),),
    ),
    Recipe(
        "reddit.com/r/{sub}/{sort:top|controversial}/*?t={t?}",
        f"{_R}/r/{{sub}}/{{sort}}/.rss{{?t}}",
        "https://reddit.com/r/rss/top/?sort=top&t=week",
        f"{_R}/r/rss/top/.rss?t=week",
        more=(("hot", f"{_R}/r/{{sub}}/.rss"),),
    ),
    Recipe(
        "reddit.com/r/{sub}/{sort:hot|new|rising|best|comments}/*",
        f"{_R}/r/{{sub}}/{{sort}}/.rss",
        "https://new.reddit.com/r/selfhosted/new/?t=month",
        f"{_R}/r/selfhosted/new/.rss",
        more=(("hot", f"{_R}/r/{{sub}}/.rss"),),
    ),
    Recipe(
        "reddit.com/r/{sub}/*",
        f"{_R}/r/{{sub}}/.rss",
        "https://www.reddit.com/r/python+django/wiki/index",
        f"{_R}/r/python+django/.rss",
        label="hot",
        more=_REDDIT_MORE,
    ),
    Recipe(
        "reddit.com/{kind:u|user}/{user}/m/{list}/*",
        f"{_R}/user/{{user}}/m/{{list}}/.rss",
        "https://www.reddit.com/user/alice/m/news",
        f"{_R}/user/alice/m/news/.rss",
    ),
    Recipe(
        "reddit.com/{kind:u|user}/{user}/{tab:submitted|comments}",
        f"{_R}/user/{{user}}/{{tab}}/.rss",
        "https://old.reddit.com/user/shwikibot/submitted/",
        f"{_R}/user/shwikibot/submitted/.rss",
    ),
    Recipe(
        "reddit.com/{kind:u|user}/{user:(?!me(?![^/]))[^/]+}/*",
        f"{_R}/user/{{user}}/.rss",
        "https://www.reddit.com/u/shwikibot",
        f"{_R}/user/shwikibot/.rss",
        more=(
            ("submitted", f"{_R}/user/{{user}}/submitted/.rss"),
            ("comments", f"{_R}/user/{{user}}/comments/.rss"),
        ),
    ),
    Recipe(
        "reddit.com/domain/{domain}/*",
        f"{_R}/domain/{{domain}}/.rss",
        "https://www.reddit.com/domain/simonwillison.net/",
        f"{_R}/domain/simonwillison.net/.rss",
    ),
    Recipe(
        "news.ycombinator.com/[{page:news|front}]",
        "https://news.ycombinator.com/rss",
        "https://news.ycombinator.com/news?p=2",
        "https://news.ycombinator.com/rss",
        more=(("newest", "https://hnrss.org/newest"), ("best", "https://hnrss.org/best")),
    ),
    Recipe(
        "news.ycombinator.com/{page:show|shownew}",
        "https://news.ycombinator.com/showrss",
        "https://news.ycombinator.com/show",
        "https://news.ycombinator.com/showrss",
    ),
    Recipe(
        "news.ycombinator.com/{list:newest|newcomments|ask|best|bestcomments|jobs|launches}",
        "https://hnrss.org/{list}",
        "https://news.ycombinator.com/newest",
        "https://hnrss.org/newest",
    ),
    Recipe(
        "news.ycombinator.com/{list:user|submitted|threads|item|favorites}?id={id}",
        "https://hnrss.org/{list}?id={id}",
        "https://news.ycombinator.com/threads?id=tptacek",
        "https://hnrss.org/threads?id=tptacek",
    ),
    Recipe(
        "lobste.rs/[{page:hottest|page/\\d+}]",
        "https://lobste.rs/rss",
        "https://lobste.rs/",
        "https://lobste.rs/rss",
        more=(
            ("newest", "https://lobste.rs/newest.rss"),
            ("comments", "https://lobste.rs/comments.rss"),
        ),
    ),
    Recipe(
        "lobste.rs/t/{tags}/*",
        "https://lobste.rs/t/{tags}.rss",
        "https://lobste.rs/t/python,web",
        "https://lobste.rs/t/python,web.rss",
    ),
    Recipe(
        "lobste.rs/{kind:~|u/|newest/}{user}/*",
        "https://lobste.rs/~{user}/stories.rss",
        "https://lobste.rs/~pushcx/threads",
        "https://lobste.rs/~pushcx/stories.rss",
    ),
    Recipe(
        "lobste.rs/{list:newest|comments}[/page/{page:int}]",
        "https://lobste.rs/{list}.rss",
        "https://lobste.rs/newest",
        "https://lobste.rs/newest.rss",
    ),
    Recipe(
        "lobste.rs/top/{period:\\d+[hdwmy]}/*",
        "https://lobste.rs/top/{period}/rss",
        "https://lobste.rs/top/1w",
        "https://lobste.rs/top/1w/rss",
    ),
    Recipe(
        "lobste.rs/top/*",
        "https://lobste.rs/top/rss",
        "https://lobste.rs/top",
        "https://lobste.rs/top/rss",
    ),
    Recipe(
        "lobste.rs/{kind:domains?}/{domain}/*",
        "https://lobste.rs/domains/{domain}.rss",
        "https://lobste.rs/domains/simonwillison.net",
        "https://lobste.rs/domains/simonwillison.net.rss",
    ),
    *(row for host, example in _STACKS for row in _stack(host, example)),
    Recipe(
        "groups.google.com/[a/{domain}/]g/{group}/*",
        page="https://groups.google.com/g/golang-announce",
        expected="rssbridge:bridge=GoogleGroupsBridge&group=golang-announce",
        rssbridge="bridge=GoogleGroupsBridge&group={group}",
        reason="Google Groups has no feeds any more.",
    ),
    Recipe(
        "tildes.net/~{group}/*?tag={tag?}",
        "https://tildes.net/~{group}/topics.rss{?tag}",
        "https://tildes.net/~comp/1abc/a_topic",
        "https://tildes.net/~comp/topics.rss",
        label="RSS",
        more=(("Atom", "https://tildes.net/~{group}/topics.atom{?tag}"),),
    ),
    Recipe(
        "tildes.net/",
        "https://tildes.net/topics.rss",
        "https://tildes.net/",
        "https://tildes.net/topics.rss",
        label="RSS",
        more=(("Atom", "https://tildes.net/topics.atom"),),
    ),
    Recipe(
        "v2ex.com/?tab={tab}",
        "https://www.v2ex.com/feed/tab/{tab}.xml",
        "https://www.v2ex.com/?tab=tech",
        "https://www.v2ex.com/feed/tab/tech.xml",
        more=(("everything", "https://www.v2ex.com/index.xml"),),
    ),
    Recipe(
        "v2ex.com/",
        "https://www.v2ex.com/index.xml",
        "https://www.v2ex.com/",
        "https://www.v2ex.com/index.xml",
    ),
    Recipe(
        "v2ex.com/go/{node}",
        "https://www.v2ex.com/feed/{node}.xml",
        "https://www.v2ex.com/go/python",
        "https://www.v2ex.com/feed/python.xml",
    ),
    Recipe(
        "v2ex.com/member/{user}/*",
        "https://www.v2ex.com/feed/member/{user}.xml",
        "https://www.v2ex.com/member/Livid",
        "https://www.v2ex.com/feed/member/Livid.xml",
    ),
)
