"""The tables of what was agreed, how far someone is, what was measured, and the words that a municipality added to
ours; read them from ``storage.tables``."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, SmallInteger, Table, Text

from storage.schema import at, id_, metadata, ref, where

#: What was agreed in a talk, as it was sent to the person.
summary = Table(
    "summary",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    at("made_at"),
    ref("made_by", "staff"),
    Column("answer", Text),  # to *klopt dit?*: agreed|change|question; None: not yet
    at("answered_at", null=True),
    Column("details_sealed", LargeBinary, nullable=False),  # bot.agreements.reading.Details as JSON
    Index("ix_summary_conversation", "conversation_id", "id"),
)

#: One thing that someone does, by a day or not.
agreement = Table(
    "agreement",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    ref("summary_id", "summary"),
    Column("place", SmallInteger, nullable=False),  # in the order of its summary
    ref("staff_id", "staff", null=True),  # who of us does it; None: the person
    Column("due_on", Text),  # ISO 8601, on the municipality's calendar; None: no day
    Column("state", Text, nullable=False, server_default="open"),  # open|done|stuck|dropped
    at("changed_at"),
    Column("news", Text),  # what the person did that the desk has not seen: done|stuck|moved|open
    Column("details_sealed", LargeBinary, nullable=False),  # bot.agreements.reading.Agreed as JSON: as it was sent
    Index("ix_agreement_conversation", "conversation_id", "id"),
    Index("ix_agreement_summary", "summary_id"),
    Index("ix_agreement_staff", "staff_id", "due_on", **where("staff_id IS NOT NULL AND state = 'open'")),
    Index("ix_agreement_news", "conversation_id", **where("news IS NOT NULL")),
)

#: An entry of the action phrasebook that this municipality added, or one of ours that it switched off.
phrase = Table(
    "phrase",
    metadata,
    id_(),
    Column("name", Text, nullable=False, unique=True),  # of ours as in flows/data/phrasebook.toml; own ones: own.…
    Column("shown", SmallInteger, nullable=False, server_default="1"),
    Column("words", Text, nullable=False),  # of an own one: flows.phrasebook.words_from_json; else {}
    at("changed_at"),
    ref("changed_by", "staff", null=True),
)

#: What this municipality does otherwise with a card; no row: it is as we made it.
card = Table(
    "card",
    metadata,
    Column("name", Text, primary_key=True),  # as in flows/data/cards.toml
    Column("shown", SmallInteger, nullable=False, server_default="1"),
    Column("owner", Text, nullable=False),  # who looks after it; empty: as in the data
    Column("review_on", Text, nullable=False),  # ISO 8601, after it the card is not current; empty: as in the data
    Column("words", Text, nullable=False),  # JSON: by part and then by language, where they differ from ours
    at("changed_at"),
    ref("changed_by", "staff", null=True),
)

#: A phase that a case was in, is in, or leaves out. A phase that comes back is a row more; two may overlap.
phase = Table(
    "phase",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    ref("case_id", "case_file"),
    Column("phase", Text, nullable=False),  # flows.progress.Phase
    Column("state", Text, nullable=False),  # now|done|skipped|stopped
    at("began_at"),
    at("ended_at", null=True),
    ref("set_by", "staff", null=True),
    Index("ix_phase_conversation", "conversation_id", "id"),
    Index("ix_phase_case", "case_id"),
)

#: What a caseworker invited someone to: what to talk about, or a measurement; and what they answered.
measurement = Table(
    "measurement",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # flows.measuring.Kind
    at("invited_at"),
    ref("invited_by", "staff"),
    at("answered_at", null=True),  # the last answer
    at("ended_at", null=True),  # the person said that it is enough, or wants none
    Column("answers_sealed", LargeBinary),  # JSON: by area
    Index("ix_measurement_conversation", "conversation_id", "id"),
)
