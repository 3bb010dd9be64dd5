"""What members of staff do about texts: other words, back to the standard ones, confirmed by who speaks the language.

Each is a version more of one text in one language; those before it stay as its record. Refused, each with words in
``bot.desk.texts_words``: nothing was changed. Who may do it is up to the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from bot.texts import checks
from bot.texts.checks import Finding
from bot.texts.keeping import TEXTS, by_language
from bot.texts.looking import Others, Said, is_fixed_here, others, said, standard_dutch
from locales.catalog import SOURCE
from storage import conversations
from storage import wordings as store


class Wrong(Refused):
    """The words cannot be kept (``refusals``), or there are ``remarks`` on them and nobody said that they
    are meant so."""

    def __init__(self, refusals: list[Finding], remarks: list[Finding]) -> None:
        super().__init__("wrong_text")
        self.refusals = refusals
        self.remarks = remarks


def check(house: House, context: str, language: str, words: str, known: Others) -> tuple[str, list[Finding]]:
    """The words as they would be kept, and the remarks on them. Refused as `change`."""
    one = said(house, context, language, known)
    if one is None:
        raise Refused("gone_text")
    if is_fixed_here(house, context, language, known):
        raise Refused("other_page")
    dutch = standard_dutch(house, context) if language == SOURCE else one.dutch
    words = checks.tidied(words, dutch)
    wrong = checks.refusals(house.tongue, context, language, words, dutch)
    if wrong:
        raise Wrong(wrong, [])
    return words, checks.remarks(context, language, words)


async def change(
    house: House, by: int, context: str, language: str, words: str, *, seen: str, anyway: bool = False
) -> None:
    """Other words from now on, as a draft. ``seen`` is the mark of what they replace; ``anyway``: remarks are meant so.
    Refused ``gone_text``, ``other_page`` (worded there), ``other_text`` (a colleague changed it meanwhile), and
    `Wrong`."""
    await house.wordings.refresh()
    words, remarks = check(house, context, language, words, await others(house))
    if remarks and not anyway:
        raise Wrong([], remarks)
    async with house.db.begin() as conn:
        one = await _check_seen(house, conn, context, language, seen)
        dutch = standard_dutch(house, context) if language == SOURCE else one.dutch
        await _put(house, conn, by, "text_changed", [version(house, context, language, "changed", dutch, words=words)])
    await tell(house)


async def back_to_standard(house: House, by: int, context: str, language: str, *, seen: str) -> None:
    """The words of the configuration or of the program again. Refused ``gone_text``, ``other_text``."""
    await house.wordings.refresh()
    kept = house.tongue.kept(context, language)
    if kept is None or kept.words is None:
        raise Refused("gone_text")
    async with house.db.begin() as conn:
        one = await _check_seen(house, conn, context, language, seen)
        await _put(house, conn, by, "text_changed", [version(house, context, language, "standard", one.dutch)])
    await tell(house)


async def confirm(
    house: House, by: int, context: str, language: str, *, seen: str, speaks: bool, confirmed: bool = True
) -> None:
    """A native speaker says that the translation is right (``confirmed``), or no longer does. Refused ``not_speaker``
    (did not say to speak it), ``gone_text``, ``other_text``."""
    if not speaks:
        raise Refused("not_speaker")
    await house.wordings.refresh()
    async with house.db.begin() as conn:
        one = await _check_seen(house, conn, context, language, seen)
        if one.words is None or language == SOURCE:
            raise Refused("gone_text")
        kept = house.tongue.kept(context, language)
        made = version(
            house,
            context,
            language,
            "confirmed" if confirmed else "taken_back",
            one.dutch,
            words=None if kept is None else kept.words,
            confirmed=one.words if confirmed else None,
        )
        await _put(house, conn, by, "text_confirmed" if confirmed else "text_taken_back", [made])
    await tell(house)


async def put_all(house: House, conn: AsyncConnection, by: int, rows: Iterable[dict[str, Any]]) -> None:
    """Many at once, from a file. Refused ``other_text``."""
    await _put(house, conn, by, "texts_imported", rows)


async def tell(house: House) -> None:
    """After the commit: this process says the new words at once, and those that wait hear of it."""
    await house.wordings.refresh()
    house.signals.publish([TEXTS])


def version(
    house: House,
    context: str,
    language: str,
    act: str,
    dutch: str,
    *,
    words: str | None = None,
    confirmed: str | None = None,
) -> dict[str, Any]:
    """The next version of a text, by column. ``dutch``: what it is for; of the Dutch itself what it stands in place
    of."""
    kept = house.tongue.kept(context, language)
    return {
        "context": context,
        "language": language,
        "version": 1 if kept is None else kept.version + 1,
        "act": act,
        "words": words,
        "dutch": dutch,
        "confirmed": confirmed,
        "made_at": to_ms(house.clock.now()),
    }


# ---- parts ---------------------------------------------------------------------------------------------------------


async def _put(house: House, conn: AsyncConnection, by: int, kind: str, rows: Iterable[dict[str, Any]]) -> None:
    try:
        await store.add(conn, [{**row, "made_by": by} for row in rows])
    except IntegrityError:
        raise Refused("other_text") from None
    await store.record(conn, kind, by, to_ms(house.clock.now()))
    await conversations.notify(conn, [TEXTS])


async def _check_seen(house: House, conn: AsyncConnection, context: str, language: str, seen: str) -> Said:
    """What is said now. Refused ``other_text``: whoever saw something else does not know what they change. What another
    process did since this one read is found by its version."""
    kept = by_language(await store.latest(conn, context))
    for code in (SOURCE, language):
        there, here = kept.get(code, {}).get(context), house.tongue.kept(context, code)
        if (there.version if there else 0) != (here.version if here else 0):
            raise Refused("other_text")
    one = said(house, context, language, await others(house, conn))
    if one is None:
        raise Refused("gone_text")
    if one.mark != seen:
        raise Refused("other_text")
    return one
