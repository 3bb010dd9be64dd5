"""What channels of others need: how a message goes, what platforms say of it, files to fetch, what does not work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "data_0002"
down_revision = "data_0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Add the columns and tables."""
    with op.batch_alter_table("address") as batch:
        batch.add_column(sa.Column("confirmed_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("in_full", sa.SmallInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("personal_link") as batch:
        batch.add_column(sa.Column("purpose", sa.Text(), server_default="open", nullable=False))
        batch.add_column(sa.Column("used_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("used_by", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_personal_link_used_by"), "address", ["used_by"], ["id"])
    op.drop_index("ix_outbox_waiting", "outbox")
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("asked", sa.SmallInteger(), server_default="0", nullable=False))
        batch.add_column(sa.Column("kind", sa.Text(), nullable=True))
        batch.add_column(sa.Column("page", sa.SmallInteger(), server_default="1", nullable=False))
        batch.add_column(sa.Column("parts", sa.SmallInteger(), server_default="0", nullable=False))
        batch.add_column(sa.Column("style", sa.Text(), nullable=True))
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["channel", "planned", "due_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("ix_outbox_next", "outbox", ["address_id", "id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "receipt",
        sa.Column("external_index", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("external_index", name=op.f("pk_receipt")),
    )
    op.create_table(
        "download",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("reference_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_download_message_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_download_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    op.create_index("ix_download_waiting", "download", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_download_message", "download", ["message_id"])
    op.create_table(
        "channel_trouble",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_trouble")),
    )
