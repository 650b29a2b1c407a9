"""Runs migrations on the connection that storage.engine hands over; there is no ini file and no other way."""

from __future__ import annotations

from alembic import context

from storage.tables import Base

connection = context.config.attributes["connection"]
told = context.config.attributes["told"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",  # it alters a table by copying it
    on_version_apply=lambda step, **_: told(step.up_revision_id),
)
# the caller's transaction is around all of this: DDL is undone with the rest in both databases
context.run_migrations()
