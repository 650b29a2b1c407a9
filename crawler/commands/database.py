"""`nianbao db upgrade`."""

from __future__ import annotations

from crawler.config import Settings
from crawler.console import Screen
from storage.engine import SchemaState, open_engine, schema_state
from storage.engine import upgrade as upgrade_tables


def upgrade(screen: Screen, settings: Settings) -> None:
    """Bring the tables up to date and say what was done."""
    engine = open_engine(settings.database_url.get_secret_value())
    try:
        before = schema_state(engine)
        upgrade_tables(engine)
    finally:
        engine.dispose()
    if before is SchemaState.CURRENT:
        screen.line(screen.pick("表结构已是最新", "the tables are up to date"))
    else:
        screen.line(screen.pick("表结构已升级", "the tables were brought up to date"))
