"""Whether a number is one of a list that is given as one value: one statement, however long the list is.

``IN`` with a parameter for each is another statement for every length: SQLAlchemy writes it anew, and the server plans
it anew, each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class Numbers(TypeDecorator[Iterable[int]]):
    """Whole numbers: an array (PostgreSQL), or JSON (SQLite, which has none)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the engine has."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger()))

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        """As the driver takes it."""
        numbers = list(value or ())
        return json.dumps(numbers) if dialect.name == "sqlite" else numbers


class _Listed(FunctionElement[bool]):
    """``_Listed(column, numbers)``."""

    type = Boolean()
    inherit_cache = True


def listed(column: ColumnElement[Any] | Column[Any], name: str) -> ColumnElement[bool]:
    """Whether ``column``, a whole number, is one of those in the parameter ``name`` (an iterable, which may be
    empty)."""
    return _Listed(column, bindparam(name, type_=Numbers()))


@compiles(_Listed, "postgresql")
def _on_postgresql(element: _Listed, compiler: SQLCompiler, **kw: Any) -> str:
    column, numbers = element.clauses
    return f"{compiler.process(column, **kw)} = ANY ({compiler.process(numbers, **kw)})"


@compiles(_Listed, "sqlite")
def _on_sqlite(element: _Listed, compiler: SQLCompiler, **kw: Any) -> str:
    column, numbers = element.clauses
    given = compiler.process(numbers, **kw)
    return f"{compiler.process(column, **kw)} IN (SELECT value FROM json_each({given}))"  # noqa: S608 (no value in it)
