"""Microblogs with a home of their own; Mastodon, Misskey, Pleroma are engines."""

from aggregator.find.nouns import Recipe

_X = "X has no feeds."
_THREADS = "Threads has no feeds."
_VIVA = (
    "Viva Engage (Yammer) is a private network: its messages are read with a token of its members."
)

RECIPES = (
    Recipe(
        "bsky.app/profile/{handle}[/{tab:followers|follows|known-followers|post|search}/*]",
        "https://bsky.app/profile/{handle}/rss",
        "https://bsky.app/profile/simonwillison.net/post/3lbvgv4qcgc2n",
        "https://bsky.app/profile/simonwillison.net/rss",
    ),
    Recipe(
        "{sub}.bsky.social/*",
        "https://bsky.app/profile/{sub}.bsky.social/rss",
        "https://somebody.bsky.social/",
        "https://bsky.app/profile/somebody.bsky.social/rss",
    ),
    Recipe(
        "tumblr.com/{kind:blog/view|dashboard/blog|blog}/{blog:[\\w-]+}/*",
        "https://{blog}.tumblr.com/rss",
        "https://www.tumblr.com/blog/view/engineering/123",
        "https://engineering.tumblr.com/rss",
    ),
    Recipe(
        "tumblr.com/{blog:[\\w-]+}/tagged/{tag}/*",
        "https://{blog}.tumblr.com/tagged/{tag}/rss",
        "https://www.tumblr.com/staff/tagged/changes",
        "https://staff.tumblr.com/tagged/changes/rss",
        more=(("whole blog", "https://{blog}.tumblr.com/rss"),),
    ),
    Recipe(
        "tumblr.com/{blog:[\\w-]+}/*",
        "https://{blog}.tumblr.com/rss",
        "https://www.tumblr.com/staff/180758987165/our-new-policy?source=share",
        "https://staff.tumblr.com/rss",
    ),
    Recipe(
        "{sub}.tumblr.com/tagged/{tag}/*",
        "{origin}/tagged/{tag}/rss",
        "https://staff.tumblr.com/tagged/changes/page/2",
        "https://staff.tumblr.com/tagged/changes/rss",
        more=(("whole blog", "{origin}/rss"),),
    ),
    Recipe(
        "{sub}.tumblr.com/*",
        "{origin}/rss",
        "https://staff.tumblr.com/post/180758987165/our-new-policy",
        "https://staff.tumblr.com/rss",
    ),
    Recipe(
        "{sub}.micro.blog/categories/{category}/*",
        "{origin}/categories/{category}/feed.xml",
        "https://manton.micro.blog/categories/books/",
        "https://manton.micro.blog/categories/books/feed.xml",
        label="this category",
        more=(("all entries", "{origin}/feed.xml"),),
    ),
    Recipe(
        "{sub}.micro.blog/*",
        "{origin}/feed.xml",
        "https://manton.micro.blog/2024/01/01/hello.html",
        "https://manton.micro.blog/feed.xml",
        label="RSS",
        more=(("JSON Feed", "{origin}/feed.json"), ("podcast", "{origin}/podcast.xml")),
    ),
    Recipe(
        "micro.blog/{user:\\w+}[/*]",
        "https://micro.blog/{user}.json",
        "https://micro.blog/manton",
        "https://micro.blog/manton.json",
    ),
    Recipe(
        "threads.net/@{user:[\\w.]+}/*",
        page="https://www.threads.com/@zuck/post/C8H5FiCtESk",
        expected="rsshub:/threads/zuck",
        rsshub="/threads/{user}",
        rssbridge="bridge=ThreadsBridge&context=By+username&u={user}",
        reason=_THREADS,
    ),
    Recipe(
        "threads.net/*",
        page="https://www.threads.com/search?q=rss",
        closed=True,
        reason=_THREADS,
        hint="Accounts can be followed by a bridge: threads.com/@NAME.",
    ),
    Recipe(
        "x.com/i/lists/{list:int}/*",
        page="https://x.com/i/lists/1502570462752219136",
        expected="rsshub:/twitter/list/1502570462752219136",
        rsshub="/twitter/list/{list}",
        nitter="/i/lists/{list}/rss",
        reason=_X,
    ),
    Recipe(
        "x.com/search?q={q}",
        page="https://x.com/search?q=open+data&src=typed_query",
        expected="rsshub:/twitter/keyword/open%20data",
        rsshub="/twitter/keyword/{q}",
        nitter="/search/rss?q={q}",
        reason=_X,
    ),
    Recipe(
        "x.com/hashtag/{tag}",
        page="https://x.com/hashtag/opendata",
        expected="rsshub:/twitter/keyword/%23opendata",
        rsshub="/twitter/keyword/%23{tag}",
        nitter="/search/rss?q=%23{tag}",
        reason=_X,
    ),
    Recipe(
        "x.com/{user:twitter}/media",
        page="https://x.com/NASA/media",
        expected="rsshub:/twitter/media/NASA",
        rsshub="/twitter/media/{user}",
        nitter="/{user}/media/rss",
        reason=_X,
    ),
    Recipe(
        "x.com/{user:twitter}/with_replies",
        page="https://x.com/NASA/with_replies",
        expected="rsshub:/twitter/user/NASA",
        rsshub="/twitter/user/{user}",
        rssbridge="bridge=FarsideNitterBridge&username={user}",
        nitter="/{user}/with_replies/rss",
        reason=_X,
    ),
    Recipe(
        "x.com/{user:twitter}/*",
        page="https://mobile.twitter.com/NASA/status/1700000000000000000",
        expected="rsshub:/twitter/user/NASA",
        rsshub="/twitter/user/{user}",
        rssbridge="bridge=FarsideNitterBridge&username={user}",
        nitter="/{user}/rss",
        reason=_X,
    ),
    Recipe(
        "x.com/*",
        page="https://x.com/home",
        closed=True,
        reason=_X,
        hint="Accounts, lists and searches can be followed by a bridge: x.com/NAME.",
    ),
    Recipe(
        "weibo.com/u/{id:int}/*",
        page="https://weibo.com/u/1195230310",
        expected="rsshub:/weibo/user/1195230310",
        rsshub="/weibo/user/{id}",
        reason="Weibo has no feeds.",
    ),
    Recipe(
        "yammer.com/{network}/#/threads/{view:inGroup|inGroupFeed}?*feedId={group:int}*",
        page="https://www.yammer.com/contoso.com/#/threads/inGroup?type=in_group&feedId=1234567",
        json="https://www.yammer.com/api/v1/messages/in_group/{group}.json",
        key="YAMMER_TOKEN",
        needed=True,
        reason=_VIVA,
        hint="Set YAMMER_TOKEN; its messages then come from"
        " https://www.yammer.com/api/v1/messages/in_group/{group}.json.",
    ),
    Recipe(
        "yammer.com/*",
        page="https://www.yammer.com/contoso.com/",
        closed=True,
        reason=_VIVA,
        hint="Set YAMMER_TOKEN and add"
        " https://www.yammer.com/api/v1/messages/in_group/GROUP.json with the group's number.",
    ),
    Recipe(
        "engage.cloud.microsoft/*",
        page="https://engage.cloud.microsoft/main/groups/eyJfdHlwZSI6Ikdyb3VwIn0/all",
        closed=True,
        reason=_VIVA,
        hint="Set YAMMER_TOKEN and add"
        " https://www.yammer.com/api/v1/messages/in_group/GROUP.json with the group's number.",
    ),
)
