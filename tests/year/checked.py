"""What must be so of a year that was lived: read from the databases, and from what the platform took."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import DAY, from_ms, to_ms
from storage import tables
from tests.support.town import ZONE, Town

WEEK = 7 * DAY
#: Of each rhythm, how far apart two contacts may be planned, in days: one on another day of the week, a month that is
#: long, a day on which nobody of us works. What had to wait for a human or for the cap makes no difference.
APART = {
    "week": (3, 12),
    "two_weeks": (10, 19),
    "month": (17, 42),
    "two_months": (48, 73),
    "quarter": (78, 103),
    "half_year": (170, 195),
}
#: How long after a kill something is sent once more at most: in the morning.
ONCE_MORE = DAY
#: What becomes of a contact that was planned.
OVER = {"answered", "silent", "held", "dropped"}


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another, in milliseconds UTC."""

    since: int
    until: int

    def has(self, at: int) -> bool:
        """Whether it is strictly within."""
        return self.since < at < self.until

    def meets(self, since: int, until: int) -> bool:
        """Whether both have an instant in common."""
        return self.since <= until and since <= self.until


class Lived:
    """Everything that there is to know of it."""

    def __init__(
        self, rows: Mapping[str, list[Any]], details: Mapping[int, Any], platform: list[Any], end: int
    ) -> None:
        self.rows = rows
        self.details = details
        self.platform = platform
        self.end = end
        seqs = {row.id: row for row in rows["message"]}
        #: What nobody asked for: kind, when it was said, when it left, of whom.
        self.unasked = [
            (row.kind, seqs[row.message_id].created_at, row.sent_at, row.conversation_id, row.id)
            for row in rows["outbox"]
            if row.planned
        ]

    @classmethod
    async def read(cls, town: Town, folder: Path) -> Lived:
        """After the last process ended."""
        names = ("conversation", "message", "outbox", "ping", "check_in", "contact_plan", "event", "alarm", "promise")
        rows: dict[str, list[Any]] = {name: await town.rows(tables.metadata.tables[name]) for name in names}
        people = await town.rows(tables.person)
        await town.house.vault.prepare({row.key_id for row in people})
        details = {
            row.id: json.loads(town.house.vault.unseal_text(row.detail_sealed, "event"))
            for row in rows["event"]
            if row.detail_sealed is not None
        }
        platform = [json.loads(line) for line in (folder / "platform").read_text().splitlines()]
        return cls(rows, details, platform, to_ms(town.clock.now()))

    # ---- what is held ----------------------------------------------------------------------------------------------

    def check(self) -> None:
        """All of it."""
        self.nothing_failed()
        self.hours_and_caps_hold()
        self.stop_is_stop()
        self.humans_are_not_interrupted()
        self.danger_pauses()
        self.every_contact_has_an_end()
        self.what_was_asked_was_said_once()
        self.nobody_falls_out_of_sight()
        self.nothing_was_sent_twice()
        self.nothing_waits_for_ever()

    def nothing_failed(self) -> None:
        """No step failed, no message was left unhandled."""
        assert [row for row in self.rows["event"] if row.kind in ("failed_step", "session_unreadable")] == []
        assert not any(row.unhandled for row in self.rows["message"])

    def hours_and_caps_hold(self) -> None:
        """Rule 9: what nobody asked for left inside the hours, at most three times in seven days, whatever the flow."""
        said: dict[int, set[int]] = defaultdict(set)
        sent: dict[int, dict[int, int]] = defaultdict(dict)
        for kind, said_at, sent_at, talk, _ in self.unasked:
            for at in (said_at, *(() if sent_at is None else (sent_at,))):
                local = from_ms(at, ZONE)
                assert 9 <= local.hour < 20, (kind, local)
            if not kind.startswith("afspraak."):
                said[talk].add(said_at)
                if sent_at is not None:
                    sent[talk].setdefault(said_at, sent_at)
        for times in (*said.values(), *(each.values() for each in sent.values())):
            ordered = sorted(times)
            for first, fourth in zip(ordered, ordered[3:], strict=False):
                assert fourth - first >= _ms(WEEK)

    def stop_is_stop(self) -> None:
        """Rule 10: until they wanted our messages again, nobody who said stop heard anything unasked."""
        spans = self._spans(
            lambda row: row.kind == "consent" and self.details[row.id].get("unasked") is False,
            lambda row: row.kind == "consent" and self.details[row.id].get("unasked") is True,
        )
        assert spans, "nobody said stop: this year tells nothing"
        for kind, said_at, sent_at, talk, _ in self.unasked:
            for span in spans.get(talk, ()):
                assert not span.has(said_at), kind
                assert sent_at is None or not span.has(sent_at), kind

    def humans_are_not_interrupted(self) -> None:
        """Rule 8: in a hold the bot says nothing of its own but reminders of appointments."""
        spans = self._spans(lambda row: row.kind == "taken_over", lambda row: row.kind in ("handed_back", "lapsed"))
        assert spans
        for kind, said_at, _, talk, _ in self.unasked:
            if not kind.startswith("afspraak."):
                assert not any(span.has(said_at) for span in spans.get(talk, ())), kind

    def danger_pauses(self) -> None:
        """After danger what was planned waits until a human was there and gave the conversation back, or says that it
        is over, or the person says that it is not so."""
        spans = self._spans(
            lambda row: row.kind == "alarm" and self.details[row.id]["category"] == "life",
            lambda row: (
                row.kind in ("crisis_over", "handed_back")
                or (row.kind == "false_alarm" and self.details[row.id]["category"] == "life")
            ),
        )
        assert spans
        for kind, said_at, _, talk, _ in self.unasked:
            assert not any(span.has(said_at) for span in spans.get(talk, ())), kind

    def every_contact_has_an_end(self) -> None:
        """Each that was planned happened once, or has a reason on record."""
        open_ = 0
        for row in self.rows["check_in"]:
            if row.state == "planned":
                open_ += 1
                continue
            if row.state == "asked":
                assert self.end - row.asked_at < _ms(7 * DAY), "asked, and forgotten"
                continue
            assert row.state in OVER
            assert row.done_at is not None
            assert (row.reason is not None) == (row.state == "dropped")
        states = Counter(row.state for row in self.rows["check_in"])
        assert states["answered"]
        assert states["silent"]
        assert states["dropped"]
        assert open_

    def what_was_asked_was_said_once(self) -> None:
        """Every *asked* on record is one message, and every message is on record; so is every second try."""
        for kind, column in (("checkin.ask", "asked_at"), ("checkin.again", "again_at")):
            means = {row.id: row.way for row in self.rows["contact_plan"]}
            recorded = Counter(
                (row.conversation_id, getattr(row, column))
                for row in self.rows["check_in"]
                if getattr(row, column) is not None and means[row.plan_id] == "chat"
            )
            said = Counter({(talk, at) for name, at, _, talk, _ in self.unasked if name == kind})
            assert said == recorded

    def nobody_falls_out_of_sight(self) -> None:
        """Contacts of one plan come in its rhythm; one that stands has its next one waiting."""
        by_plan: dict[int, list[Any]] = defaultdict(list)
        for row in self.rows["check_in"]:
            by_plan[row.plan_id].append(row)
        waiting = {(row.conversation_id, row.kind) for row in self.rows["ping"] if row.state == "waiting"}
        away = self._away()
        for plan in self.rows["contact_plan"]:
            own = sorted(by_plan[plan.id], key=lambda row: row.number)
            assert [row.number for row in own] == list(range(1, len(own) + 1))
            least, most = APART.get(plan.rhythm, (0, 10**4))
            for one, other in itertools.pairwise(own):
                apart = (other.due_at - one.due_at) / _ms(DAY)
                since = min(one.due_at, one.done_at or one.due_at)  # what is dropped is so before it is due
                was_away = any(span.meets(since, other.due_at) for span in away.get(plan.conversation_id, ()))
                assert least <= apart <= most or was_away, (plan.rhythm, apart)
            if plan.state != "active":
                continue
            planned = [row for row in own if row.state == "planned"]
            if not planned:  # after the last one that fits, what waits is the end of the plan
                assert from_ms(own[-1].due_at, ZONE).date() + timedelta(days=most) > date.fromisoformat(plan.until)
                assert (plan.conversation_id, "care.over") in waiting
                continue
            (next_,) = planned
            assert next_.due_at > self.end - _ms(2 * DAY) or self._is_put_off(plan.conversation_id)
            kinds = {"checkin.ask", "care.human"}
            assert any((plan.conversation_id, kind) in waiting for kind in kinds)

    def nothing_was_sent_twice(self) -> None:
        """The platform took everything once; what it took twice it took from two processes, of which the first was
        killed before it could note it (decision 0010)."""
        taken: dict[str, list[Any]] = defaultdict(list)
        for line in self.platform:
            taken[line["key"]].append(line)
        for each in taken.values():
            for one, other in itertools.pairwise(each):
                assert other["run"] > one["run"]
                assert other["at"] - one["at"] <= _ms(ONCE_MORE)

    def nothing_waits_for_ever(self) -> None:
        """What was due was seen to, but for what a human or a danger keeps waiting."""
        for row in self.rows["ping"]:
            assert row.state in ("waiting", "done", "dropped")
            assert (row.reason is not None) == (row.state == "dropped"), row.kind
            if row.state == "waiting":
                assert row.due_at > self.end - _ms(DAY), row.kind
        for row in self.rows["outbox"]:
            assert row.state != "waiting" or row.due_at > self.end - _ms(DAY)

    # ---- parts -----------------------------------------------------------------------------------------------------

    def _spans(self, begins: Any, ends: Any) -> dict[int, list[Span]]:
        """Of each conversation, from events that begin to those that end."""
        found: dict[int, list[Span]] = defaultdict(list)
        since: dict[int, int] = {}
        for row in self.rows["event"]:
            talk = row.conversation_id
            if begins(row):
                since.setdefault(talk, row.created_at)
            elif ends(row) and talk in since:
                found[talk].append(Span(since.pop(talk), row.created_at))
        for talk, at in since.items():
            found[talk].append(Span(at, self.end))
        return dict(found)

    def _away(self) -> dict[int, list[Span]]:
        """When nobody wanted any contact for a while: a pause, or no messages at all."""

        def is_so(row: Any, what: set[str], unasked: bool) -> bool:
            detail = self.details.get(row.id, {})
            if row.kind == "consent":
                return detail.get("unasked") is unasked
            return row.kind == "contact_plan" and detail.get("what") in what

        return self._spans(
            lambda row: is_so(row, {"paused"}, False), lambda row: is_so(row, {"resumed", "agreed", "ended"}, True)
        )

    def _is_put_off(self, talk: int) -> bool:
        (row,) = [row for row in self.rows["conversation"] if row.id == talk]
        return row.held_by is not None or row.paused_at is not None


def _ms(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def told(lived: Lived) -> str:
    """What that year was like, in one line each."""
    states = Counter(row.state for row in lived.rows["check_in"])
    reasons = Counter(row.reason for row in lived.rows["check_in"] if row.reason)
    kinds = Counter(kind for kind, *_ in lived.unasked)
    lines: Iterable[object] = (
        f"messages {len(lived.rows['message'])}, pings {len(lived.rows['ping'])}, platform {len(lived.platform)}",
        f"contacts {dict(states)}, not made because of {dict(reasons)}",
        f"unasked {dict(kinds.most_common(8))}",
        f"ended {from_ms(lived.end, ZONE):%d-%m-%Y %H:%M}",
    )
    return "\n".join(map(str, lines))


def at_work(start: datetime) -> str:
    """For the file that says where the year is."""
    return start.astimezone(ZONE).isoformat()
