"""What alembic runs to migrate: on the connection, and for the metadata, that ``storage.migrate`` hands over."""

from __future__ import annotations

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=given["metadata"],
    render_as_batch=True,  # SQLite changes a table by making it anew
    transactional_ddl=True,  # both engines undo a migration that fails half-way
)
with context.begin_transaction():
    context.run_migrations()
