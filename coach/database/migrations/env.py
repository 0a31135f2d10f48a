"""What Alembic runs: the migrations over the connection, or the engine, that it was given."""

from __future__ import annotations

from contextlib import nullcontext

from alembic import context
from sqlalchemy import Engine

from coach.database.tables import Base

given = context.config.attributes["connection"]
with given.begin() if isinstance(given, Engine) else nullcontext(given) as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter a table in place
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
