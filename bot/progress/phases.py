"""The phases of a case, reckoned: how each stands, and what a caseworker's move makes of them. No input or output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.clock import from_ms
from bot.errors import Refused
from flows.progress import Phase, Stage

#: What can be done with a phase. ``begin`` also where it was before (again) or another goes on (beside); ``undo`` takes
#: back what was last marked, because it was not so.
HOW = ("begin", "end", "skip", "stop", "undo")
#: What becomes of the phases that end along with a move.
_ALONG = {"begin": "done", "end": "done", "stop": "stopped"}


@dataclass(frozen=True, slots=True)
class Was:
    """A row of ``phase``; ``id`` 0: it is not stored, everyone begins with it. Instants in milliseconds UTC."""

    id: int
    case_id: int
    phase: str
    state: str  # now|done|skipped|stopped
    began_at: int
    ended_at: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A row becomes another; it is new (``before`` None), or goes (``after`` None)."""

    before: Was | None
    after: Was | None


def with_sign_up(rows: Sequence[Was], case_id: int, opened_at: int) -> tuple[Was, ...]:
    """Opening a case begins the sign-up: until the desk moves anything that is nowhere stored."""
    if any(row.phase == Phase.SIGN_UP for row in rows):
        return tuple(rows)
    return (Was(0, case_id, Phase.SIGN_UP, "now", opened_at), *rows)


def stages(rows: Sequence[Was], zone: ZoneInfo) -> tuple[Stage, ...]:
    """Every phase once, in its usual order."""
    return tuple(_stage(phase, [row for row in rows if row.phase == phase], zone) for phase in Phase)


def _stage(phase: Phase, rows: Sequence[Was], zone: ZoneInfo) -> Stage:
    if not rows:
        return Stage(phase, "next")
    last = _last(rows)
    if last.state == "skipped":
        return Stage(phase, "skipped")
    times = Counter(row.case_id for row in rows if row.state != "skipped")  # of two cases joined, each began with one
    until = None if last.ended_at is None else from_ms(last.ended_at, zone).date()
    return Stage(phase, last.state, from_ms(last.began_at, zone).date(), until, max(times.values()))


def _last(rows: Sequence[Was]) -> Was:
    """Which of them counts: one that goes on, else the last."""
    return next((row for row in rows if row.state == "now"), rows[-1])


def changes(
    rows: Sequence[Was], phase: Phase, how: str, also: Collection[Phase], case_id: int, now: int
) -> tuple[Change, ...]:
    """What a move (one of `HOW`) makes of them; ``also`` are phases that end along with it. Refused ``is_now``,
    ``not_now`` (also of one of ``also``), ``is_skipped``, ``was_done``, ``nothing_to_undo``."""
    own = [row for row in rows if row.phase == phase]
    if how == "undo":
        return (_undone(own),)
    running = any(row.state == "now" for row in own)
    if how in ("end", "stop"):
        return _ended(rows, {phase, *also}, _ALONG[how], now)
    if running:
        raise Refused("is_now")
    if how == "skip":
        state = _last(own).state if own else "next"
        if state in ("skipped", "done"):
            raise Refused("is_skipped" if state == "skipped" else "was_done")
        return (Change(None, Was(0, case_id, phase, "skipped", now, now)),)
    return (*_ended(rows, set(also), _ALONG[how], now), Change(None, Was(0, case_id, phase, "now", now)))


def _ended(rows: Sequence[Was], which: Collection[Phase], state: str, now: int) -> tuple[Change, ...]:
    running = [row for row in rows if row.state == "now" and row.phase in which]
    if {row.phase for row in running} != set(which):
        raise Refused("not_now")
    return tuple(Change(row, replace(row, state=state, ended_at=now)) for row in running)


def _undone(own: Sequence[Was]) -> Change:
    """One that goes on did not begin, one that ended did not end, one that is left out is not."""
    last = _last(own) if own else None
    if last is None or (last.state == "now" and last.phase == Phase.SIGN_UP and len(own) == 1):
        raise Refused("nothing_to_undo")
    if last.state in ("done", "stopped"):
        return Change(last, replace(last, state="now", ended_at=None))
    return Change(last, None)


def after(rows: Sequence[Was], made: Sequence[Change]) -> tuple[Was, ...]:
    """The rows as they are then."""
    becomes = {one.before: one.after for one in made if one.before is not None}
    kept = (becomes.get(row, row) for row in rows)
    return (*(row for row in kept if row is not None), *(one.after for one in made if one.before is None and one.after))
