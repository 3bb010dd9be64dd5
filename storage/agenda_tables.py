"""The tables of appointments; read them from ``storage.tables``."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, SmallInteger, Table, Text, UniqueConstraint

from storage.schema import Id, at, id_, metadata, ref, where

#: When someone of the team can be met, week by week. No ``staff_id``: open hours of the whole team (``inloop``).
working_hours = Table(
    "working_hours",
    metadata,
    id_(),
    ref("staff_id", "staff", null=True),
    Column("weekday", SmallInteger, nullable=False),  # Monday is 0
    Column("starts", SmallInteger, nullable=False),  # minutes after midnight, on the municipality's clock
    Column("ends", SmallInteger, nullable=False),
    Column("kinds", Text, nullable=False),  # codes with commas: flows.agenda.Kind, or inloop
    Column("place", Text, nullable=False),  # as residents read it
    Index("ix_working_hours_staff", "staff_id"),
)

#: A day that is otherwise: hours less or hours more. No ``staff_id``: for everyone.
other_hours = Table(
    "other_hours",
    metadata,
    id_(),
    ref("staff_id", "staff", null=True),
    Column("day", Text, nullable=False),  # ISO 8601, on the municipality's calendar
    Column("starts", SmallInteger, nullable=False),  # 0 to 1440 is the whole day
    Column("ends", SmallInteger, nullable=False),
    Column("kinds", Text, nullable=False),  # empty: not there
    Column("place", Text, nullable=False),
    Index("ix_other_hours_day", "day"),
)

#: How long a kind of talk takes and how far away it is, in minutes. No ``staff_id``: for the team; else someone's own.
meeting = Table(
    "meeting",
    metadata,
    id_(),
    ref("staff_id", "staff", null=True),
    Column("kind", Text, nullable=False),  # flows.agenda.Kind
    Column("minutes", SmallInteger, nullable=False),
    Column("travel", SmallInteger, nullable=False, server_default="0"),  # there, and back again
    Index("uq_meeting_team", "kind", unique=True, **where("staff_id IS NULL")),
    Index("uq_meeting_staff", "staff_id", "kind", unique=True, **where("staff_id IS NOT NULL")),
)

appointment = Table(
    "appointment",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # flows.agenda.Kind
    at("starts_at"),
    at("ends_at"),
    Column("state", Text, nullable=False),  # proposed|booked|cancelled|held|no_show|withdrawn
    at("made_at"),
    ref("made_by", "staff", null=True),  # None: the person
    at("coming_at", null=True),  # the person said to come
    at("ended_at", null=True),
    ref("ended_by", "staff", null=True),
    Column("sequence", Integer, nullable=False, server_default="0"),  # of its calendar file: one more at each change
    Column("news", Text),  # what the person did that its caseworkers have not seen: booked|moved|cancelled|said
    Column("calendar_index", LargeBinary, unique=True),  # of the token that opens it in a calendar
    Column("details_sealed", LargeBinary, nullable=False),  # bot.appointments.Details as JSON
    Index("ix_appointment_conversation", "conversation_id", "starts_at"),
    Index("ix_appointment_starts", "starts_at"),
    Index("ix_appointment_news", "id", **where("news IS NOT NULL")),
)

#: Who of the team is at an appointment; the first is who it is with.
appointment_staff = Table(
    "appointment_staff",
    metadata,
    Column("appointment_id", Id, ForeignKey("appointment.id"), primary_key=True),
    Column("staff_id", Id, ForeignKey("staff.id"), primary_key=True),
    Column("place", SmallInteger, nullable=False, server_default="0"),  # in the order
    Index("ix_appointment_staff_staff", "staff_id"),
)

#: Fixed quanta of working time (``bot.agenda.QUANTUM``) that are taken, one row each: both databases refuse a double
#: booking by themselves.
slot = Table(
    "slot",
    metadata,
    id_(),
    ref("staff_id", "staff"),
    at("starts_at"),
    ref("appointment_id", "appointment"),
    UniqueConstraint("staff_id", "starts_at"),
    Index("ix_slot_appointment", "appointment_id"),
)
