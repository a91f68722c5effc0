"""Music, podcasts and other sound."""

from aggregator.find.nouns import Recipe

_SPOTIFY = "Spotify has no feeds."
_SOUNDS = "https://feeds.soundcloud.com/users/soundcloud:users:{id}/sounds.rss"
_SOUND_USER = (r"soundcloud://users:(?P<id>\d{1,20})", r"soundcloud:users:(?P<id>\d{1,20})")
_LOOKUP = "https://itunes.apple.com/lookup?id={id}&entity=podcast"
_DEEZER = "https://api.deezer.com"


def _deezer(kind: str, path: str) -> Recipe:
    return Recipe(
        f"deezer.com/[{{lang:lang}}/]{kind}/{{id:int}}/*",
        page=f"https://www.deezer.com/fr/{kind}/27?utm_source=deezer",
        expected=f"{_DEEZER}/{path}".replace("{id}", "27"),
        json=f"{_DEEZER}/{path}",
    )


def _spotify(kind: str) -> Recipe:
    return Recipe(
        f"open.spotify.com/[intl-{{lang:lang}}/][embed/]{kind}/{{id:\\w+}}/*",
        page=f"https://open.spotify.com/intl-fr/{kind}/6k9TBCxyr4bXwZ8Y21Kwn1?si=abc",
        expected=f"rsshub:/spotify/{kind}/6k9TBCxyr4bXwZ8Y21Kwn1",
        rsshub=f"/spotify/{kind}/{{id}}",
        reason=_SPOTIFY,
    )


def _creators(pattern: str, page: str) -> Recipe:
    return Recipe(
        pattern,
        "https://anchor.fm/s/{id}/podcast/rss",
        page,
        "",
        look=(r"anchor\.fm(?:\\?/|%2F)(?:s(?:\\?/|%2F))?(?P<id>[\da-f]+)(?:\\?/|%2F)podcast",),
        platform="spotify",
    )


def _sounds(pattern: str, page: str, kind: str) -> Recipe:
    return Recipe(
        pattern,
        _SOUNDS,
        page,
        f"rssbridge:bridge=SoundcloudBridge&u=thekidlaroi&t={kind}",
        look=_SOUND_USER,
        rssbridge=f"bridge=SoundcloudBridge&u={{user}}&t={kind}",
    )


RECIPES = (
    _deezer("artist", "artist/{id}/albums"),
    _deezer("playlist", "playlist/{id}/tracks"),
    _deezer("album", "album/{id}/tracks"),
    _deezer("show", "podcast/{id}/episodes"),
    _deezer("podcast", "podcast/{id}/episodes"),
    _spotify("artist"),
    _spotify("playlist"),
    _spotify("show"),
    Recipe(
        "open.spotify.com/*",
        page="https://open.spotify.com/user/somebody",
        closed=True,
        reason="Spotify has no feeds, and bridges know only artists, playlists and shows.",
        hint="Paste the address of an artist, a playlist or a show.",
    ),
    _creators(
        "creators.spotify.com/pod/{kind:show|profile}/{name}/*",
        "https://podcasters.spotify.com/pod/show/example/episodes/one",
    ),
    _creators("anchor.fm/{name}[/episodes/*]", "https://anchor.fm/example"),
    _sounds(
        "soundcloud.com/{user}/albums",
        "https://m.soundcloud.com/thekidlaroi/albums",
        "albums",
    ),
    _sounds("soundcloud.com/{user}/sets", "https://soundcloud.com/thekidlaroi/sets", "playlists"),
    _sounds(
        "soundcloud.com/{user}/reposts", "https://soundcloud.com/thekidlaroi/reposts", "reposts"
    ),
    _sounds("soundcloud.com/{user}/*", "https://soundcloud.com/thekidlaroi/stay", "tracks"),
    Recipe(
        "bandcamp.com/tag/{tag}/*",
        page="https://bandcamp.com/tag/hip-hop-rap",
        expected="rsshub:/bandcamp/tag/hip-hop-rap",
        rsshub="/bandcamp/tag/{tag}",
        rssbridge="bridge=BandcampBridge&context=By+tag&tag={tag}",
        reason="Bandcamp has had no feeds since 2017.",
    ),
    Recipe(
        "daily.bandcamp.com/*",
        "https://daily.bandcamp.com/feed",
        "https://daily.bandcamp.com/features",
        "https://daily.bandcamp.com/feed",
    ),
    Recipe(
        "{sub}.bandcamp.com/*",
        page="https://aesoprock.bandcamp.com/album/none-shall-pass",
        expected="rssbridge:bridge=BandcampBridge&context=By+band&band=aesoprock"
        "&type=changes&limit=5",
        rssbridge="bridge=BandcampBridge&context=By+band&band={sub}&type=changes&limit=5",
        reason="Bandcamp has had no feeds since 2017.",
    ),
    Recipe(
        "mixcloud.com/{user}/*",
        page="https://www.mixcloud.com/DJJazzyJeff/uploads/",
        expected="https://api.mixcloud.com/DJJazzyJeff/cloudcasts/",
        json="https://api.mixcloud.com/{user}/cloudcasts/",
        rsshub="/mixcloud/{user}/uploads",
        rssbridge="bridge=MixCloudBridge&u={user}",
    ),
    Recipe(
        "podcasts.apple.com/{where*}id{id:int}",
        "{feed|raw}",
        "https://podcasts.apple.com/us/podcast/talk-python-to-me/id979020229?i=1000600000000",
        "https://itunes.apple.com/lookup?id=979020229&entity=podcast",
        look=(r'"feedUrl"\s*:\s*"(?P<feed>https?:[^"\s<>]{1,2000})"',),
        ask=_LOOKUP,
        json=_LOOKUP,
    ),
    Recipe(
        "hearthis.at/{user}/*",
        "https://hearthis.at/{user}/podcast/",
        "https://hearthis.at/djs3n/summer-mix/",
        "https://hearthis.at/djs3n/podcast/",
    ),
    Recipe(
        "{sub}.podbean.com/*",
        "https://feed.podbean.com/{sub}/feed.xml",
        "https://mycast.podbean.com/e/episode-12/",
        "https://feed.podbean.com/mycast/feed.xml",
    ),
    Recipe(
        "shows.acast.com/{show}/*",
        "https://feeds.acast.com/public/shows/{show}",
        "https://shows.acast.com/my-dad-wrote-a-porno/episodes/s1e1",
        "https://feeds.acast.com/public/shows/my-dad-wrote-a-porno",
    ),
    Recipe(
        "{sub:play|embed}.acast.com/[s/]{show}/*",
        "https://feeds.acast.com/public/shows/{show}",
        "https://play.acast.com/s/my-dad-wrote-a-porno/s1e1",
        "https://feeds.acast.com/public/shows/my-dad-wrote-a-porno",
    ),
)
