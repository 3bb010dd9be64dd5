"""Who hears of an alarm, and when: what is for one colleague goes to them first, and has no hurry of a crisis."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.alarms import AlarmNotice, next_round, steps
from bot.clock import AMSTERDAM, Calendar
from bot.notify import recipients_of
from flows.grammar import Urgency
from tests.support.alarms import municipality

#: A Monday morning.
NOW = datetime(2026, 11, 30, 10, tzinfo=AMSTERDAM)
NOTICE = AlarmNotice(
    alarm_id=1,
    conversation_id=7,
    urgency=Urgency.URGENT,
    raised_at=NOW,
    round=0,
    gemeente="Voorbeeldstad",
    link="https://hulp.example/desk/file/7",
    first=("noor@v.example",),
    meant_for="Noor",
)
EVERYONE = ["noor@v.example", "eerste@v.example", "tweede@v.example", "derde@v.example"]


def test_the_colleague_first_then_one_more_each_round(tmp_path: Path) -> None:
    crisis = municipality(tmp_path).crisis
    found = [recipients_of(replace(NOTICE, round=number), crisis) for number in range(6)]
    assert found == [EVERYONE[:1], EVERYONE[:2], EVERYONE[:3], EVERYONE, EVERYONE, EVERYONE]
    assert steps(NOTICE, crisis) == 3


def test_for_nobody_in_particular_as_it_always_was(tmp_path: Path) -> None:
    crisis, notice = municipality(tmp_path).crisis, replace(NOTICE, first=())
    found = [recipients_of(replace(notice, round=number), crisis) for number in range(4)]
    assert found == [EVERYONE[1:2], EVERYONE[1:3], EVERYONE[1:], EVERYONE[1:]]
    assert steps(notice, crisis) == 2


def test_who_is_both_gets_it_once(tmp_path: Path) -> None:
    notice = replace(NOTICE, first=("eerste@v.example",), round=1)
    assert recipients_of(notice, municipality(tmp_path).crisis) == ["eerste@v.example"]


@pytest.mark.parametrize(
    ("urgency", "opening_time"), [(Urgency.URGENT, timedelta(hours=2)), (Urgency.NORMAL, timedelta(hours=8))]
)
def test_it_waits_in_opening_time(tmp_path: Path, urgency: Urgency, opening_time: timedelta) -> None:
    crisis, calendar, notice = municipality(tmp_path).crisis, Calendar(), replace(NOTICE, urgency=urgency)
    assert next_round(NOW, notice, crisis, calendar) == calendar.add_open_time(NOW, opening_time)
    evening = NOW.replace(hour=19)
    assert next_round(evening, notice, crisis, calendar) == calendar.add_open_time(evening, opening_time)
    later = next_round(NOW, replace(notice, round=30), crisis, calendar)
    assert later <= calendar.add_open_time(NOW, timedelta(hours=8))


def test_it_says_how_soon_and_for_whom_and_nothing_else() -> None:
    assert NOTICE.subject.endswith(" vraagt iemand")
    assert "Hoe dringend: vandaag, of zodra u weer werkt\nVoor: Noor\n" in NOTICE.body
    assert "Voor:" not in replace(NOTICE, meant_for="").body
