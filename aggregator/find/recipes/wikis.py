"""Wikipedia and its sisters; other MediaWikis and DokuWikis are told by signature or marker."""

from collections.abc import Iterator

from aggregator.find.nouns import Recipe

More = tuple[tuple[str, str], ...]

# What the largest languages call the namespace of special pages, and some of these.
_SPECIAL = (
    "Special|Spezial|Sp%C3%A9cial|Spécial|Especial|Speciale|Speciaal|Specjalna|Speci%C3%A1ln%C3%AD"
    "|%D0%A1%D0%BB%D1%83%D0%B6%D0%B5%D0%B1%D0%BD%D0%B0%D1%8F|%E7%89%B9%E5%88%A5|Служебная|特別"
    "|Istimewa|Toiminnot|Spesial|%C3%96zel|Özel|Speci%C3%A1lis|Posebno"
)
_RECENT = (
    "[Rr]ecent[Cc]hanges|Letzte_%C3%84nderungen|Letzte_Änderungen|Modifications_r%C3%A9centes"
    "|Modifications_récentes|Cambios_?[Rr]ecientes|UltimeModifiche|Ultime_modifiche"
    "|Mudan%C3%A7as_recentes|RecenteWijzigingen|Ostatnie_zmiany"
)
_USERS = (
    "[Cc]ontributions|[Cc]ontribs|Beitr%C3%A4ge|Beiträge|Contribuciones|Contributi"
    "|Contribui%C3%A7%C3%B5es|Bijdragen|Wk%C5%82ad"
)
_NEW = "[Nn]ew_?[Pp]ages|Neue_Seiten|Nouvelles_pages|PaginasNuevas|NuovePagine"
_MAIN = (
    "Main_Page|Hauptseite|Wikipedia:Hauptseite|Wikip%C3%A9dia:Accueil_principal|Wikipédia:Accueil_principal"
    "|Wikipedia:Portada|Pagina_principale|Hoofdpagina|Wikip%C3%A9dia:P%C3%A1gina_principal"
    "|Wikipedia:Strona_g%C5%82%C3%B3wna|Portal:Huvudsida"
)

# Where the page's name stands in its address.
_FORMS = ("/wiki/", "/w/index.php?title=")


def _history(origin: str) -> str:
    return f"{origin}/w/index.php?title={{title}}&action=history&feed=atom"


def _changes(origin: str) -> str:
    return f"{origin}/w/api.php?action=feedrecentchanges&feedformat=atom"


def _featured(origin: str, kind: str) -> str:
    return f"{origin}/w/api.php?action=featuredfeed&feed={kind}&feedformat=atom"


def _wiki(
    host: str, example: str, *, origin: str = "{origin}", more: More = (), reason: str = ""
) -> Iterator[Recipe]:
    """Write the rows that every wiki of Wikimedia has; `example` is the origin of one."""
    changes = ("recent changes", _changes(origin))
    for form in _FORMS:
        yield Recipe(
            f"{host}{form}{{special:{_SPECIAL}}}:{{page:{_RECENT}}}",
            _changes(origin),
            f"{example}{form}Special:RecentChanges",
            _changes(example),
            label="recent changes",
            more=more,
        )
        yield Recipe(
            f"{host}{form}{{special:{_SPECIAL}}}:{{page:{_NEW}}}",
            f"{origin}/w/index.php?title=Special:NewPages&feed=atom",
            f"{example}{form}Special:NewPages",
            f"{example}/w/index.php?title=Special:NewPages&feed=atom",
            label="new pages",
            more=(changes, *more),
        )
        yield Recipe(
            f"{host}{form}{{special:{_SPECIAL}}}:{{page:{_USERS}}}/{{user*}}",
            f"{origin}/w/api.php?action=feedcontributions&user={{user}}&feedformat=atom",
            f"{example}{form}Special:Contributions/Jimbo_Wales",
            f"{example}/w/api.php?action=feedcontributions&user=Jimbo_Wales&feedformat=atom",
            label="contributions",
        )
        yield Recipe(
            f"{host}{form}{{special:{_SPECIAL}}}:{{page*}}",
            page=f"{example}{form}Special:Search",
            reason=reason,
            hint="Recent changes have one: Special:RecentChanges.",
        )
        yield Recipe(
            f"{host}{form}{{title*:.+}}",
            _history(origin),
            f"{example}{form}Web_feed",
            _history(example).replace("{title}", "Web_feed"),
            label="history of this page",
            more=(changes, *more),
        )


_SPECIALS = "This special page has no feed."

_DAILY = (
    ("featured article of the day", _featured("{origin}", "featured")),
    ("on this day", _featured("{origin}", "onthisday")),
    ("picture of the day", _featured("{origin}", "potd")),
)
_COMMONS = (
    ("picture of the day", _featured("{origin}", "potd")),
    ("media of the day", _featured("{origin}", "motd")),
)
_SISTERS = (
    ("{sub}.wiktionary.org", "https://en.wiktionary.org"),
    ("{sub}.wikibooks.org", "https://de.wikibooks.org"),
    ("{sub}.wikinews.org", "https://en.wikinews.org"),
    ("{sub}.wikiquote.org", "https://fr.wikiquote.org"),
    ("{sub}.wikisource.org", "https://en.wikisource.org"),
    ("{sub}.wikiversity.org", "https://en.wikiversity.org"),
    ("{sub}.wikivoyage.org", "https://en.wikivoyage.org"),
    ("{sub}.wikimedia.org", "https://meta.wikimedia.org"),
    ("{sub}.miraheze.org", "https://meta.miraheze.org"),
)

RECIPES = (
    Recipe(
        "{sub}.wikipedia.org/wiki/Portal:Current_events/*",
        "{origin}/w/index.php?title=Portal:Current_events&action=history&feed=atom",
        "https://en.wikipedia.org/wiki/Portal:Current_events",
        "https://en.wikipedia.org/w/index.php?title=Portal:Current_events&action=history&feed=atom",
        label="history of this page",
        rsshub="/wikipedia/current-events",
    ),
    *(
        Recipe(
            f"{{sub}}.wikipedia.org{path}",
            _DAILY[0][1],
            f"https://en.wikipedia.org{path}".replace(f"{{title:{_MAIN}}}", "Main_Page"),
            _featured("https://en.wikipedia.org", "featured"),
            label=_DAILY[0][0],
            more=(*_DAILY[1:], ("recent changes", _changes("{origin}"))),
        )
        for path in (*(f"{form}{{title:{_MAIN}}}" for form in _FORMS), "/")
    ),
    *_wiki("{sub}.wikipedia.org", "https://en.wikipedia.org", more=_DAILY, reason=_SPECIALS),
    *(
        Recipe(
            f"commons.wikimedia.org{path}",
            _COMMONS[0][1],
            f"https://commons.wikimedia.org{path}".replace(f"{{title:{_MAIN}}}", "Main_Page"),
            _featured("https://commons.wikimedia.org", "potd"),
            label=_COMMONS[0][0],
            more=(*_COMMONS[1:], ("recent changes", _changes("{origin}"))),
        )
        for path in (*(f"{form}{{title:{_MAIN}}}" for form in _FORMS), "/")
    ),
    *_wiki(
        "commons.wikimedia.org",
        "https://commons.wikimedia.org",
        more=_COMMONS,
        reason=_SPECIALS,
    ),
    *(row for host, example in _SISTERS for row in _wiki(host, example, reason=_SPECIALS)),
    *(
        row
        for host in ("mediawiki.org", "wikidata.org")
        for row in _wiki(
            host, f"https://www.{host}", origin=f"https://www.{host}", reason=_SPECIALS
        )
    ),
)
