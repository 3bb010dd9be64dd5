"""What every table is made of. The tables themselves: ``storage.tables``, which also says what its columns hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, text

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

#: SQLite only counts up by itself on INTEGER PRIMARY KEY.
Id = BigInteger().with_variant(Integer, "sqlite")


def id_() -> Column[int]:
    """The number of a row."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def ref(name: str, table: str, *, null: bool = False) -> Column[int]:
    """The number of a row of ``table``."""
    return Column(name, Id, ForeignKey(f"{table}.id"), nullable=null)


def at(name: str, *, null: bool = False) -> Column[int]:
    """An instant."""
    return Column(name, BigInteger, nullable=null)


def where(condition: str) -> dict[str, Any]:
    """For an index over some of the rows."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
