"""The tables of what a municipality words otherwise, and of what native speakers confirmed; read them from
``storage.tables``. Texts are no personal data: they are stored as they are."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from storage.schema import at, id_, metadata, ref

#: What was done about one text in one language; the last version of each holds, those before it are its record.
wording = Table(
    "wording",
    metadata,
    id_(),
    Column("context", Text, nullable=False),  # as in the catalogs
    Column("language", Text, nullable=False),  # ISO 639-1; nl: the Dutch itself is worded otherwise
    Column("version", Integer, nullable=False),  # from 1
    Column("act", Text, nullable=False),  # changed|imported|standard|confirmed|taken_back
    Column("words", Text),  # the municipality's own; None: those of the configuration or of the catalog
    Column("dutch", Text, nullable=False),  # what they were made or confirmed for; of nl: what they stand in place of
    Column("confirmed", Text),  # the words that a native speaker confirmed; None: not, or not any more
    at("made_at"),
    ref("made_by", "staff"),
    UniqueConstraint("context", "language", "version"),
)

#: A file of translations that someone looked at and has not said yes to.
wording_import = Table(
    "wording_import",
    metadata,
    id_(),
    Column("language", Text, nullable=False),
    Column("data", Text, nullable=False),  # PO
    at("made_at"),
    ref("made_by", "staff"),
)
