"""The data database of one municipality. No tenant column: separation is physical.

Conventions: ``*_at`` are instants in milliseconds since 1970-01-01 UTC (the same integer on SQLite and PostgreSQL, and
no conversion on the hot path); ``*_sealed`` are AES-GCM ciphertexts under a person's key (``bot.privacy.vault``);
``*_index`` are keyed blind indexes. Anything about a resident that is none of these is a code, a number or an instant.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.access_tables import admission as admission
from storage.access_tables import look as look
from storage.access_tables import recovery_code as recovery_code
from storage.access_tables import seen_token as seen_token
from storage.access_tables import sign_in_attempt as sign_in_attempt
from storage.access_tables import team as team
from storage.access_tables import tries as tries
from storage.aftercare_tables import check_in as check_in
from storage.aftercare_tables import contact_plan as contact_plan
from storage.aftercare_tables import grade as grade
from storage.aftercare_tables import hard_moment as hard_moment
from storage.aftercare_tables import rating as rating
from storage.aftercare_tables import registration as registration
from storage.aftercare_tables import remark as remark
from storage.aftercare_tables import signal as signal
from storage.aftercare_tables import signal_key as signal_key
from storage.agenda_tables import appointment as appointment
from storage.agenda_tables import appointment_staff as appointment_staff
from storage.agenda_tables import meeting as meeting
from storage.agenda_tables import other_hours as other_hours
from storage.agenda_tables import slot as slot
from storage.agenda_tables import working_hours as working_hours
from storage.guidance_tables import agreement as agreement
from storage.guidance_tables import card as card
from storage.guidance_tables import measurement as measurement
from storage.guidance_tables import phase as phase
from storage.guidance_tables import phrase as phrase
from storage.guidance_tables import summary as summary
from storage.privacy_tables import data_request as data_request
from storage.privacy_tables import helper as helper
from storage.privacy_tables import legal_hold as legal_hold
from storage.privacy_tables import retention_run as retention_run
from storage.privacy_tables import spent_key as spent_key
from storage.schema import at as _at
from storage.schema import id_ as _id
from storage.schema import metadata as metadata
from storage.schema import ref as _ref
from storage.wording_tables import wording as wording
from storage.wording_tables import wording_import as wording_import

person = Table(
    "person",
    metadata,
    _id(),
    _at("created_at"),
    Column("key_id", BigInteger, nullable=False),
    Column("code_index", LargeBinary, nullable=False, unique=True),  # the code that opens the conversation elsewhere
    Column("code_sealed", LargeBinary, nullable=False),
    Column("pin_sealed", LargeBinary),  # argon2, sealed: the few PINs there are could be tried on a stolen copy
    _at("pin_since", null=True),  # real time: since when only who knows it was let in; None: before that was kept
    Column("language", Text, nullable=False),  # ISO 639-1
    Column("name_sealed", LargeBinary),
    Column("name_index", LargeBinary, index=True),
    Column("phone_sealed", LargeBinary),
    Column("phone_index", LargeBinary, index=True),
    Column("email_sealed", LargeBinary),
    Column("email_index", LargeBinary, index=True),
    _at("opted_out_at", null=True),
    _at("phone_shared_at", null=True),  # said that this telephone is not theirs alone: neutral everywhere (rule 11)
    _ref("merged_into", "person", null=True),
    _at("erased_at", null=True),  # nothing of theirs can be read any more
    _at("reduced_at", null=True),  # erased at their request but for what has to be kept
)

address = Table(
    "address",
    metadata,
    _id(),
    _ref("person_id", "person"),
    Column("channel", Text, nullable=False),
    Column("external_index", LargeBinary, nullable=False),
    Column("external_sealed", LargeBinary, nullable=False),
    _at("created_at"),
    _at("last_inbound_at", null=True),  # WhatsApp's 24-hour window is counted from here
    _at("blocked_at", null=True),  # the platform says that the person blocked us
    _at("left_at", null=True),  # the browser was made to forget us (snel weg): nobody reads here any more
    _at("confirmed_at", null=True),  # an e-mail address that its owner said yes to; before that no personal link
    Column("preferred", SmallInteger, nullable=False, server_default="0"),
    Column("in_full", SmallInteger, nullable=False, server_default="0"),  # e-mail: the person asked for the content
    UniqueConstraint("channel", "external_index"),
    Index("ix_address_person", "person_id"),
)

conversation = Table(
    "conversation",
    metadata,
    _id(),
    _ref("person_id", "person"),
    _at("created_at"),
    _at("updated_at"),
    Column("session_sealed", LargeBinary),  # flows.session as JSON; absent before the first message
    Column("last_seq", Integer, nullable=False, server_default="0"),
    Column("queue", Text, nullable=False, server_default="bot"),  # bot|new|waiting_us|waiting_them|closed|merged
    Column("urgency", SmallInteger, nullable=False, server_default="0"),  # flows.grammar.Urgency
    _at("due_at", null=True),  # what runs out first for us; None when nothing does
    _ref("assigned_to", "staff", null=True),
    _ref("team_id", "team", null=True),  # whose file it is; None: of all teams
    _ref("held_by", "staff", null=True),  # a human holds the conversation: the bot is silent (rule 8)
    _at("held_at", null=True),
    _at("hold_until", null=True),
    _at("paused_at", null=True),  # danger: everything planned waits
    _at("danger_at", null=True),  # until a human says that it is over, or they that it is not so: no helper reads along
    _at("last_inbound_at", null=True),
    _at("last_staff_at", null=True),
    _at("notice_at", null=True),  # the last out-of-hours notice
    UniqueConstraint("person_id"),
    Index("ix_conversation_inbox", "queue", "due_at"),
)

case_file = Table(
    "case_file",
    metadata,
    _id(),
    _ref("person_id", "person"),  # whom it is about
    _ref("author_id", "person"),  # who opened it: may be someone else
    _ref("conversation_id", "conversation"),
    _at("opened_at"),
    _at("closed_at", null=True),
    Column("capacity", Text, nullable=False),  # self|helper|professional|bewindvoerder
    Column("answers_sealed", LargeBinary, nullable=False),
    _ref("taken_by", "staff", null=True),
    Column("ended_on", Text),  # ISO 8601: the day of the decision that ended it (beëindigingsbeschikking)
    Column("reason", Text),  # why it ended, as a code (flows.aftercare.END_REASONS)
    Index("ix_case_file_person", "person_id"),
)

message = Table(
    "message",
    metadata,
    _id(),
    _ref("conversation_id", "conversation"),
    Column("seq", Integer, nullable=False),
    _at("created_at"),
    Column("author", Text, nullable=False),  # resident|helper|caseworker|bot
    _ref("staff_id", "staff", null=True),
    _ref("helper_id", "helper", null=True),
    Column("private", SmallInteger, nullable=False, server_default="0"),  # 1: not for helpers; 2: for the desk alone
    _ref("address_id", "address", null=True),  # where it came from, or went to
    Column("content_sealed", LargeBinary, nullable=False),  # bot.content.Content as JSON
    Column("unhandled", SmallInteger, nullable=False, server_default="0"),  # a step failed on it: a human answers
    UniqueConstraint("conversation_id", "seq"),
)

#: One row per message ever received: a doubled one is handled once. ``scope`` is ``channel``, ``conversation:id``,
#: ``desk:id`` (of the conversation) or ``helper:id``.
received = Table(
    "received",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("external_index", LargeBinary, primary_key=True),
    _at("received_at"),
)

attachment = Table(
    "attachment",
    metadata,
    _id(),
    _ref("conversation_id", "conversation"),
    _ref("message_id", "message"),
    _at("created_at"),
    Column("media_type", Text, nullable=False),
    Column("size", Integer, nullable=False),  # bytes, before encryption
    Column("data_sealed", LargeBinary, nullable=False),
    Index("ix_attachment_message", "message_id"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _ref("conversation_id", "conversation"),
    _ref("message_id", "message"),
    _ref("address_id", "address"),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting|sent|delivered|read|failed|dropped
    Column("reason", Text),  # why not, as a code (bot.errors)
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("asked", SmallInteger, nullable=False, server_default="0"),  # said to what the person just said, and there
    Column("planned", SmallInteger, nullable=False, server_default="0"),  # fell due: checked again, and gives way
    Column("kind", Text),  # of the ping that led to it; cancelled with those of its kind
    Column("page", SmallInteger, nullable=False, server_default="1"),  # of a list that is longer than the channel's
    Column("parts", SmallInteger, nullable=False, server_default="0"),  # of several platform messages: taken so far
    Column("style", Text),  # how it went: full|nudge|template|announced (by the nudge before it)
    _at("expires_at", null=True),  # after this it says nothing any more, and is not sent
    _at("due_at"),
    _at("claimed_until", null=True),
    _at("sent_at", null=True),
    Column("external_index", LargeBinary, index=True),  # the platform's id, for its receipts
    Index(
        "ix_outbox_waiting",
        "channel",
        "planned",
        "due_at",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(  # who goes first of those for one address
        "ix_outbox_next",
        "address_id",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_outbox_conversation", "conversation_id", "id"),
    Index("ix_outbox_message", "message_id"),
)

#: What a platform said of a message before we had noted that it was sent: its answer may be slower than its receipt.
receipt = Table(
    "receipt",
    metadata,
    Column("external_index", LargeBinary, primary_key=True),
    Column("state", Text, nullable=False),  # delivered|read|failed
    Column("reason", Text),
    _at("received_at"),
)

#: A file that someone sent on a channel that keeps it for us: fetched after the commit.
download = Table(
    "download",
    metadata,
    _id(),
    _ref("message_id", "message"),
    _ref("conversation_id", "conversation"),
    Column("channel", Text, nullable=False),
    Column("reference_sealed", LargeBinary, nullable=False),  # the platform's name of the file
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting|done|failed
    Column("reason", Text),  # why not, as a code
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    _at("due_at"),
    _at("claimed_until", null=True),
    Index(
        "ix_download_waiting",
        "due_at",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_download_message", "message_id"),
)

#: A channel that does not work: what every process and the desk must know of it. No row: it works.
channel_trouble = Table(
    "channel_trouble",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("code", Text, nullable=False),  # bot.errors
    _at("since"),
)

ping = Table(
    "ping",
    metadata,
    _id(),
    _ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # flow.name, or a kind of the shell's own
    _at("created_at"),
    _at("due_at"),
    Column("state", Text, nullable=False, server_default="waiting"),  # waiting|done|dropped
    Column("reason", Text),  # why it was dropped
    _at("aside_until", null=True),  # real time: it could not be stored, and is left alone until then
    Column("about_sealed", LargeBinary),
    Index(
        "uq_ping_waiting",
        "conversation_id",
        "kind",
        unique=True,
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_ping_due", "due_at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
)

alarm = Table(
    "alarm",
    metadata,
    _id(),
    _ref("conversation_id", "conversation"),
    _at("raised_at"),
    Column("urgency", SmallInteger, nullable=False),
    Column("kind", Text, nullable=False, server_default="crisis"),  # crisis|contact: a red answer, wants their contact
    _ref("staff_id", "staff", null=True),  # who hears of it first; None: whoever is there
    Column("category_sealed", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="raised"),  # raised|acknowledged|false_alarm|erased
    Column("level", SmallInteger, nullable=False, server_default="0"),  # 0: first recipients, 1…: escalated
    _at("next_at", null=True),  # when it is sent (again); None when acknowledged
    _at("claimed_until", null=True),
    _at("acknowledged_at", null=True),
    _ref("acknowledged_by", "staff", null=True),
    Column("last_error", Text),  # why the last notification failed, as a code
    Index("ix_alarm_next", "next_at"),
    Index("ix_alarm_conversation", "conversation_id"),
)

event = Table(
    "event",
    metadata,
    _id(),
    _ref("conversation_id", "conversation", null=True),
    _ref("person_id", "person", null=True),
    _ref("case_id", "case_file", null=True),
    _ref("staff_id", "staff", null=True),
    Column("kind", Text, nullable=False),  # contactmoment, looked, consent, promise, alarm, merge, phase …
    _at("created_at"),
    Column("detail_sealed", LargeBinary),
    Index("ix_event_conversation", "conversation_id", "id"),
    Index("ix_event_kind", "kind", "created_at"),
)

note = Table(
    "note",
    metadata,
    _id(),
    _ref("conversation_id", "conversation"),
    _ref("staff_id", "staff"),
    _at("created_at"),
    Column("text_sealed", LargeBinary, nullable=False),
    Index("ix_note_conversation", "conversation_id"),
)

promise = Table(
    "promise",
    metadata,
    _id(),
    _ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # first_contact, intake, answer …
    _at("made_at"),
    _at("due_at"),
    _at("kept_at", null=True),
    Index("ix_promise_conversation", "conversation_id"),
)

personal_link = Table(
    "personal_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _ref("person_id", "person"),
    _at("created_at"),
    _at("expires_at"),
    _at("revoked_at", null=True),
    Column("purpose", Text, nullable=False, server_default="open"),  # open the web chat | join | join_own: channels
    _at("used_at", null=True),  # joined, once
    _ref("used_by", "address", null=True),  # where it joined, or while that is not: where it is asked about
)

staff = Table(
    "staff",
    metadata,
    _id(),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),  # as residents see it
    Column("phone", Text),  # on the cards of who they help
    Column("email", Text),  # of their work: where they hear of what concerns who they help
    _ref("successor_id", "staff", null=True),  # who knows the people that they helped, once they left
    Column("password_hash", Text),  # argon2
    Column("role", Text, nullable=False, server_default="caseworker"),  # caseworker|coordinator|beheerder|auditor
    _ref("team_id", "team", null=True),
    Column("subject_index", LargeBinary, unique=True),  # who they are at the municipality's own provider, keyed
    Column("key_id", BigInteger),  # of their own secrets, made with the first of these
    Column("totp_sealed", LargeBinary),
    Column("totp_step", BigInteger),  # of the last code that was used: none counts twice (RFC 6238, 5.2)
    _at("totp_since", null=True),  # None while it was not yet tried out
    _at("created_at"),
    _at("disabled_at", null=True),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _ref("staff_id", "staff"),
    _at("created_at"),
    _at("expires_at"),
    Column("way", Text, nullable=False, server_default="password"),  # password|link|oidc
    _at("second_at", null=True),  # the second factor was given; None: not asked for, or still to come
    _at("proved_at", null=True),  # they proved once more who they are (before an export, an erasure)
    _at("seen_at", null=True),  # last used, to the minute
    Column("device", Text),  # kind of browser and system, in words
    Column("provider_session_index", LargeBinary, index=True),  # ``sid`` at the provider, which may end it
)

sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _ref("staff_id", "staff"),
    _at("expires_at"),
    _at("used_at", null=True),
)

#: What only one process may do at a time.
lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    _at("expires_at"),
)
