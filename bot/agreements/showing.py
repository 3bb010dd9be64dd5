"""A summary as its resident reads it, before it is sent and on paper: the conversation's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.agreements.acts import Line
from bot.agreements.reading import Item, Sent, known
from bot.clock import to_ms
from bot.content import Content
from bot.house import House
from bot.takeover import Staff
from bot.talk import rendered
from flows import step
from flows.afspraken_regels import of_summary
from flows.agreements import Agreements
from flows.grammar import Case, Moment, Text, World
from flows.landing import Landing
from flows.session import Frame, Session

#: Where the conversation tells of a summary, and the number of one that is not there yet.
FLOW, SCREEN, NEW = "afspraken", "summary", 0


def preview(
    house: House,
    language: str,
    lines: Sequence[Line],
    note: str,
    staff: Staff,
    colleagues: Mapping[int, str],
    *,
    held: bool = False,
) -> list[Content]:
    """The messages that go when ``lines`` are sent; all of them can be said in ``language``. ``held``: a human has the
    conversation."""
    now = to_ms(house.clock.now())
    items = tuple(
        Item(
            id=-place,
            summary=NEW,
            text=line.text,
            due=line.due,
            state="open",
            staff_id=line.staff_id,
            name="" if line.staff_id is None else colleagues[line.staff_id],
            changed_at=now,
            news=None,
            why=None,
            sent_due=line.due,
        )
        for place, line in enumerate(lines, 1)
    )
    sent = Sent(NEW, now, staff.id, staff.name, note, None, None, None, None, items)
    frame = _frame(sent)
    world = World({Agreements: known(house, (sent,), language, frame)})
    moment = replace(_moment(house), held=held)
    turn = step.show(Landing(Session(stack=(frame,), language=language)), world, moment)
    return [content for reply in turn.replies for content in rendered(reply, language, house)]


def on_paper(house: House, language: str, sent: Sent) -> list[tuple[Text, Text]]:
    """What was agreed, part by part: as it reads in ``language`` and in Dutch."""
    frame = _frame(sent)
    one = known(house, (sent,), language, frame).summary
    assert one is not None
    said, dutch = (
        of_summary(one, Case(FLOW, SCREEN, frame.answers, {}, each, _moment(house))) for each in (language, "nl")
    )
    return list(zip(said, dutch, strict=True))


def _frame(sent: Sent) -> Frame:
    return Frame(FLOW, SCREEN, {"summary": sent.id})


def _moment(house: House) -> Moment:
    return Moment(house.clock.now().astimezone(house.calendar.zone), "", house.gemeente, drafts=house.drafts)
