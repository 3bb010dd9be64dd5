"""Translations out to an agency and in again, as PO: the format that translators have programs for.

A file that comes in may be anything. It is read as text and never as more; what it would change is looked at first, and
each line goes through the same checks as what is typed at the desk. What is taken over is a draft.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Literal

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.clock import to_ms
from bot.errors import Refused
from bot.house import House
from bot.texts import acts, checks
from bot.texts.acts import Wrong
from bot.texts.checks import Finding
from bot.texts.looking import Entry, Others, entries, made_for, others, said
from locales.catalog import SOURCE
from locales.extraction import NO_WRAP
from locales.wordings import TextState
from storage import wordings as store

#: Bytes; four times the largest that we write.
LARGEST = 4 * 1024 * 1024
MOST = 10_000
#: Refused or changed lines that are shown; the others are counted.
SHOWN = 100
#: How long a file waits for a yes.
WAITS = timedelta(hours=1)

Which = Literal["all", "work"]

_LANGUAGE = re.compile(r'^"Language:[ \t]*([A-Za-z]{2,3})(?:[_-]\w+)?[ \t]*\\n"', re.MULTILINE)
#: Of the head of a file nothing else is read: what a program may make of its fields is none of our concern.
_HEAD = re.compile(r'\A(?:(?:#[^\n]*|[ \t]*)\n)*msgid[ \t]+""[ \t]*\n(?:msgstr[ \t]+"[^\n]*\n)(?:"[^\n]*\n)*')
_ENTRY = re.compile(r'^msgid[ \t]*"', re.MULTILINE)
#: A line as it can stand in a file. The reader takes one whose words never end: a file that was cut off.
_LINE = re.compile(r'\s*(?:#.*|(?:msg[a-z_]+(?:\[\d+\])?\s*)?"(?:[^"\\]|\\.)*"\s*)?')
#: Notes tell us nothing, and the reader takes ever longer over many of one text. Flags do; what is obsolete stands with
#: its own.
_NOTES = re.compile(r"^#(?:(?![,~])|~\|).*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Change:
    """A line that would be taken over; ``before`` None: there was no translation."""

    context: str
    dutch: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Left:
    """A line that is refused, and why."""

    context: str
    words: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file would do: lines that change something, that are refused, that say what is said already, and that are
    empty or marked as not looked at (*fuzzy*)."""

    language: str
    changes: tuple[Change, ...]
    refused: tuple[Left, ...]
    same: int
    skipped: int


def export(
    house: House,
    language: str,
    which: Which,
    known: Others,
    told: Callable[[TextState], str],
    limit: Callable[[int], str],
) -> bytes:
    """The texts in ``language``, all of them or those that no native speaker confirmed; stale ones are *fuzzy*, with
    the Dutch that they were made for. ``told`` and ``limit`` put state and room in words, for who translates."""
    catalog = Catalog(locale=language, fuzzy=False)
    for entry in entries(house, [language], known):
        if which == "all" or entry.said[0].state != "confirmed":
            catalog[entry.dutch.dutch] = _message(house, entry, told, limit)
    body = BytesIO()
    write_po(body, catalog, width=NO_WRAP, omit_header=True, include_previous=True)
    head = (
        f'msgid ""\nmsgstr ""\n"Project-Id-Version: klopaan\\n"\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"X-Source-Language: {SOURCE}\\n"\n\n'
    )
    return head.encode() + body.getvalue()


async def look(house: House, by: int, language: str, data: bytes) -> tuple[int, Looked]:
    """What the file would do; it waits for a yes, under the number that is given. Refused ``po_big``, ``po_encoding``,
    ``po_shape``, ``po_language`` (another, or none is named), ``po_many``, ``po_empty``."""
    if language == SOURCE or language not in house.config.identity.languages:
        raise Refused("po_language")
    if len(data) > LARGEST:
        raise Refused("po_big")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused("po_encoding") from None
    await house.wordings.refresh()
    known = await others(house)
    looked = await asyncio.to_thread(_looked, house, language, text, known)
    now = house.clock.now()
    async with house.db.begin() as conn:
        await store.forget_imports(conn, before=to_ms(now - WAITS))
        number = await store.keep_import(conn, language, text, by, to_ms(now))
    return number, looked


async def take(house: House, by: int, number: int) -> int:
    """Yes: what can be taken over is, as a draft; gives how many texts that are. It is looked at anew: what changed
    since is refused now. Refused ``po_gone``, ``other_text`` (a colleague is changing texts this very moment)."""
    await house.wordings.refresh()
    async with house.db.read() as conn:
        row = await store.find_import(conn, number, by)
        known = await others(house, conn)
    if row is None or row.made_at < to_ms(house.clock.now() - WAITS):
        raise Refused("po_gone")
    looked = await asyncio.to_thread(_looked, house, row.language, row.data, known)
    made = [
        acts.version(house, one.context, row.language, "imported", one.dutch, words=one.after) for one in looked.changes
    ]
    async with house.db.begin() as conn:
        if await store.find_import(conn, number, by, lock=True) is None:
            raise Refused("po_gone")
        await store.forget_imports(conn, by=by)
        if made:
            await acts.put_all(house, conn, by, made)
    await acts.tell(house)
    return len(made)


async def forget(house: House, by: int) -> None:
    """No: the file waits no more."""
    async with house.db.begin() as conn:
        await store.forget_imports(conn, by=by)


# ---- parts ---------------------------------------------------------------------------------------------------------


def _message(house: House, entry: Entry, told: Callable[[TextState], str], limit: Callable[[int], str]) -> Message:
    (one,) = entry.said
    notes = [told(one.state)]
    room = checks.limit_of(entry.context)
    notes += [] if room is None else [limit(room)]
    stale = one.state == "stale"
    was = made_for(house, one) if stale else ""
    return Message(
        one.dutch,
        one.words or "",
        flags={"fuzzy"} if stale else set(),
        auto_comments=notes,
        previous_id=was or (),
        context=entry.context,
    )


def _looked(house: House, language: str, text: str, known: Others) -> Looked:
    changes: list[Change] = []
    refused: list[Left] = []
    same = skipped = 0
    for message in _messages(language, text):
        context, words = message.context or "", message.string
        if not isinstance(message.id, str) or not isinstance(words, str):
            refused.append(Left(context, "", (Finding("po_plural"),)))
        elif not words.strip() or message.fuzzy:
            skipped += 1
        else:
            one = said(house, context, language, known)
            is_same = one is not None and checks.tidied(words, one.dutch) == one.words
            if one is not None and is_same and one.state != "stale":  # a stale one that was looked at is for this Dutch
                same += 1
            elif found := _wrong(house, context, language, message.id, words, known):
                refused.append(Left(context, words, tuple(found)))
            elif one is not None:
                changes.append(Change(context, one.dutch, one.words, checks.tidied(words, one.dutch)))
    if not (changes or refused or same or skipped):
        raise Refused("po_empty")
    return Looked(language, tuple(changes), tuple(refused), same, skipped)


def _wrong(house: House, context: str, language: str, dutch: str, words: str, known: Others) -> list[Finding]:
    one = said(house, context, language, known)
    if one is not None and one.dutch != dutch:
        return [Finding("po_other_dutch", one.dutch)]
    try:
        acts.check(house, context, language, words, known)
    except Wrong as error:
        return error.refusals
    except Refused as error:
        return [Finding(error.code)]
    return []


def _messages(language: str, text: str) -> list[Message]:
    named = _LANGUAGE.search(text)
    if named is None or named[1].lower() != language:
        raise Refused("po_language")
    head = _HEAD.match(text)
    if "\0" in text or head is None:
        raise Refused("po_shape")
    body = text[head.end() :]
    if sum(1 for _ in _ENTRY.finditer(body)) > MOST:
        raise Refused("po_many")
    if not all(map(_LINE.fullmatch, body.split("\n"))):
        raise Refused("po_shape")
    try:
        catalog = read_po(StringIO(_NOTES.sub("", body)), locale=language, ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, ValueError, LookupError, TypeError, UnknownLocaleError):
        raise Refused("po_shape") from None
    return [message for message in catalog if message.id]
