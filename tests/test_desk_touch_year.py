"""The year in a picture: where each thing stands, what was silent or paused, and the same in words and in a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.clock import Calendar, to_ms
from bot.contact.reading import Answers, Kept, KeptCheckIn
from bot.desk import touch_chart, touch_words
from flows.aftercare import FACES, Means, PlanKind
from tests.support.town import ZONE

TODAY = date(2026, 11, 23)
CALENDAR = Calendar(ZONE)


def at(on: date) -> int:
    return to_ms(datetime(on.year, on.month, on.day, 11, tzinfo=ZONE))


def contact(on: date, state: str = "answered", *, reason: str | None = None, **said: object) -> KeptCheckIn:
    """One that was asked and done on a day."""
    number = (on - date(2020, 1, 1)).days
    answers = Answers(**said) if said else None  # type: ignore[arg-type]
    done = None if state in ("planned", "asked") else at(on)
    asked = None if state == "planned" else at(on)
    return KeptCheckIn(
        number, 1, PlanKind.WATCH, Means.CHAT, number, at(on), state, reason, asked, None, done, None, answers
    )


def year(*contacts: KeptCheckIn, end: date | None = None) -> touch_chart.Year:
    found = touch_chart.year(Kept(check_ins=contacts), CALENDAR, TODAY, end)
    assert found is not None
    return found


def test_nothing_took_place_yet() -> None:
    for some in ((), (contact(TODAY, "planned"),), (contact(TODAY, "asked"),)):
        assert touch_chart.year(Kept(check_ins=some), CALENDAR, TODAY) is None


def test_twelve_months_are_two_pictures_and_the_same_in_words() -> None:
    made = year(
        contact(date(2026, 1, 5), mood="awful", balance="no", changes=("work", "home")),
        contact(date(2026, 11, 2), mood="great", balance="yes", changes=("none",)),
    )
    assert (made.first, made.last) == (date(2025, 12, 1), date(2026, 11, 30))
    first, last = made.pictures
    assert (first.first, first.last, last.first, last.last) == (
        date(2025, 12, 1), date(2026, 5, 31), date(2026, 6, 1), date(2026, 11, 30)
    )  # fmt: skip
    assert [name for _, name in first.months] == ["dec", "jan", "feb", "mrt", "apr", "mei"]
    assert [one.code for one in first.faces] == ["awful"]
    assert [(one.number, one.what) for one in first.changed] == [(1, "werk en wonen")]
    assert last.changed == ()
    assert "maandag 5 januari hoe gaat het: slecht, komt rond: nee, veranderd: werk en wonen" in first.says
    assert first.says.startswith("Van december 2025 tot en met mei 2026.")
    assert [line.balance for line in made.lines] == ["nee", "ja"]
    assert made.lines[0].mood == touch_words.FACES["awful"]


def test_better_is_higher_and_later_is_further() -> None:
    days = [date(2026, month, 9) for month in (6, 7, 8, 9, 10)]
    (picture,) = year(*(contact(day, mood=mood) for day, mood in zip(days, FACES, strict=True))).pictures
    assert [one.code for one in picture.faces] == list(FACES)
    assert sorted(one.y for one in picture.faces) == [one.y for one in reversed(picture.faces)]
    assert sorted(one.x for one in picture.faces) == [one.x for one in picture.faces]
    assert len(picture.lines) == 4
    assert all(touch_chart.LEFT <= one.x <= touch_chart.RIGHT for one in picture.faces)


def test_a_line_does_not_go_on_over_a_silence() -> None:
    (picture,) = year(
        contact(date(2026, 9, 1), mood="good"),
        contact(date(2026, 10, 1), "silent"),
        contact(date(2026, 11, 1), mood="good"),
    ).pictures
    assert picture.lines == ()
    assert len(picture.silent) == 1
    assert "donderdag 1 oktober geen antwoord" in picture.says


@pytest.mark.parametrize("reason", ["paused", "paused_by_person", "opted_out"])
def test_a_pause_lasts_until_the_next_contact_or_until_today(reason: str) -> None:
    before, gone = contact(date(2026, 7, 1), mood="good"), contact(date(2026, 8, 1), "dropped", reason=reason)
    (now,) = year(before, gone).pictures
    (band,) = now.paused
    assert "tot nu pauze" in band.words
    assert band.words in now.says
    (until,) = year(before, gone, contact(date(2026, 10, 1), mood="good")).pictures
    assert until.paused[0].x == band.x
    assert until.paused[0].width < band.width
    (other,) = year(before, replace(gone, reason="too_late")).pictures
    assert other.paused == ()


def test_years_before_are_a_page_away() -> None:
    every = [contact(date(2024, 3, 4), mood="bad"), contact(date(2026, 10, 5), mood="good")]
    now = year(*every)
    assert (now.earlier, now.later) == (date(2025, 11, 30), None)
    before = year(*every, end=now.earlier)
    assert before.last == date(2025, 11, 30)
    assert before.later == date(2026, 11, 1)
    assert [one.faces for one in before.pictures] == [()]
    assert "Geen contact." in before.pictures[-1].says
    first = year(*every, end=date(2024, 6, 1))
    assert first.earlier is None
    assert [line.on for line in first.lines] == [date(2024, 3, 4)]
    assert year(*every, end=date(2031, 1, 1)).last == now.last


def test_every_row_has_its_face_and_its_mouth() -> None:
    assert {code for _, code in touch_chart.MOODS} == set(touch_chart.MOUTHS) == set(FACES)
    bottom = [y for y, _ in touch_chart.MOODS + touch_chart.MONEY]
    assert bottom == sorted(bottom)
    assert bottom[-1] < touch_chart.CHANGED < touch_chart.SILENT < touch_chart.HEIGHT
