"""What ``klopaan check`` says of the cards: which residents do not get, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, make_url
from sqlalchemy.exc import DBAPIError

from bot import cards
from bot.config import Config
from bot.errors import Finding
from flows.grammar import Gemeente
from locales import Catalogs, load
from storage import cards as store
from storage.database import Database

_ADVICE = "Look it over in the desk, under Kaarten."


@dataclass(frozen=True, slots=True)
class _Place:
    """A municipality whose house is not open."""

    gemeente: Gemeente
    tongue: Catalogs


async def remarks(config: Config, now: datetime) -> tuple[Finding, ...]:
    """One for each card that is shown here and past its review, or not whole in a language of the municipality. Before
    there is a database the cards are as we made them."""
    try:
        rows = await _rows(config.database.url)
    except (DBAPIError, OSError) as error:
        problem = f"could not be read from the database ({type(error).__name__})."
        return (Finding("cards", problem, "Is it there, and of this release? See klopaan migrate."),)
    here = _Place(config.gemeente(), load(config.identity.languages, config.texts))
    today = config.calendar().day_of(now)
    return tuple(
        finding
        for ours in cards.made().values()
        if (one := cards.adjusted(here, ours, rows.get(ours.name), today)).card.shown
        for finding in _findings(one)
    )


def _findings(one: cards.Adjusted) -> tuple[Finding, ...]:
    key = f"cards.{one.card.name}"
    late = Finding(key, f"is over since {one.card.review}: residents do not get it.", _ADVICE)
    lacking = Finding(key, f"is not whole in {', '.join(one.lacking)}: who reads that does not get it.", _ADVICE)
    return (*((late,) if one.overdue else ()), *((lacking,) if one.lacking else ()))


async def _rows(url: str) -> dict[str, Row[*tuple[Any, ...]]]:
    if not _is_there(url):
        return {}
    db = Database.open(url)
    try:
        async with db.read() as conn:
            return await store.read_all(conn)
    finally:
        await db.close()


def _is_there(url: str) -> bool:
    """Whether a file is; of a server that is not known before it is asked."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").exists()
