"""Emoji as sequences: what is drawn as one picture, however many code points it takes.

The pictures are Unicode's RGI set (UTS #51, "recommended for general interchange"), which is what
X draws (Twemoji) and therefore counts as one. A sequence outside the set is drawn as its parts
and is counted so. The joined ones are few shapes filled from short lists; the lists are Unicode
17's.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import regex

_JOINER = "\u200d"
_AS_EMOJI = "\ufe0f"
_AS_TEXT = "\ufe0e"
_SKINS = "🏻🏼🏽🏾🏿"
_SKIN = f"[{_SKINS}]"
_ADULT = f"[🧑👨👩]{_SKIN}?"

# Two letters each: the regions that have a flag (ISO 3166-1 and a few more).
_REGIONS = (
    "AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CU CV CW CX CY CZ DE DG DJ "
    "DK DM DO DZ EA EC EE EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
    "GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH "
    "KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL "
    "PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG "
    "VI VN VU WF WS XK YE YT ZA ZM ZW"
)
_TAGGED = ("gbeng", "gbsct", "gbwls")

# What adults hold or are to be someone by profession, or wear as hair.
_ROLES = "🌾🍳🍼🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦼🦽🦰🦱🦲🦳"
_SIGNED_ROLES = "⚕⚖✈"
# Who comes as a woman and as a man.
_GENDERED = (
    "🏃🏄🏊👮👰👱👳👷💁💂💆💇🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤽🤾🦸🦹🧍🧎🧏🧔🧖🧗🧘🧙🧚🧛🧜🧝👯🤼"
)
_GENDERED_SIGNED = "⛹🏋🏌🕵"
_RIGHT = f"(?:{_JOINER}➡{_AS_EMOJI})"
# Pictures that are joined like no other.
_SINGLES = (
    "🏳️‍🌈 🏳️‍⚧️ 🏴‍☠️ 🐈‍⬛ 🐕‍🦺 🐻‍❄️ 🐦‍⬛ 🐦‍🔥 👁️‍🗨️ 😮‍💨 😵‍💫 😶‍🌫️ ❤️‍🔥 ❤️‍🩹 🍋‍🟩 🍄‍🟫 ⛓️‍💥 🙂‍↔️ 🙂‍↕️ "
    "👨‍👦 👨‍👦‍👦 👨‍👧 👨‍👧‍👦 👨‍👧‍👧 👩‍👦 👩‍👦‍👦 👩‍👧 👩‍👧‍👦 👩‍👧‍👧 🧑‍🧒 🧑‍🧒‍🧒 🧑‍🧑‍🧒 🧑‍🧑‍🧒‍🧒"
)


def _flags() -> list[str]:
    """Returns every flag: two regional indicators, or a black flag with tags."""
    indicator = ord("🇦") - ord("A")
    regions = ["".join(chr(ord(x) + indicator) for x in region) for region in _REGIONS.split()]
    tag = 0xE0000
    return regions + [
        f"🏴{''.join(chr(tag + ord(x)) for x in region)}\U000e007f" for region in _TAGGED
    ]


# Two together: who, joined by what, and whether without skin tones and with equal ones too.
_WOMAN_AND_MAN = ("👩👨", "👨👨", "👩👩")
_LIKE_AND_LIKE = ("🧑🧑", "👨👨", "👩👩")
_PAIRS = (
    (_WOMAN_AND_MAN, (f"❤{_AS_EMOJI}", f"❤{_AS_EMOJI}{_JOINER}💋"), True),
    (("🧑🧑",), (f"❤{_AS_EMOJI}", f"❤{_AS_EMOJI}{_JOINER}💋"), False),
    (("🧑🧑",), ("🤝",), True),
    (_WOMAN_AND_MAN, ("🤝",), False),
    (_LIKE_AND_LIKE, ("🐰", "\U0001faef"), False),
    (("🫱🫲",), ("",), False),
)


def _pairs() -> list[str]:
    """Returns every picture of two people or hands."""
    return [
        f"{pair[0]}{skin}{_JOINER}{joint}{_JOINER if joint else ''}{pair[1]}{other_skin}"
        for people, joints, alike in _PAIRS
        for pair in people
        for joint in joints
        for skin, other_skin in product(("", *_SKINS), repeat=2)
        if (alike or skin != other_skin) and bool(skin) == bool(other_skin)
    ]


# The longest shapes first: the first that fits is taken.
_SHAPES = (
    r"\L<pairs>",
    rf"(?:👨{_JOINER}[👨👩]|👩{_JOINER}👩){_JOINER}(?:👦(?:{_JOINER}👦)?|👧(?:{_JOINER}[👦👧])?)",
    rf"{_ADULT}{_JOINER}(?:[🦯🦼🦽]{_RIGHT}|[{_ROLES}]|[{_SIGNED_ROLES}]{_AS_EMOJI})",
    rf"🧑{_SKIN}?{_JOINER}[🎄🩰]",
    rf"[🏃🚶🧎]{_SKIN}?(?:{_JOINER}[♀♂]{_AS_EMOJI})?{_RIGHT}",
    rf"[{_GENDERED}]{_SKIN}?{_JOINER}[♀♂]{_AS_EMOJI}",
    rf"(?:[{_GENDERED_SIGNED}](?:{_SKIN}|{_AS_EMOJI})|[🧞🧟]){_JOINER}[♀♂]{_AS_EMOJI}",
    r"\L<singles>",
    r"\L<nations>",
    rf"[#*0-9]{_AS_EMOJI}?\u20e3",
    rf"\p{{Emoji_Modifier_Base}}{_SKIN}",
    r"\p{Emoji_Presentation}",
    rf"[©®™♟]{_AS_EMOJI}",
    rf"(?![#*0-9©®™♟]|\p{{Emoji_Presentation}})\p{{Emoji}}(?:{_AS_EMOJI}|(?!{_AS_TEXT}))",
)


@lru_cache(maxsize=1)
def pattern() -> regex.Pattern[str]:
    """Returns what matches one emoji; compiled when first asked for."""
    sets = {"nations": _flags(), "pairs": _pairs(), "singles": _SINGLES.split()}
    return regex.compile("|".join(_SHAPES), **sets)
