"""Texts that a municipality words otherwise, what native speakers confirmed, and files that wait for a yes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "data_0006"
down_revision = "data_0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "wording",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("dutch", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_wording_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("context", "language", "version", name=op.f("uq_wording_context")),
    )
    op.create_table(
        "wording_import",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_wording_import_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_import")),
    )
