"""The configured database, ready for use."""

from __future__ import annotations

from sqlalchemy import Engine

from crawler.config import Settings
from storage.engine import DatabaseUnusable, SchemaState, exists, open_engine, schema_state, upgrade

__all__ = ["DatabaseUnusable", "opened", "opened_to_look"]


def opened(settings: Settings) -> Engine:
    """An engine on tables of the present shape; a fresh database gets them.

    Older tables are left alone: bringing them up to date is a person's decision, who makes a copy first.
    Raises DatabaseUnusable.
    """
    engine = open_engine(settings.database_url.get_secret_value())
    if _state(engine) is not SchemaState.CURRENT:
        upgrade(engine)  # makes fresh tables, refuses newer ones
    return engine


def opened_to_look(settings: Settings) -> Engine | None:
    """The same; None where the database has no tables yet: looking makes none. Raises DatabaseUnusable."""
    engine = open_engine(settings.database_url.get_secret_value())
    if not exists(engine) or _state(engine) is SchemaState.FRESH:
        engine.dispose()
        return None
    upgrade(engine)  # refuses newer ones
    return engine


def _state(engine: Engine) -> SchemaState:
    state = schema_state(engine)
    if state is SchemaState.OLDER:
        raise DatabaseUnusable(
            "the tables are of an older nianbao; make a copy (nianbao db backup), then run: "
            "nianbao db upgrade"
        )
    return state
