"""Messengers: Telegram's public channels can be read, the rest wants a token or says nothing."""

from aggregator.find.nouns import Recipe

_SKYPE = "Skype was closed on 2025-05-05."
_TEAMS = "Its users were moved to Microsoft Teams, which has no public channels either."
_WHATSAPP = "WhatsApp shows nothing of its channels and groups on the web."
_ELSEWHERE = "Look for the same people's blog or another network of theirs."
_DISCORD = "Discord shows its channels to members only."
_MATRIX = "Matrix rooms are read with the token of an account."
_SLACK = "Slack workspaces are private: their channels are read with a token."

_ROOM = "https://{server}/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=50"
_ALIAS = "https://{server}/_matrix/client/v3/directory/room/%23{alias}:{server}"
_HISTORY = "https://slack.com/api/conversations.history?channel={channel}"


def _telegram(pattern: str, page: str) -> Recipe:
    return Recipe(
        pattern,
        "https://t.me/s/{name}",
        page,
        "https://t.me/s/durov",
        label="public page",
        kind="page",
        rsshub="/telegram/channel/{name}",
        rssbridge="bridge=TelegramBridge&username={name}",
    )


def _closed(pattern: str, page: str, reason: str, hint: str) -> Recipe:
    return Recipe(pattern, page=page, closed=True, reason=reason, hint=hint)


def _matrix(before: str, page: str) -> tuple[Recipe, ...]:
    """Write the rows for a room by its id and by its name, as web clients write them."""
    home = "matrix\\.org"
    return (
        Recipe(
            f"{before}{{room:!\\w+:{home}}}[?*]",
            json=_ROOM.replace("{server}", "matrix.org"),
            page=f"{page}!abc:matrix.org",
            key="MATRIX_TOKEN",
            needed=True,
            reason=_MATRIX,
            hint="Set MATRIX_TOKEN to the access token of an account on matrix.org.",
        ),
        Recipe(
            f"{before}{{mark:#|%23}}{{alias:[^:/?]+}}:{{server:{home}}}[?*]",
            json=_ROOM,
            page=f"{page}#project:matrix.org",
            look=(r'"room_id"\s*:\s*"(?P<room>![^"]{1,250})"',),
            ask=_ALIAS,
            key="MATRIX_TOKEN",
            needed=True,
            reason=_MATRIX,
            hint="Set MATRIX_TOKEN to the access token of an account on matrix.org.",
        ),
        Recipe(
            f"{before}{{room:!\\w+:[\\w.:-]+}}[?*]",
            page=f"{page}!abc:example.org",
            closed=True,
            reason=_MATRIX,
            # A token goes to the server that gave it, so it is named beside the address.
            hint="Add https://SERVER/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=50 with"
            ' headers = { Authorization = "Bearer ${MATRIX_TOKEN}" }.',
        ),
    )


RECIPES = (
    _telegram("t.me/s/{name:telegram}/*", "https://t.me/s/durov/142"),
    _closed(
        "t.me/{private:c/.*|joinchat/.*|\\+.*}",
        "https://t.me/joinchat/AAAAAExample",
        "This Telegram chat is private.",
        "Public channels can be followed: t.me/NAME.",
    ),
    _telegram("t.me/{name:telegram}/*", "https://telegram.me/durov/142"),
    Recipe(
        "{sub}.t.me/*",
        "https://t.me/s/{sub}",
        "https://durov.t.me/",
        "https://t.me/s/durov",
        label="public page",
        kind="page",
        rsshub="/telegram/channel/{sub}",
        rssbridge="bridge=TelegramBridge&username={sub}",
    ),
    Recipe(
        "discord.com/channels/{guild:int}/{channel:int}/*",
        page="https://discord.com/channels/302094807046684672/950465850056536084",
        expected="rsshub:/discord/channel/950465850056536084",
        rsshub="/discord/channel/{channel}",
        reason=_DISCORD,
    ),
    _closed(
        "discord.com/{kind:channels|invite|servers}/*",
        "https://discord.com/invite/python",
        _DISCORD,
        "A channel you can read can be followed through RSSHub: discord.com/channels/…/….",
    ),
    _closed(
        "discord.gg/*",
        "https://discord.gg/python",
        _DISCORD,
        "A channel you can read can be followed through RSSHub: discord.com/channels/…/….",
    ),
    *(
        Recipe(
            pattern,
            page=page,
            json=_HISTORY,
            key="SLACK_TOKEN",
            needed=True,
            reason=_SLACK,
            hint="Set SLACK_TOKEN to a token with the scope channels:history; the messages then"
            " come from https://slack.com/api/conversations.history?channel={channel}.",
        )
        for pattern, page in (
            (
                "app.slack.com/client/{team}/{channel:[A-Z]\\w+}/*",
                "https://app.slack.com/client/T012AB3CD/C012AB3CD",
            ),
            (
                "{sub}.slack.com/{kind:archives|messages}/{channel:[A-Z]\\w+}/*",
                "https://example.slack.com/archives/C012AB3CD",
            ),
        )
    ),
    _closed(
        "{sub}.slack.com/*",
        "https://example.slack.com/",
        _SLACK,
        "Add the address of a channel, such as https://NAME.slack.com/archives/C012AB3CD.",
    ),
    *_matrix("matrix.to/#/", "https://matrix.to/#/"),
    *_matrix("app.element.io/#/room/", "https://app.element.io/#/room/"),
    *(
        _closed(f"{host}/*", f"https://{host}/example", _MATRIX, "Add https://matrix.to/#/#ROOM.")
        for host in ("matrix.to", "app.element.io")
    ),
    *(
        _closed(pattern, page, _SKYPE, _TEAMS)
        for pattern, page in (
            ("skype.com/*", "https://www.skype.com/en/"),
            ("{sub}.skype.com/*", "https://join.skype.com/invite/abc"),
        )
    ),
    *(
        _closed(pattern, page, _WHATSAPP, _ELSEWHERE)
        for pattern, page in (
            (
                "whatsapp.com/channel/*",
                "https://www.whatsapp.com/channel/0029Va4K0PZ5a245NkngBA2M",
            ),
            ("whatsapp.com/*", "https://www.whatsapp.com/"),
            ("chat.whatsapp.com/*", "https://chat.whatsapp.com/AbCdEf"),
            ("wa.me/*", "https://wa.me/15550100"),
        )
    ),
    *(
        _closed(pattern, page, f"{name} has no public channels on the web.", _ELSEWHERE)
        for name, pattern, page in (
            ("Signal", "signal.group/*", "https://signal.group/#abc"),
            ("Messenger", "messenger.com/*", "https://www.messenger.com/t/example"),
            ("Messenger", "m.me/*", "https://m.me/example"),
            ("LINE", "line.me/*", "https://line.me/R/ti/p/example"),
        )
    ),
)
