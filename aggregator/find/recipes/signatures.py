"""Signatures: paths that say which engine made them, on any host and below any folder."""

from aggregator.find.nouns import Recipe

_MYBB = (("Atom", "{origin}{dir}/syndication.php?fid={fid}&type=atom1.0"),)
_PHPBB = (
    ("whole board", "{origin}{dir}/feed.php"),
    ("new topics", "{origin}{dir}/feed.php?mode=topics"),
    ("active topics", "{origin}{dir}/feed.php?mode=topics_active"),
    ("news", "{origin}{dir}/feed.php?mode=news"),
)


def _of(platform: str, pattern: str, feed: str, page: str, expected: str, **more: object) -> Recipe:
    return Recipe(pattern, feed, page, expected, platform=platform, **more)  # type: ignore[arg-type]


SIGNATURES = (
    _of(
        "phpbb",
        "{dir*}/viewtopic.php?t={t:int}",
        "{origin}{dir}/feed.php?t={t}",
        "https://forum.example.org/viewtopic.php?f=5&t=991&start=20",
        "https://forum.example.org/feed.php?t=991",
        label="this topic",
        more=_PHPBB,
    ),
    _of(
        "phpbb",
        "{dir*}/viewtopic.php?p={p:int}",
        "{origin}{dir}/feed.php?t={t}",
        "https://forum.example.org/viewtopic.php?p=12345#p12345",
        "",
        label="this topic",
        more=_PHPBB,
        look=(
            r'<link[^>]{1,200}rel="canonical"[^>]{1,400}viewtopic\.php\?[^">]{0,200}?\bt=(?P<t>\d+)',
            r"viewtopic\.php\?(?:f=\d+&(?:amp;)?)?t=(?P<t>\d+)",
        ),
    ),
    _of(
        "phpbb",
        "{dir*}/viewforum.php?f={f:int}",
        "{origin}{dir}/feed.php?f={f}",
        "https://www.phpbb.com/community/viewforum.php?f=46",
        "https://www.phpbb.com/community/feed.php?f=46",
        label="this forum",
        more=_PHPBB,
    ),
    _of(
        "mybb",
        "{dir*}/forumdisplay.php?fid={fid:int}",
        "{origin}{dir}/syndication.php?fid={fid}",
        "https://forum.example.org/mybb/forumdisplay.php?fid=12&page=2",
        "https://forum.example.org/mybb/syndication.php?fid=12",
        label="RSS",
        more=_MYBB,
    ),
    _of(
        "mybb",
        "{dir*}/showthread.php?tid={tid:int}",
        "{origin}{dir}/syndication.php?fid={fid}",
        "https://forum.example.org/showthread.php?tid=12",
        "",
        label="the forum of this thread",
        look=(
            r'class="navigation".{0,4000}(?:forumdisplay\.php\?fid=|forum-)(?P<fid>\d+)',
            r"forumdisplay\.php\?fid=(?P<fid>\d+)",
            r"forum-(?P<fid>\d+)\.html",
        ),
    ),
    _of(
        "vbulletin",
        "{dir*}/forumdisplay.php?f={f:int}",
        "{origin}{dir}/external.php?type=RSS2&forumids={f}",
        "https://forum.example.com/forumdisplay.php?f=17",
        "https://forum.example.com/external.php?type=RSS2&forumids=17",
    ),
    _of(
        "vbulletin",
        "{dir*}/forumdisplay.php?{f:int}{tail:(?:-.*)?}",
        "{origin}{dir}/external.php?type=RSS2&forumids={f}",
        "https://forum.example.com/vb/forumdisplay.php?8-General-Chat",
        "https://forum.example.com/vb/external.php?type=RSS2&forumids=8",
    ),
    _of(
        "vbulletin",
        "{dir*}/forumdisplay.php/{f:int}[-*]",
        "{origin}{dir}/external.php?type=RSS2&forumids={f}",
        "https://forum.example.com/forumdisplay.php/8-General-Chat",
        "https://forum.example.com/external.php?type=RSS2&forumids=8",
    ),
    _of(
        "smf",
        "{dir*}/index.php?board={board:int}{page:(?:\\.\\w+)?}",
        "{origin}{dir}/index.php?action=.xml;type=rss2;board={board}",
        "https://forum.example.net/index.php?board=23.40",
        "https://forum.example.net/index.php?action=.xml;type=rss2;board=23",
        label="RSS",
        more=(("Atom", "{origin}{dir}/index.php?action=.xml;type=atom;board={board}"),),
    ),
    _of(
        "smf",
        "{dir*}/index.php/board,{board:int}{page:[\\w.]*}",
        "{origin}{dir}/index.php?action=.xml;type=rss2;board={board}",
        "https://forum.example.net/index.php/board,23.0.html",
        "https://forum.example.net/index.php?action=.xml;type=rss2;board=23",
    ),
    _of(
        "smf",
        "{dir*}/index.php?topic={topic:int}{page:(?:\\.\\w+)?}",
        "{origin}{dir}/index.php?action=.xml;type=rss2;board={board}",
        "https://forum.example.net/index.php?topic=5.0",
        "",
        label="the board of this topic",
        look=(r"index\.php\?board=(?P<board>\d+)\.\d+\"[^>]{0,200}>[^<]{0,200}</",),
    ),
    _of(
        "xenforo",
        "{dir*}/forums/{forum:[^/]*\\.\\d+}/*",
        "{origin}{dir}/forums/{forum}/index.rss",
        "https://forum.example.com/community/forums/off-topic.31/page-3",
        "https://forum.example.com/community/forums/off-topic.31/index.rss",
        label="this forum",
        more=(("whole board", "{origin}{dir}/forums/-/index.rss"),),
    ),
    _of(
        "xenforo",
        "{dir*}/index.php?forums/{forum:[^/&]*\\.\\d+}{tail:(?:/.*)?}",
        "{origin}{dir}/index.php?forums/{forum}/index.rss",
        "https://forum.example.com/index.php?forums/off-topic.31/",
        "https://forum.example.com/index.php?forums/off-topic.31/index.rss",
    ),
    _of(
        "dokuwiki",
        "{dir*}/doku.php?id={ns:(?:[^:]+:)*[^:]+}:{page:[^:]*}",
        "{origin}{dir}/feed.php?ns={ns}",
        "https://www.dokuwiki.org/doku.php?id=wiki:syntax",
        "https://www.dokuwiki.org/feed.php?ns=wiki",
        label="changes in this namespace",
        more=(
            ("pages of this namespace", "{origin}{dir}/feed.php?mode=list&ns={ns}"),
            ("all changes", "{origin}{dir}/feed.php"),
        ),
    ),
    _of(
        "dokuwiki",
        "{dir*}/doku.php/{ns:(?:[^:/]+[:/])*[^:/]+}{mark:[:/]}{page:[^:/]*}",
        "{origin}{dir}/feed.php?ns={ns}",
        "https://wiki.example.org/doku.php/wiki:syntax",
        "https://wiki.example.org/feed.php?ns=wiki",
        label="changes in this namespace",
        more=(("all changes", "{origin}{dir}/feed.php"),),
    ),
    _of(
        "dokuwiki",
        "{dir*}/doku.php/*",
        "{origin}{dir}/feed.php",
        "https://wiki.example.org/dokuwiki/doku.php?id=start",
        "https://wiki.example.org/dokuwiki/feed.php",
        label="changes",
        more=(("all pages", "{origin}{dir}/feed.php?mode=list"),),
    ),
    _of(
        "mediawiki",
        "{dir*}/index.php?title={title:(?!\\w+:(?:Search|UserLogin|Random))[^?#]+}",
        "{origin}{dir}/index.php?title={title}&action=history&feed=atom",
        "https://wiki.example.org/mw/index.php?title=Some_Page",
        "https://wiki.example.org/mw/index.php?title=Some_Page&action=history&feed=atom",
        label="history of this page",
        more=(("recent changes", "{origin}{dir}/index.php?title=Special:RecentChanges&feed=atom"),),
    ),
)
