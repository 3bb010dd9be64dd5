"""Whether both databases have the schema of this release already: asked before alembic is, which takes a while to load.

A migration names itself after its file: ``migrations/data/r0004_guidance.py`` makes ``data_0004``.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import ColumnClause, column, make_url, select, table
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION: ColumnClause[str] = column("version_num")
_FOUND = select(_VERSION).select_from(table("alembic_version", _VERSION))


async def is_current(db_url: str, keys_url: str) -> bool:
    """Both are; False when that cannot be told, for whoever migrates says why."""
    return await _is_at(keys_url, newest("keys")) and await _is_at(db_url, newest("data"))


def newest(branch: str) -> str:
    """The last revision of one of the two histories: ``data`` or ``keys``."""
    return revisions(branch)[-1]


def revisions(branch: str) -> list[str]:
    """All revisions of one of the two histories, in order."""
    return sorted(f"{branch}_{file.name[1:5]}" for file in (MIGRATIONS / branch).glob("r????_*.py"))


async def _is_at(url: str, revision: str) -> bool:
    if lacks_file(url):  # to open it would make it
        return False
    db = Database.open(url, pool_size=1)
    try:
        async with db.read() as conn:
            return list((await conn.execute(_FOUND)).scalars()) == [revision]
    except (SQLAlchemyError, OSError):
        return False
    finally:
        await db.close()


def lacks_file(url: str) -> bool:
    """Whether this is a SQLite database that does not exist yet: to open it would make it."""
    parsed = make_url(url)
    return parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").is_file()
