"""The tables of who may see what: teams, who was asked along or came in by emergency, looks in a chain, and how staff
sign in; read them from ``storage.tables``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from storage.schema import at, id_, metadata, ref

#: Who works together: a caseworker opens the files of their own team.
team = Table(
    "team",
    metadata,
    id_(),
    Column("name", Text, nullable=False, unique=True),
    at("created_at"),
    at("closed_at", null=True),
)

#: Someone who may open a file that is not their team's, for a time.
admission = Table(
    "admission",
    metadata,
    id_(),
    ref("conversation_id", "conversation"),
    ref("staff_id", "staff"),
    Column("kind", Text, nullable=False),  # asked (along, by a colleague)|emergency (they gave a reason themselves)
    ref("granted_by", "staff", null=True),  # None: an emergency
    Column("reason_sealed", LargeBinary),  # under the person's key
    at("created_at"),
    at("expires_at"),
    at("ended_at", null=True),  # before that, by someone's hand
    at("seen_at", null=True),  # an emergency: a coordinator read of it
    ref("seen_by", "staff", null=True),
    Index("ix_admission_conversation", "conversation_id", "staff_id"),
    Index("ix_admission_unseen", "kind", "seen_at"),
)

#: Every look into a file, chained: each row's digest is made with the one before it and a key from the key store, so
#: that a row that was changed, left out or put in between shows. Its numbers have no gaps. What it says of
#: conversation and person stays as it was at the look, also after a merge.
look = Table(
    "look",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    at("at"),
    Column("kind", Text, nullable=False),  # looked|searched|emergency|exported|downloaded|erased …
    ref("staff_id", "staff", null=True),  # None: a command on the server, or the house by itself
    Column("conversation_id", BigInteger),
    Column("person_id", BigInteger),
    Column("digest", LargeBinary, nullable=False),
    Index("ix_look_person", "person_id", "seq"),
    Index("ix_look_staff", "staff_id", "seq"),
)

#: A code that stands in for the second factor, once.
recovery_code = Table(
    "recovery_code",
    metadata,
    id_(),
    ref("staff_id", "staff"),
    Column("code_index", LargeBinary, nullable=False),  # keyed (bot.privacy.vault)
    at("made_at"),
    at("used_at", null=True),
    Index("ix_recovery_code_staff", "staff_id"),
)

#: A sign-in that was begun at the municipality's own provider (OpenID Connect) and is answered once.
sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False),  # of the cookie in the browser that began it
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),  # of PKCE
    Column("next_page", Text, nullable=False),
    Column("purpose", Text, nullable=False),  # sign_in|prove (who is signed in, once more)
    ref("staff_id", "staff", null=True),  # who proves it
    at("expires_at"),
)

#: Tokens of others that count once (the ``jti`` of a logout token), and for some minutes who signed out there.
seen_token = Table(
    "seen_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    at("expires_at"),
)

#: How often something was tried lately, as all processes together count it.
tries = Table(
    "tries",
    metadata,
    Column("scope", Text, primary_key=True),  # what is tried: totp:12 …
    Column("count", Integer, nullable=False),
    at("last_at"),
)
