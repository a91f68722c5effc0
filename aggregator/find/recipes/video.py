"""Video. A YouTube channel has lists by kind, named by the channel's id with other letters."""

from aggregator.find.nouns import Recipe

_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_CHANNEL = f"{_YOUTUBE}?channel_id=UC{{id}}"
_KINDS = (
    ("videos without shorts", f"{_YOUTUBE}?playlist_id=UULF{{id}}"),
    ("shorts", f"{_YOUTUBE}?playlist_id=UUSH{{id}}"),
    ("live", f"{_YOUTUBE}?playlist_id=UULV{{id}}"),
    ("popular", f"{_YOUTUBE}?playlist_id=UULP{{id}}"),
)
# The first "channelId" of a channel's page may be of a channel it features.
_ID = (
    r'"externalId"\s*:\s*"UC(?P<id>[\w-]{22})"',
    r'"externalChannelId"\s*:\s*"UC(?P<id>[\w-]{22})"',
    r'<link[^>]{1,200}rel="canonical"[^>]{1,200}/channel/UC(?P<id>[\w-]{22})"',
    r'"channelId"\s*:\s*"UC(?P<id>[\w-]{22})"',
)
_HANDLE = "bridge=YoutubeBridge&context=By+custom+name&custom=%40{handle}"

_FIELDS = "created_time%2Cdescription%2Cid%2Cowner.screenname%2Ctags%2Cthumbnail_url%2Ctitle%2Curl"
_TIKTOK = "TikTok has no feeds."
_TWITCH = "Twitch has no feeds."


def _list(pattern: str, page: str) -> Recipe:
    return Recipe(
        pattern,
        f"{_YOUTUBE}?playlist_id={{list}}",
        page,
        f"{_YOUTUBE}?playlist_id=PL8mG-RkN2uTzJc8N0EoyhdC54prvBBLpj",
        label="playlist",
    )


def _channel_of(pattern: str, page: str, *, ask: str = "", rssbridge: str = "") -> Recipe:
    """Write a row for a page that has to be asked whose it is."""
    return Recipe(
        pattern, _CHANNEL, page, "", "all", "feed", _KINDS, look=_ID, ask=ask, rssbridge=rssbridge
    )


_PLAYLIST = "PL8mG-RkN2uTzJc8N0EoyhdC54prvBBLpj"
_WATCH = "https://www.youtube.com/watch?v={video}"


def _twitch(pattern: str, page: str, tail: str, kind: str) -> Recipe:
    return Recipe(
        pattern,
        page=page,
        expected=f"rsshub:/twitch/video/criticalrole{tail}",
        rsshub=f"/twitch/video/{{login}}{tail}",
        rssbridge=f"bridge=TwitchBridge&channel={{login}}&type={kind}",
        reason=_TWITCH,
    )


RECIPES = (
    Recipe(
        "youtube.com/channel/UC{id:channel}/*",
        _CHANNEL,
        "https://m.youtube.com/channel/UCBJycsmduvYEL83R_U4JriQ/videos",
        f"{_YOUTUBE}?channel_id=UCBJycsmduvYEL83R_U4JriQ",
        label="all",
        more=_KINDS,
    ),
    _list("youtube.com/*?list={list:playlist}", f"https://youtube.com/playlist?list={_PLAYLIST}"),
    _list("youtu.be/*?list={list:playlist}", f"https://youtu.be/dQw4w9WgXcQ?list={_PLAYLIST}"),
    Recipe(
        "youtube.com/playlist",
        page="https://www.youtube.com/playlist?list=WL",
        closed=True,
        reason="This list is private, or made for each viewer: it has no feed.",
        hint="Public playlists and channels can be followed.",
    ),
    Recipe(
        "youtube.com/user/{name}/*",
        f"{_YOUTUBE}?user={{name}}",
        "https://www.youtube.com/user/LinusTechTips/playlists?view=1",
        f"{_YOUTUBE}?user=LinusTechTips",
    ),
    Recipe(
        "youtube.com/@{handle}/{tab:community|posts}/*",
        _CHANNEL,
        "https://www.youtube.com/@JFlaMusic/community",
        "rsshub:/youtube/community/@JFlaMusic",
        label="all",
        more=_KINDS,
        look=_ID,
        rsshub="/youtube/community/@{handle}",
    ),
    Recipe(
        "youtube.com/@{handle}/*",
        _CHANNEL,
        "https://www.youtube.com/@JFlaMusic/videos",
        "rsshub:/youtube/user/@JFlaMusic",
        label="all",
        more=_KINDS,
        look=_ID,
        rsshub="/youtube/user/@{handle}",
        rssbridge=_HANDLE,
    ),
    _channel_of("youtube.com/c/{name}/*", "https://www.youtube.com/c/LinusTechTips"),
    _channel_of("youtube.com/watch?v={video:video}", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    _channel_of(
        "youtube.com/{kind:embed|v|e}/{video:video}",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ask=_WATCH,
    ),
    _channel_of(
        "youtube.com/{kind:shorts|live}/{video:video}",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    ),
    _channel_of("youtu.be/{video:video}", "https://youtu.be/dQw4w9WgXcQ", ask=_WATCH),
    _channel_of("youtube.com/{name}[/*]", "https://www.youtube.com/LinusTechTips"),
    Recipe(
        "vimeo.com/{kind:channels|groups}/{name}/*",
        "https://vimeo.com/{kind}/{name}/videos/rss",
        "https://vimeo.com/channels/staffpicks/76979871",
        "https://vimeo.com/channels/staffpicks/videos/rss",
    ),
    Recipe(
        "vimeo.com/{kind:showcase|album}/{id:int}/*",
        "https://vimeo.com/album/{id}/rss",
        "https://vimeo.com/showcase/3253534",
        "https://vimeo.com/album/3253534/rss",
    ),
    Recipe(
        "vimeo.com/{user:name}/likes/*",
        "https://vimeo.com/{user}/likes/rss",
        "https://vimeo.com/filmsupply/likes",
        "https://vimeo.com/filmsupply/likes/rss",
        label="likes",
        more=(("videos", "https://vimeo.com/{user}/videos/rss"),),
    ),
    Recipe(
        "vimeo.com/{user:name}/*",
        "https://vimeo.com/{user}/videos/rss",
        "https://vimeo.com/filmsupply/videos",
        "https://vimeo.com/filmsupply/videos/rss",
        label="videos",
        more=(("likes", "https://vimeo.com/{user}/likes/rss"),),
    ),
    Recipe(
        "dailymotion.com/playlist/{id:\\w+}/*",
        "https://www.dailymotion.com/rss/playlist/{id}",
        "https://www.dailymotion.com/playlist/x6xyc6",
        "https://www.dailymotion.com/rss/playlist/x6xyc6",
        json=f"https://api.dailymotion.com/playlist/{{id}}/videos?fields={_FIELDS}",
    ),
    Recipe(
        "dailymotion.com/channel/{name}/*",
        "https://www.dailymotion.com/rss/channel/{name}",
        "https://www.dailymotion.com/channel/music",
        "https://www.dailymotion.com/rss/channel/music",
    ),
    Recipe(
        "dailymotion.com/search/{q}/*",
        "https://www.dailymotion.com/rss/search/{q}",
        "https://www.dailymotion.com/search/open%20data/videos",
        "https://www.dailymotion.com/rss/search/open%20data",
    ),
    Recipe(
        "dailymotion.com/trending/*",
        "https://www.dailymotion.com/rss/trending",
        "https://www.dailymotion.com/trending",
        "https://www.dailymotion.com/rss/trending",
    ),
    Recipe(
        "dailymotion.com/[user/]{user}/*",
        "https://www.dailymotion.com/rss/{user}",
        "https://www.dailymotion.com/moviepilot/videos",
        "https://www.dailymotion.com/rss/moviepilot",
        json=f"https://api.dailymotion.com/user/{{user}}/videos?fields={_FIELDS}&sort=recent",
    ),
    Recipe(
        "odysee.com/@{name:[^/:]+}:{claim:hex}/*",
        "https://odysee.com/$/rss/@{name}:{claim}",
        "https://odysee.com/@Odysee:8/odysee-rss:4?r=jPVaXdN5LXrm",
        "https://odysee.com/$/rss/@Odysee:8",
    ),
    Recipe(
        "odysee.com/@{name:[^/:]+}",
        "https://odysee.com/$/rss/@{named}:{claim}",
        "https://odysee.com/@Odysee",
        "",
        look=(r'odysee\.com/@(?P<named>[^/:"?#]{1,250}):(?P<claim>[\da-f]{1,40})',),
    ),
    Recipe(
        "tiktok.com/@{user:[\\w.]+}/*",
        page="https://www.tiktok.com/@tiktok/video/7300000000000000000",
        expected="rsshub:/tiktok/user/@tiktok",
        rsshub="/tiktok/user/@{user}",
        rssbridge="bridge=TikTokBridge&context=By+user&username=%40{user}",
        reason=_TIKTOK,
    ),
    Recipe(
        "tiktok.com/*",
        page="https://www.tiktok.com/explore",
        closed=True,
        reason=_TIKTOK,
        hint="Accounts can be followed by a bridge: tiktok.com/@NAME.",
    ),
    _twitch(
        "twitch.tv/{login:\\w+}/videos?filter={filter:highlights}",
        "https://www.twitch.tv/criticalrole/videos?filter=highlights",
        "/highlights",
        "highlight",
    ),
    _twitch(
        "twitch.tv/{login:\\w+}/videos?filter={filter:all}",
        "https://www.twitch.tv/criticalrole/videos?filter=all",
        "/all",
        "all",
    ),
    _twitch(
        "twitch.tv/{login:\\w+}/videos?filter={filter:archives}",
        "https://www.twitch.tv/criticalrole/videos?filter=archives",
        "/archive",
        "archive",
    ),
    _twitch("twitch.tv/{login:\\w+}/*", "https://www.twitch.tv/criticalrole", "", "archive"),
    Recipe(
        "twitch.tv/*",
        page="https://www.twitch.tv/directory",
        closed=True,
        reason=_TWITCH,
        hint="Channels can be followed by a bridge: twitch.tv/NAME.",
    ),
    Recipe(
        "rumble.com/{kind:c|user}/{name}/*",
        page="https://rumble.com/c/example",
        expected="rssbridge:bridge=RumbleBridge&account=example&type=channel",
        rssbridge="bridge=RumbleBridge&account={name}&type=channel",
        reason="Rumble has no feeds.",
    ),
    Recipe(
        "bitchute.com/channel/{channel}/*",
        "https://www.bitchute.com/feeds/rss/channel/{channel}/",
        "https://www.bitchute.com/channel/example/",
        "https://www.bitchute.com/feeds/rss/channel/example/",
    ),
    Recipe(
        "space.bilibili.com/{id:int}/*",
        page="https://space.bilibili.com/2267573",
        expected="rsshub:/bilibili/user/video/2267573",
        rsshub="/bilibili/user/video/{id}",
        reason="Bilibili has no feeds.",
    ),
    Recipe(
        "nicovideo.jp/user/{id:int}/*",
        "https://www.nicovideo.jp/user/{id}/video?rss=2.0",
        "https://www.nicovideo.jp/user/12345/mylist",
        "https://www.nicovideo.jp/user/12345/video?rss=2.0",
    ),
)
