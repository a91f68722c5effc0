"""feeds.toml and the feeds of the database, as the commands that change them read both."""

from __future__ import annotations

from aggregator.cli.common import App
from aggregator.config import Config
from aggregator.errors import ConfigError
from aggregator.following.feeds_file import FeedsFile
from aggregator.model import FeedRow


def read_feeds(app: App, *, must_exist: bool = True) -> FeedsFile:
    """Read and check feeds.toml; raises ConfigError, also where it has to be there and is not."""
    if not must_exist and not app.config_path.exists():
        return FeedsFile(app.config_path, None, Config())
    config = app.config()
    try:
        return FeedsFile(app.config_path, app.config_path.read_bytes(), config)
    except OSError as error:
        raise ConfigError((f"{app.config_path}: can't be read: {error.strerror}",)) from error


def stored_feeds(app: App) -> list[FeedRow]:
    """Return what the database knows of feeds; nothing where there is no database yet."""
    if not app.db.exists():
        return []
    with app.open_store() as store:
        return store.feeds()
