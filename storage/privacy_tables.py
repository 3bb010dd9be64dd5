"""The tables of what people may ask of their data, how long it is kept, and who helps them; read them from
``storage.tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, Table, Text

from storage.schema import at, id_, metadata, ref

#: What someone asked of their own data (AVG art. 15, 17 and 20), and what became of it.
data_request = Table(
    "data_request",
    metadata,
    id_(),
    ref("person_id", "person"),
    ref("conversation_id", "conversation"),
    Column("kind", Text, nullable=False),  # access|erasure
    Column("state", Text, nullable=False),  # asked|identified|done|refused|withdrawn
    at("asked_at"),
    at("due_at"),  # AVG art. 12 (3): within a month
    Column("identified_how", Text),  # pin, or how a colleague knew: bot.own_data.acts.KNEW
    ref("identified_by", "staff", null=True),
    at("identified_at", null=True),
    at("done_at", null=True),
    ref("done_by", "staff", null=True),  # None: by itself, after the PIN
    Column("detail_sealed", LargeBinary),  # why it was refused, what stays and why
    Index("ix_data_request_person", "person_id"),
    Index("ix_data_request_open", "state", "due_at"),
)

#: As long as this stands, nothing of the file is deleted by itself or at someone's request.
legal_hold = Table(
    "legal_hold",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    Column("reason_sealed", LargeBinary, nullable=False),  # under the person's key
    at("placed_at"),
    ref("placed_by", "staff", null=True),
    Column("until", Text),  # ISO 8601, the last day; None: until it is lifted
    at("lifted_at", null=True),
    ref("lifted_by", "staff", null=True),
    Index("ix_legal_hold_conversation", "conversation_id"),
)

#: What a run of retention did, or (dry) would have done.
retention_run = Table(
    "retention_run",
    metadata,
    id_(),
    at("began_at"),
    at("ended_at", null=True),
    Column("dry", SmallInteger, nullable=False),
    ref("asked_by", "staff", null=True),  # None: by itself
    Column("report", Text),  # JSON: how many of which kind, by code; nothing of anyone
)

#: Keys under which nothing is sealed any more, until they are destroyed in the key store: noted in the transaction that
#: made them so, so that whoever dies in between leaves it to the next.
spent_key = Table(
    "spent_key",
    metadata,
    Column("key_id", BigInteger, primary_key=True, autoincrement=False),
    at("spent_at"),
)

#: Family, friend or volunteer, whom a resident let into their conversation for a time.
helper = Table(
    "helper",
    metadata,
    id_(),
    ref("person_id", "person"),  # who is helped
    Column("name_sealed", LargeBinary, nullable=False),  # as the resident calls them, under the resident's key
    Column("may", Text, nullable=False),  # follow|act
    Column("state", Text, nullable=False),  # invited|open|ended
    Column("invite_index", LargeBinary, unique=True),  # of the link that opens it once
    Column("browser_index", LargeBinary, unique=True),  # of the browser that it was opened in
    at("invited_at"),
    at("opened_at", null=True),
    at("ends_at"),
    at("ended_at", null=True),
    Column("ended_how", Text),  # withdrawn|expired|left|merged|erased|restored
    Column("from_seq", Integer, nullable=False, server_default="0"),  # they see what came after this message
    Index("ix_helper_person", "person_id"),
)
