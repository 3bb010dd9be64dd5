"""Made-up agreements, for ``klopaan play`` and the transcripts, and what the person does with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from flows.agreements import Agreement, Agreements, AnswerSummary, Postpone, Stuck, Summary, TickOff
from flows.grammar import Effect
from flows.session import Frame

#: Where the list to print is.
PAGE = "https://waterdrecht.example/chat/list"


@dataclass(slots=True)
class MadeUpAgreements:
    """``all`` are the summaries of one person, the newest first."""

    all: list[Summary] = field(default_factory=list)

    def read(self, frame: Frame) -> Agreements:
        """What flows know of them."""
        every = sorted((one for summary in self.all for one in summary.lines), key=_in_order)
        answers = frame.answers
        return Agreements(
            tuple(one for one in every if one.state in ("open", "stuck")),
            tuple(one for one in every if one.state == "done"),
            tuple(self.all),
            next((one for one in every if one.id == answers.get("agreement")), None),
            next((one for one in self.all if one.id == answers.get("summary")), None),
            PAGE if frame.screen == "paper" else "",
        )

    def apply(self, effects: Iterable[Effect]) -> None:
        """What a turn did with them."""
        for effect in effects:
            match effect:
                case AnswerSummary(number, answer):
                    self.all = [replace(one, answer=answer) if one.id == number else one for one in self.all]
                case TickOff(number, done):
                    self._change(number, state="done" if done else "open")
                case Stuck(number):
                    self._change(number, state="stuck")
                case Postpone(number, day):
                    self._change(number, state="open", due=day)

    def _change(self, number: int, **values: str | date) -> None:
        self.all = [
            replace(
                summary,
                lines=tuple(
                    replace(one, **values) if one.id == number else one  # type: ignore[arg-type] # by name
                    for one in summary.lines
                ),
            )
            for summary in self.all
        ]


def _in_order(one: Agreement) -> tuple[bool, date, int]:
    return one.due is None, one.due or date.min, one.id
