"""``klopaan retention``: what is past its term goes now, what would, and what went."""

from __future__ import annotations

import argparse

from bot.clock import from_ms
from bot.house import House
from bot.privacy import retention
from bot.privacy.retention import Report
from bot.privacy.retention_rules import RULES
from storage import retention as store

#: Runs that are listed.
MOST = 30


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument(
        "action",
        choices=("plan", "run", "report"),
        help="plan: count what a run would remove; run: remove it now; report: what the last runs did",
    )


async def run(house: House, options: argparse.Namespace) -> int:
    """Does what ``options.action`` says: 1 when some kind could not be removed. Raises ``retention.Busy``."""
    if options.action == "report":
        async with house.db.read() as conn:
            rows = await store.runs(conn, MOST)
        for row in rows:
            began = from_ms(row.began_at, house.calendar.zone)
            what = "dry" if row.dry else "run"
            did = "did not come to its end" if row.report is None else _line(Report.loads(row.report))
            print(f"{began:%Y-%m-%d %H:%M}\t{what}\t{did}")
        return 0
    dry = options.action == "plan"
    report = await (retention.plan(house) if dry else retention.run(house))
    for kind in RULES:
        if count := report.counts.get(kind):
            print(f"{count}\t{kind}\t{RULES[kind].goes}")
    print(f"{report.held}\theld\tfiles with a legal hold, or danger of which nobody said that it is over")
    for kind in report.failed:
        print(f"!\t{kind}\tcould not be removed; the log says why, and the next run tries again")
    return 1 if report.failed else 0


def _line(report: Report) -> str:
    counts = [f"{kind} {count}" for kind, count in report.counts.items()]
    failed = [f"{kind} failed" for kind in report.failed]
    return ", ".join([*counts, *failed, f"held {report.held}"])
