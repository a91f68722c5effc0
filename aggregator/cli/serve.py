"""`aggregate serve`: the desk in a browser."""

from __future__ import annotations

import click

from aggregator.cli.common import App, interval, pass_app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the browser at it.")
@click.option("--sign-in", is_flag=True, help="Print a link that signs you in as the owner, once.")
@click.option(
    "--fetch-every", "every", metavar="TIME", help="Look at what is due so often: 15m, 1h."
)
@pass_app
def serve(
    app: App, *, host: str, port: int, open_browser: bool, sign_in: bool, every: str | None
) -> None:
    """Serve the desk until Ctrl-C: the river, search, feeds of it all, and the data itself.

    A fetch may run meanwhile. Anybody who reaches the address may read; feed addresses and
    what you curate stay yours, and nobody else runs SQL. Signed in you work on your lists in the
    browser, until the server ends. Without feeds.toml it serves as well.

    With --fetch-every the river flows by itself: `aggregate fetch` runs beside the server, the
    first time at once, and ends with it.
    """
    from aggregator.config import Config
    from aggregator.serve import serve as run

    config = app.config() if app.config_path.exists() else Config()
    seconds = None if every is None else interval(every, "--fetch-every")

    def ready(url: str) -> None:
        if app.verbosity >= 0:
            click.echo(f"The desk is at {url} (Ctrl-C ends it).", err=True)

    def invite(link: str) -> None:
        click.echo(f"Sign in once with {link}", err=True)

    run(
        app.db,
        config,
        host=host,
        port=port,
        open_browser=open_browser,
        ready=ready,
        invite=invite if sign_in else None,
        feeds_file=app.config_path.resolve(),
        fetch_every=seconds,
    )
