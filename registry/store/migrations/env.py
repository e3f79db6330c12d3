"""Run by Alembic: applies revisions on the connection the store hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from registry.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
