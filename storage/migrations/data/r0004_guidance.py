"""What was agreed, how far someone is, what was measured; the words that a municipality added to ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "data_0004"
down_revision = "data_0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("staff_id IS NOT NULL AND state = 'open'")
NEWS = sa.text("news IS NOT NULL")


def upgrade() -> None:
    """Add the tables and the column; the phase that stood on a case was never used."""
    with op.batch_alter_table("case_file") as batch:
        batch.drop_column("phase")
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("phone", sa.Text(), nullable=True))
    op.create_table(
        "summary",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_summary_conversation_id")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_summary_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
    )
    op.create_index("ix_summary_conversation", "summary", ["conversation_id", "id"])
    op.create_table(
        "agreement",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("summary_id", ID, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("news", sa.Text(), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_agreement_conversation_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_agreement_staff_id")),
        sa.ForeignKeyConstraint(["summary_id"], ["summary.id"], name=op.f("fk_agreement_summary_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index("ix_agreement_conversation", "agreement", ["conversation_id", "id"])
    op.create_index("ix_agreement_summary", "agreement", ["summary_id"])
    columns = ["staff_id", "due_on"]
    op.create_index("ix_agreement_staff", "agreement", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    columns = ["conversation_id"]
    op.create_index("ix_agreement_news", "agreement", columns, sqlite_where=NEWS, postgresql_where=NEWS)
    op.create_table(
        "phrase",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shown", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_phrase_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sa.UniqueConstraint("name", name=op.f("uq_phrase_name")),
    )
    op.create_table(
        "card",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shown", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_card_changed_by")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_card")),
    )
    op.create_table(
        "phase",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("set_by", ID, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_phase_case_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_phase_conversation_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_phase_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
    )
    op.create_index("ix_phase_conversation", "phase", ["conversation_id", "id"])
    op.create_index("ix_phase_case", "phase", ["case_id"])
    op.create_table(
        "measurement",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.BigInteger(), nullable=False),
        sa.Column("invited_by", ID, nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_measurement_conversation_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["staff.id"], name=op.f("fk_measurement_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
    )
    op.create_index("ix_measurement_conversation", "measurement", ["conversation_id", "id"])
