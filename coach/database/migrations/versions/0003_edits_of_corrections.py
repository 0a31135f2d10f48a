"""What a correction would change of each passage, beside the diff of all of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go on from 0002."""
    op.add_column("corrections", sa.Column("edits", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """Go back to 0002."""
    with op.batch_alter_table("corrections") as table:
        table.drop_column("edits")
