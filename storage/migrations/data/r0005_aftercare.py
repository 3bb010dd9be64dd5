"""Keeping in touch: plans, check-ins, hard moments, early signals, ratings, and what another registration is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "data_0005"
down_revision = "data_0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and tables."""
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("email_index", sa.LargeBinary(), nullable=True))
        batch.create_index(op.f("ix_person_email_index"), ["email_index"])
    with op.batch_alter_table("case_file") as batch:
        batch.add_column(sa.Column("ended_on", sa.Text(), nullable=True))
        batch.add_column(sa.Column("reason", sa.Text(), nullable=True))
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("email", sa.Text(), nullable=True))
        batch.add_column(sa.Column("successor_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_staff_successor_id"), "staff", ["successor_id"], ["id"])
    with op.batch_alter_table("alarm") as batch:
        batch.add_column(sa.Column("kind", sa.Text(), server_default="crisis", nullable=False))
        batch.add_column(sa.Column("staff_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_alarm_staff_id"), "staff", ["staff_id"], ["id"])
    op.execute("ALTER TABLE ping RENAME COLUMN claimed_until TO aside_until")
    op.create_table(
        "contact_plan",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.Text(), nullable=True),
        sa.Column("paused_until", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_contact_plan_conversation_id")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_contact_plan_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_plan")),
    )
    op.create_index("ix_contact_plan_conversation", "contact_plan", ["conversation_id", "id"])
    where = sa.text("state = 'proposed'")
    op.create_index(
        "uq_contact_plan_proposed",
        "contact_plan",
        ["conversation_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    where = sa.text("state IN ('active', 'paused')")
    op.create_index(
        "uq_contact_plan_stands",
        "contact_plan",
        ["conversation_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "check_in",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("again_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", ID, nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_check_in_conversation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["contact_plan.id"], name=op.f("fk_check_in_plan_id")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_check_in_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    op.create_index("ix_check_in_conversation", "check_in", ["conversation_id", "id"])
    op.create_index("uq_check_in_number", "check_in", ["plan_id", "number"], unique=True)
    op.create_table(
        "hard_moment",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("next_on", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("dropped_at", sa.BigInteger(), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_hard_moment_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hard_moment")),
    )
    op.create_index("ix_hard_moment_conversation", "hard_moment", ["conversation_id", "id"])
    op.create_table(
        "signal_key",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("key_index", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ID, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_signal_key_conversation_id")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_signal_key_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_key")),
    )
    op.create_index("ix_signal_key", "signal_key", ["key_index"])
    op.create_index("ix_signal_key_conversation", "signal_key", ["conversation_id"])
    op.create_table(
        "signal",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("entered_by", ID, nullable=False),
        sa.Column("line_index", sa.LargeBinary(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("key_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", ID, nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_signal_entered_by")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_signal_conversation_id")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_signal_done_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("line_index", name=op.f("uq_signal_line_index")),
    )
    op.create_index("ix_signal_conversation", "signal", ["conversation_id", "id"])
    op.create_index("ix_signal_route", "signal", ["route", "state"])
    op.create_table(
        "rating",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("promises", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="planned", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_rating_conversation_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_rating_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
    )
    op.create_index("ix_rating_conversation", "rating", ["conversation_id", "id"])
    op.create_index("uq_rating_occasion", "rating", ["case_id", "occasion"], unique=True)
    op.create_table(
        "grade",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("promise", sa.Text(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("waiting_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
    )
    op.create_index("uq_grade_promise", "grade", ["year", "occasion", "promise"], unique=True)
    op.create_table(
        "remark",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index("uq_remark_occasion", "remark", ["year", "occasion"], unique=True)
    op.create_table(
        "registration",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("payload_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_registration_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("number", name=op.f("uq_registration_number")),
    )
    op.create_index("ix_registration_conversation", "registration", ["conversation_id", "id"])
    where = sa.text("state = 'waiting'")
    op.create_index(
        "ix_registration_waiting", "registration", ["due_at", "id"], sqlite_where=where, postgresql_where=where
    )
    where = sa.text("state = 'failed'")
    op.create_index("ix_registration_failed", "registration", ["reason"], sqlite_where=where, postgresql_where=where)
