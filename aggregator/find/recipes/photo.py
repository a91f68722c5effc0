"""Photos and pictures."""

from aggregator.find.nouns import Recipe

_FLICKR = "https://www.flickr.com/services/feeds"
_NSID = (
    r"(?i)\"?(?:owner_?)?nsid\"?\s*[:=]\s*\"?(?P<id>\d{1,15}@N\d\d)",
    r"(?P<id>\d{4,15}@N\d\d)",
)
_DEVIANT = "https://backend.deviantart.com/rss.xml"
_PINS = "_[a-z]+|pins|boards|followers|following|shop|created|more_ideas"
_PEXELS = "https://api.pexels.com/v1"
_PIXABAY = "https://pixabay.com/api/"
_LATEST = "&order=latest&per_page=200"


def _pixabay(kinds: str, page: str, path: str, kind: str) -> Recipe:
    asked = f"?key={{PIXABAY_KEY}}&q={{q}}{kind}{_LATEST}"
    return Recipe(
        f"pixabay.com/[{{lang:lang}}/]{{kind:{kinds}}}/search/{{q}}/*",
        page=f"https://pixabay.com/{page}/search/cat/?order=latest",
        expected=f"{_PIXABAY}{path}{asked}".replace("{q}", "cat"),
        json=f"{_PIXABAY}{path}{asked}",
        rsshub="/pixabay/search/{q}",
        key="PIXABAY_KEY",
    )


RECIPES = (
    Recipe(
        "flickr.com/photos/tags/{tag}/*",
        f"{_FLICKR}/photos_public.gne?tags={{tag}}",
        "https://www.flickr.com/photos/tags/sunset",
        f"{_FLICKR}/photos_public.gne?tags=sunset",
    ),
    Recipe(
        "flickr.com/search?tags={tag}",
        f"{_FLICKR}/photos_public.gne?tags={{tag}}",
        "https://www.flickr.com/search/?tags=sunset",
        f"{_FLICKR}/photos_public.gne?tags=sunset",
    ),
    Recipe(
        "flickr.com/photos/{id:nsid}/favorites/*",
        f"{_FLICKR}/photos_faves.gne?id={{id}}",
        "https://flickr.com/photos/21775151@N06/favorites",
        f"{_FLICKR}/photos_faves.gne?id=21775151@N06",
        label="favourites",
        more=(("photos", f"{_FLICKR}/photos_public.gne?id={{id}}"),),
    ),
    Recipe(
        "flickr.com/{kind:photos|people}/{id:nsid}/*",
        f"{_FLICKR}/photos_public.gne?id={{id}}",
        "https://www.flickr.com/photos/21775151@N06/5197127926/in/photostream",
        f"{_FLICKR}/photos_public.gne?id=21775151@N06",
        label="photos",
        more=(("favourites", f"{_FLICKR}/photos_faves.gne?id={{id}}"),),
    ),
    Recipe(
        "flickr.com/{kind:photos|people}/{alias:(?!tags(?![^/]))[^/]+}/*",
        f"{_FLICKR}/photos_public.gne?id={{id}}",
        "https://www.flickr.com/photos/flickr/",
        "",
        label="photos",
        more=(("favourites", f"{_FLICKR}/photos_faves.gne?id={{id}}"),),
        look=_NSID,
    ),
    Recipe(
        "flickr.com/groups/{id:nsid}/discuss/*",
        f"{_FLICKR}/groups_discuss.gne?id={{id}}",
        "https://www.flickr.com/groups/34427469792@N01/discuss/",
        f"{_FLICKR}/groups_discuss.gne?id=34427469792@N01",
        label="discussions",
        more=(("photos", f"{_FLICKR}/groups_pool.gne?id={{id}}"),),
    ),
    Recipe(
        "flickr.com/groups/{id:nsid}/*",
        f"{_FLICKR}/groups_pool.gne?id={{id}}",
        "https://www.flickr.com/groups/34427469792@N01/pool/",
        f"{_FLICKR}/groups_pool.gne?id=34427469792@N01",
        label="photos",
        more=(("discussions", f"{_FLICKR}/groups_discuss.gne?id={{id}}"),),
    ),
    Recipe(
        "flickr.com/groups/{alias}/*",
        f"{_FLICKR}/groups_pool.gne?id={{id}}",
        "https://www.flickr.com/groups/central/",
        "",
        label="photos",
        more=(("discussions", f"{_FLICKR}/groups_discuss.gne?id={{id}}"),),
        look=_NSID,
    ),
    Recipe(
        f"pinterest.com/{{user}}[/{{tab:{_PINS}}}/*]",
        "https://www.pinterest.com/{user}/feed.rss",
        "https://pinterest.com/howieserious/_saved/",
        "https://www.pinterest.com/howieserious/feed.rss",
    ),
    Recipe(
        "pinterest.com/{user}/{board}/*",
        "https://www.pinterest.com/{user}/{board}.rss",
        "https://de.pinterest.com/VIGOIndustries/bathroom-remodels/",
        "https://www.pinterest.com/VIGOIndustries/bathroom-remodels.rss",
        label="this board",
        more=(("all boards", "https://www.pinterest.com/{user}/feed.rss"),),
    ),
    Recipe(
        "deviantart.com/tag/{tag}/*",
        f"{_DEVIANT}?type=deviation&q=tag%3A{{tag}}",
        "https://www.deviantart.com/tag/landscape",
        f"{_DEVIANT}?type=deviation&q=tag%3Alandscape",
    ),
    Recipe(
        "deviantart.com/{user}/{kind:favourites|favorites}/*",
        f"{_DEVIANT}?type=deviation&q=favby%3A{{user}}",
        "https://www.deviantart.com/yuumei/favourites",
        f"{_DEVIANT}?type=deviation&q=favby%3Ayuumei",
    ),
    Recipe(
        "deviantart.com/{user}/gallery/{id:int}/*",
        f"{_DEVIANT}?type=deviation&q=gallery%3A{{user}}%2F{{id}}",
        "https://www.deviantart.com/yuumei/gallery/1234/landscapes",
        f"{_DEVIANT}?type=deviation&q=gallery%3Ayuumei%2F1234",
    ),
    Recipe(
        "deviantart.com/{user}/{kind:journal|posts/journals|posts}/*",
        f"{_DEVIANT}?q=journal%3A{{user}}",
        "https://www.deviantart.com/yuumei/journal",
        f"{_DEVIANT}?q=journal%3Ayuumei",
    ),
    Recipe(
        "deviantart.com/{user}/*",
        f"{_DEVIANT}?type=deviation&q=by%3A{{user}}%20sort%3Atime%20meta%3Aall",
        "https://www.deviantart.com/yuumei/gallery/all",
        f"{_DEVIANT}?type=deviation&q=by%3Ayuumei%20sort%3Atime%20meta%3Aall",
    ),
    Recipe(
        "artstation.com/artwork",
        "https://www.artstation.com/artwork.rss",
        "https://www.artstation.com/artwork",
        "https://www.artstation.com/artwork.rss",
    ),
    Recipe(
        "artstation.com/{user}/*",
        "https://www.artstation.com/{user}.rss",
        "https://www.artstation.com/rossdraws/albums/all",
        "https://www.artstation.com/rossdraws.rss",
    ),
    Recipe(
        "{sub}.artstation.com/*",
        "https://www.artstation.com/{sub}.rss",
        "https://rossdraws.artstation.com/projects/abc12",
        "https://www.artstation.com/rossdraws.rss",
    ),
    Recipe(
        "behance.net/",
        "https://www.behance.net/feeds/projects",
        "https://www.behance.net/",
        "https://www.behance.net/feeds/projects",
    ),
    Recipe(
        "behance.net/{user}/*",
        "https://www.behance.net/feeds/user?username={user}",
        "https://www.behance.net/adobecreative/appreciated",
        "https://www.behance.net/feeds/user?username=adobecreative",
    ),
    Recipe(
        "unsplash.com/@{user}/*",
        page="https://unsplash.com/@nasa/likes",
        expected="https://unsplash.com/napi/users/nasa/photos?page=1&per_page=20",
        json="https://unsplash.com/napi/users/{user}/photos?page=1&per_page=20",
        rssbridge="bridge=UnsplashBridge&u={user}&m=20",
    ),
    Recipe(
        "pexels.com/[{lang:lang}]",
        page="https://www.pexels.com/",
        expected=f"{_PEXELS}/curated?per_page=80&page=1",
        json=f"{_PEXELS}/curated?per_page=80&page=1",
        key="PEXELS_KEY",
    ),
    Recipe(
        "pexels.com/[{lang:lang}/]search/{q:(?!videos(?![^/]))[^/]+}/*",
        page="https://www.pexels.com/search/ocean/",
        expected=f"{_PEXELS}/search?query=ocean&per_page=80&page=1",
        json=f"{_PEXELS}/search?query={{q}}&per_page=80&page=1",
        key="PEXELS_KEY",
    ),
    _pixabay("photos", "photos", "", "&image_type=photo"),
    _pixabay("illustrations", "illustrations", "", "&image_type=illustration"),
    _pixabay("vectors", "vectors", "", "&image_type=vector"),
    _pixabay("videos", "videos", "videos/", ""),
    _pixabay("images", "images", "", ""),
    Recipe(
        "500px.com/[p/]{user}",
        page="https://500px.com/p/example",
        closed=True,
        reason="500px has no feeds any more.",
        hint="Many photographers show the same pictures on Flickr or a blog.",
    ),
    Recipe(
        "glass.photo/{user}/*",
        "https://glass.photo/{user}/rss",
        "https://glass.photo/tom",
        "https://glass.photo/tom/rss",
    ),
)
