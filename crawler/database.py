"""The configured database, ready for use."""

from __future__ import annotations

from sqlalchemy import Engine

from crawler.config import Settings
from storage.engine import DatabaseUnusable, SchemaState, open_engine, schema_state, upgrade

__all__ = ["DatabaseUnusable", "opened"]


def opened(settings: Settings) -> Engine:
    """An engine on tables of the present shape; a fresh database gets them.

    Older tables are left alone: bringing them up to date is a person's decision, who makes a copy first.
    Raises DatabaseUnusable.
    """
    engine = open_engine(settings.database_url.get_secret_value())
    state = schema_state(engine)
    if state is SchemaState.OLDER:
        raise DatabaseUnusable("the tables are of an older nianbao; run: nianbao db upgrade")
    if state is not SchemaState.CURRENT:
        upgrade(engine)  # makes fresh tables, refuses newer ones
    return engine
