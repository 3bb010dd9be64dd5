"""``klopaan looks``: the record of who looked, on the server itself."""

from __future__ import annotations

import argparse

from bot.clock import from_ms
from bot.house import House
from bot.privacy import looks
from bot.privacy.looks import Verdict
from storage import looks as store

#: Rows that are shown unless more are asked for, and at most.
SHOWN, MOST = 50, 10_000

_WRONG = {
    "changed": "row {at} was changed, moved or put in",
    "missing": "row {at} is missing",
    "cut_off": "the end was cut off from row {at} on",
    "grown_anew": "the end was cut off at row {at} or before, and rows came since",
}


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("action", choices=("verify", "show", "accept"))
    parser.add_argument("--last", type=int, default=SHOWN, metavar="N", help=f"with show: so many rows, at most {MOST}")


async def run(house: House, options: argparse.Namespace) -> int:
    """Gives 1 when the chain does not hold."""
    if options.action == "show":
        async with house.db.read() as conn:
            rows = await store.listed(conn, most=min(max(options.last, 1), MOST))
        for row in rows:
            at = from_ms(row.at).isoformat(timespec="seconds")
            print(f"{row.seq}\t{at}\t{row.kind}\t{row.name or '-'}\t{row.conversation_id or '-'}")
        return 0
    if options.action == "accept":
        before = await looks.accept_end(house)
        print(_said(before))
        if not before.holds and (await looks.verify(house)).holds:
            print("It goes on from there, which is on record.")
            return 0
        return 0 if before.holds else 1
    verdict = await looks.verify(house)
    print(_said(verdict))
    if verdict.holds:
        await looks.note(house)
        async with house.db.read() as conn:
            end = await store.end(conn)
        if end is not None:
            print(f"The last is row {end.seq}, {end.digest.hex()}.")
    return 0 if verdict.holds else 1


def _said(verdict: Verdict) -> str:
    rows = f"{verdict.checked} rows" + (f", {verdict.first} to {verdict.last}" if verdict.checked else "")
    if verdict.wrong is None:
        return f"The record of looks holds: {rows}."
    return f"The record of looks does not hold: {_WRONG[verdict.wrong].format(at=verdict.at)}. Before that: {rows}."
