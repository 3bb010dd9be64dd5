"""Appointments: when the team can be met, what was booked, and the quanta of time that it takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "data_0003"
down_revision = "data_0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEAM, STAFF = sa.text("staff_id IS NULL"), sa.text("staff_id IS NOT NULL")
NEWS = sa.text("news IS NOT NULL")


def upgrade() -> None:
    """Add the column and tables; the slots of before were never used."""
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("expires_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "working_hours",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.SmallInteger(), nullable=False),
        sa.Column("ends", sa.SmallInteger(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_working_hours_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_hours")),
    )
    op.create_index("ix_working_hours_staff", "working_hours", ["staff_id"])
    op.create_table(
        "other_hours",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("starts", sa.SmallInteger(), nullable=False),
        sa.Column("ends", sa.SmallInteger(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_other_hours_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_hours")),
    )
    op.create_index("ix_other_hours_day", "other_hours", ["day"])
    op.create_table(
        "meeting",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("staff_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("travel", sa.SmallInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_meeting_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index("uq_meeting_team", "meeting", ["kind"], unique=True, sqlite_where=TEAM, postgresql_where=TEAM)
    columns = ["staff_id", "kind"]
    op.create_index("uq_meeting_staff", "meeting", columns, unique=True, sqlite_where=STAFF, postgresql_where=STAFF)
    op.create_table(
        "appointment",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("coming_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("news", sa.Text(), nullable=True),
        sa.Column("calendar_index", sa.LargeBinary(), nullable=True),
        sa.Column("details_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_appointment_conversation_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name=op.f("fk_appointment_ended_by")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_appointment_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("calendar_index", name=op.f("uq_appointment_calendar_index")),
    )
    op.create_index("ix_appointment_conversation", "appointment", ["conversation_id", "starts_at"])
    op.create_index("ix_appointment_starts", "appointment", ["starts_at"])
    op.create_index("ix_appointment_news", "appointment", ["id"], sqlite_where=NEWS, postgresql_where=NEWS)
    op.create_table(
        "appointment_staff",
        sa.Column("appointment_id", ID, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("place", sa.SmallInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_appointment_staff_appointment_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_appointment_staff_staff_id")),
        sa.PrimaryKeyConstraint("appointment_id", "staff_id", name=op.f("pk_appointment_staff")),
    )
    op.create_index("ix_appointment_staff_staff", "appointment_staff", ["staff_id"])
    op.drop_table("slot")
    op.create_table(
        "slot",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("staff_id", ID, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("appointment_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name=op.f("fk_slot_appointment_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_slot_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("staff_id", "starts_at", name=op.f("uq_slot_staff_id")),
    )
    op.create_index("ix_slot_appointment", "slot", ["appointment_id"])
