"""Hosts that are known: other names of a site, and who runs which engine. feeds.toml adds more."""

from __future__ import annotations

_COUNTRIES = (
    "at br ca ch cl co de dk es fi fr gr hu id ie in it jp kr mx nl no nz ph pl pt ru se uk"
)

# site: its other hosts, which have the same pages.
_ALIASES = {
    "youtube.com": "m.youtube.com music.youtube.com youtube-nocookie.com gaming.youtube.com",
    "reddit.com": "old.reddit.com new.reddit.com np.reddit.com i.reddit.com m.reddit.com"
    " sh.reddit.com amp.reddit.com us.reddit.com",
    "x.com": "twitter.com mobile.twitter.com m.twitter.com mobile.x.com",
    "threads.net": "threads.com",
    "facebook.com": "m.facebook.com web.facebook.com mbasic.facebook.com touch.facebook.com"
    " fb.com de-de.facebook.com fr-fr.facebook.com en-gb.facebook.com",
    "instagram.com": "instagr.am m.instagram.com",
    "t.me": "telegram.me telegram.dog",
    "vk.com": "m.vk.com vk.ru m.vk.ru vkontakte.ru",
    "linkedin.com": " ".join(f"{c}.linkedin.com" for c in _COUNTRIES.split()) + " m.linkedin.com",
    "pinterest.com": " ".join(
        f"{c}.pinterest.com pinterest.{c} pinterest.co.{c} pinterest.com.{c}"
        for c in (*_COUNTRIES.split(), "au")
    ),
    "twitch.tv": "m.twitch.tv go.twitch.tv",
    "tiktok.com": "m.tiktok.com",
    "soundcloud.com": "m.soundcloud.com",
    "discord.com": "discordapp.com ptb.discord.com canary.discord.com",
    "podcasts.apple.com": "itunes.apple.com",
    "creators.spotify.com": "podcasters.spotify.com",
    "boardgamegeek.com": "old.boardgamegeek.com",
    "flickr.com": "m.flickr.com secure.flickr.com",
    "dailymotion.com": "touch.dailymotion.com m.dailymotion.com",
    "bsky.app": "main.bsky.dev staging.bsky.app",
    "medium.com": "m.medium.com",
    "store.epicgames.com": "epicgames.com",
}

ALIASES = {alias: site for site, aliases in _ALIASES.items() for alias in aliases.split()}

# engine: hosts that run it; `*.host` for all below. They change their minds seldom.
_ENGINES = {
    "mastodon": (
        "mastodon.social mastodon.online mastodon.world mastodon.art mastodon.green mastodon.scot"
        " mastodon.nl mastodon.ie mastodon.nu mastodon.xyz mastodonapp.uk mastodon.cloud"
        " mastodon.sdf.org mastodon.gamedev.place mstdn.social mstdn.jp mstdn.ca mas.to masto.ai"
        " masto.nu fosstodon.org hachyderm.io infosec.exchange techhub.social social.coop"
        " chaos.social indieweb.social universeodon.com ioc.exchange sigmoid.social floss.social"
        " mathstodon.xyz scholar.social ruby.social phpc.social tech.lgbt aus.social"
        " piaille.fr framapiaf.org norden.social troet.cafe det.social social.tchncs.de"
        " kolektiva.social toot.community"
        " journa.host newsie.social c.im ohai.social m.cmx.im botsin.space pawoo.net"
        " social.vivaldi.net mozilla.social vis.social zirk.us historians.social"
    ),
    "misskey": "misskey.io misskey.design misskey.art nijimiss.moe",
    "pixelfed": "pixelfed.social pixelfed.de pixelfed.art pixel.tchncs.de pixey.org",
    "lemmy": (
        "lemmy.world lemmy.ml lemmy.ca lemmy.zip lemmy.one lemmy.dbzer0.com lemmy.blahaj.zone"
        " lemmy.sdf.org lemmy.nz lemmy.today lemmy.eco.br programming.dev"
        " sh.itjust.works feddit.org feddit.uk feddit.nl feddit.it feddit.dk beehaw.org jlai.lu"
        " aussie.zone slrpnk.net sopuli.xyz reddthat.com infosec.pub midwest.social"
        " discuss.tchncs.de discuss.online ani.social startrek.website"
    ),
    "peertube": (
        "framatube.org video.blender.org tilvids.com peertube.tv diode.zone makertube.net"
        " tube.tchncs.de peertube.social videos.lukesmith.xyz spectra.video kolektiva.media"
        " peertube2.cpy.re aperi.tube skeptikon.fr"
    ),
    "discourse": (
        "meta.discourse.org discuss.python.org users.rust-lang.org internals.rust-lang.org"
        " forums.swift.org devforum.roblox.com discuss.ocaml.org discourse.mozilla.org"
        " discourse.nixos.org discourse.gnome.org discourse.julialang.org discourse.haskell.org"
        " discourse.ubuntu.com discuss.kotlinlang.org discuss.pytorch.org discuss.huggingface.co"
        " discuss.elastic.co discuss.kubernetes.io discuss.emberjs.com elixirforum.com"
        " community.letsencrypt.org community.cloudflare.com community.home-assistant.io"
        " community.openai.com forum.obsidian.md forum.djangoproject.com forum.gitlab.com"
        " forums.docker.com forum.cursor.com scikit-learn.discourse.group *.discourse.group"
        " try.discourse.org forums.fast.ai ask.replit.com"
    ),
    "nodebb": "community.nodebb.org try.nodebb.org forum.vivaldi.net",
    "funkwhale": "open.audio audio.gafamfree.party tanukitunes.com",
    "gitlab": (
        "gitlab.com gitlab.gnome.org gitlab.freedesktop.org invent.kde.org salsa.debian.org"
        " framagit.org gitlab.torproject.org gitlab.archlinux.org gitlab.alpinelinux.org"
        " 0xacab.org gitlab.kitware.com code.videolan.org"
    ),
    "friendica": "venera.social friendica.world libranet.de nerdica.net social.isurf.ca",
    "pleroma": "blob.cat fe.disroot.org",
}

ENGINES = {host: engine for engine, hosts in _ENGINES.items() for host in hosts.split()}
