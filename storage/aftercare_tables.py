"""The tables of keeping in touch: plans, check-ins, hard moments, early signals, ratings, and what another registration
is told; read them from ``storage.tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, Table, Text

from storage.schema import at, id_, metadata, ref, where

#: How we keep in touch with someone, as agreed with them. One that is proposed waits for their yes, beside one that
#: stands.
contact_plan = Table(
    "contact_plan",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # flows.aftercare.PlanKind
    Column("state", Text, nullable=False),  # proposed|active|paused|ended
    Column("rhythm", Text, nullable=False),  # flows.aftercare.Rhythm
    Column("weekday", SmallInteger),  # 0 is Monday; None: any
    Column("part", Text, nullable=False),  # flows.aftercare.Part: of the day
    Column("way", Text, nullable=False),  # flows.aftercare.Means
    at("made_at"),
    ref("made_by", "staff", null=True),  # None: the person themselves
    at("began_at", null=True),
    Column("until", Text),  # ISO 8601: the last day that its kind may last; None: as long as it is wanted
    Column("paused_until", Text),  # ISO 8601; None while paused: until the person says so
    at("ended_at", null=True),
    Column("reason", Text),  # why it ended or is paused, as a code (flows.aftercare)
    Index("ix_contact_plan_conversation", "conversation_id", "id"),
    Index("uq_contact_plan_stands", "conversation_id", unique=True, **where("state IN ('active', 'paused')")),
    Index("uq_contact_plan_proposed", "conversation_id", unique=True, **where("state = 'proposed'")),
)

#: One contact that a plan asks for. It happened once, or has a reason.
check_in = Table(
    "check_in",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    ref("plan_id", "contact_plan"),
    Column("number", SmallInteger, nullable=False),  # of its plan, from 1
    at("due_at"),
    Column("state", Text, nullable=False, server_default="planned"),  # planned|asked|answered|silent|held|dropped
    Column("reason", Text),  # why it was dropped, as a code
    at("asked_at", null=True),
    at("again_at", null=True),  # when it was asked once more
    at("done_at", null=True),  # answered, held by a human, given up on, or dropped
    ref("done_by", "staff", null=True),  # who had the contact, where a human did
    Column("answers_sealed", LargeBinary),  # bot.contact.reading.Answers as JSON
    Index("ix_check_in_conversation", "conversation_id", "id"),
    Index("uq_check_in_number", "plan_id", "number", unique=True),
)

#: A moment in the year that is hard for someone, with their own plan for it.
hard_moment = Table(
    "hard_moment",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # flows.aftercare.MomentKind
    Column("next_on", Text, nullable=False),  # ISO 8601: when it comes next
    at("made_at"),
    at("dropped_at", null=True),
    Column("details_sealed", LargeBinary, nullable=False),  # JSON: their words for it, and their plan
    Index("ix_hard_moment_conversation", "conversation_id", "id"),
)

#: By what an early signal finds this person: only what was reckoned from it, never the words themselves. Telephone
#: number and e-mail address stand with the person.
signal_key = Table(
    "signal_key",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    Column("key_index", LargeBinary, nullable=False),
    at("made_at"),
    ref("made_by", "staff"),
    Index("ix_signal_key", "key_index"),
    Index("ix_signal_key_conversation", "conversation_id"),
)

#: A payment that was missed, as a landlord, an energy or water company or a health insurer tells (vroegsignaal).
signal = Table(
    "signal",
    metadata,
    id_(),
    Column("kind", Text, nullable=False),  # bot.vroegsignaal.KINDS; import: a file of many that waits for a yes
    Column("received_on", Text, nullable=False),  # ISO 8601
    at("entered_at"),
    ref("entered_by", "staff"),
    Column("line_index", LargeBinary, nullable=False, unique=True),  # the same signal twice is one
    Column("route", Text, nullable=False),  # unsorted|last|case|ordinary (storage.signals); import
    ref("conversation_id", "conversation", null=True),  # None: nobody's, as far as we know
    Column("key_id", BigInteger),  # of its own; None on a file, where it is the person's
    Column("state", Text, nullable=False, server_default="new"),  # new|invited|done
    at("done_at", null=True),
    ref("done_by", "staff", null=True),
    Column("details_sealed", LargeBinary, nullable=False),  # JSON
    Index("ix_signal_conversation", "conversation_id", "id"),
    Index("ix_signal_route", "route", "state"),
)

#: That someone was asked to rate what was promised, and, for a day, what they said.
rating = Table(
    "rating",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    ref("case_id", "case_file"),
    Column("occasion", Text, nullable=False),  # flows.ratings.Occasion
    Column("promises", Text, nullable=False),  # flows.ratings.Promise, with commas
    Column("state", Text, nullable=False, server_default="planned"),  # planned|asked|settled|dropped
    Column("reason", Text),  # why it was dropped, as a code
    at("made_at"),
    at("asked_at", null=True),
    at("ended_at", null=True),
    Column("answers_sealed", LargeBinary),  # JSON; gone once it is settled
    Index("ix_rating_conversation", "conversation_id", "id"),
    Index("uq_rating_occasion", "case_id", "occasion", unique=True),
)

#: How often each grade was given. There is no row of a person, and whose a grade is, is nowhere: not in an order, not
#: in what was written together, not in a figure that grew by one (docs/decisions/0022).
grade = Table(
    "grade",
    metadata,
    id_(),
    Column("year", Integer, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("promise", Text, nullable=False),
    Column("counted", Text, nullable=False),  # of 1 to 10, with commas: what may be told
    Column("key_id", BigInteger, nullable=False),
    Column("waiting_sealed", LargeBinary, nullable=False),  # the same, until they are ten together
    Index("uq_grade_promise", "year", "occasion", "promise", unique=True),
)

#: What people said beside their grades. Whose it is, is nowhere; sealed under a key of its own.
remark = Table(
    "remark",
    metadata,
    id_(),
    Column("year", Integer, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("key_id", BigInteger, nullable=False),
    Column("words_sealed", LargeBinary, nullable=False),  # JSON: {"counted": […], "waiting": […]}, in no order
    Index("uq_remark_occasion", "year", "occasion", unique=True),
)

#: What the municipality's own registration (Open Klant) is told: sent after the commit, with retries, like a message.
registration = Table(
    "registration",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # klantcontact|internetaak
    Column("number", Text, unique=True),  # ours, of ten digits, given before the first try: a second is known by it
    Column("payload_sealed", LargeBinary, nullable=False),  # JSON
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting|sent|failed
    Column("reason", Text),  # why not, as a code (bot.errors)
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    at("made_at"),
    at("due_at"),
    at("claimed_until", null=True),
    at("sent_at", null=True),
    Index("ix_registration_waiting", "due_at", "id", **where("state = 'waiting'")),
    Index("ix_registration_failed", "reason", **where("state = 'failed'")),
    Index("ix_registration_conversation", "conversation_id", "id"),
)
