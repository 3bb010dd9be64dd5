"""Invitations to prepare a talk and to say how things go: kept at each tap, only by invitation, only after a talk."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import inviting, takeover
from bot.effects import apply
from bot.errors import Refused
from bot.kept import DECLINED, ENOUGH, WITHDRAWN
from bot.privacy.masking import LONGEST, ROOM
from flows.grammar import Picked, Tapped
from flows.measuring import Answer, EndMeasurement, Kind
from flows.meten import AREAS, RATINGS
from storage import tables
from tests.support.measuring import answers, form, invited, kept_of, rates, spoke
from tests.support.town import Colleague, Resident, Town, origins


@pytest.fixture
async def noor(town: Town) -> Colleague:
    return await town.colleague("Noor")


@pytest.fixture
async def sanne(town: Town) -> Resident:
    return await town.resident()


# ---- inviting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", Kind)
async def test_an_invitation_is_told_at_once(town: Town, noor: Colleague, sanne: Resident, kind: Kind) -> None:
    await invited(town.house, sanne, noor, kind)
    (heard,) = await sanne.hears()
    assert heard.content.origin == "voorbereiden.invited"
    assert heard.content.sensitive
    assert "Noor" in heard.content.text
    (row,) = await town.rows(tables.measurement)
    assert (row.kind, row.invited_by, row.ended_at, row.answers_sealed) == (kind, noor.id, None, None)
    assert (await sanne.events())[-2:] == ["measurement", "contactmoment"]


async def test_nobody_is_asked_before_a_talk(town: Town, noor: Colleague, sanne: Resident) -> None:
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await takeover.reply(town.house, sanne.conversation_id, noor, "Dag", seen_seq=99, client_id=form())
    with pytest.raises(Refused, match="no_talk_yet"):
        await inviting.invite(town.house, sanne.conversation_id, noor, Kind.LIVING, client_id=form())
    assert await town.rows(tables.measurement) == []


async def test_one_of_a_kind_at_a_time_and_the_same_form_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    await spoke(town.house, sanne, noor)
    same = form()
    for _ in range(2):
        await inviting.invite(town.house, sanne.conversation_id, noor, Kind.LIVING, client_id=same)
    assert len(await sanne.hears()) == 1
    with pytest.raises(Refused, match="already_invited"):
        await inviting.invite(town.house, sanne.conversation_id, noor, Kind.LIVING, client_id=form())
    await inviting.invite(town.house, sanne.conversation_id, noor, Kind.HEALTHY, client_id=form())
    assert [row.kind for row in await town.rows(tables.measurement)] == ["living", "healthy"]


async def test_two_who_invite_at_once_invite_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    await spoke(town.house, sanne, noor)
    house, number = town.house, sanne.conversation_id
    done = await asyncio.gather(
        *(inviting.invite(house, number, noor, Kind.AGENDA, client_id=form()) for _ in range(4)),
        return_exceptions=True,
    )
    assert sorted(getattr(one, "code", "") for one in done) == ["", *["already_invited"] * 3]
    assert len(await town.rows(tables.measurement)) == 1


async def test_after_a_danger_nothing_is_asked(town: Town, noor: Colleague, sanne: Resident) -> None:
    await spoke(town.house, sanne, noor)
    await sanne.types("ik wil niet meer leven")
    with pytest.raises(Refused, match="danger_first"):
        await inviting.invite(town.house, sanne.conversation_id, noor, Kind.LIVING, client_id=form())


@pytest.mark.parametrize("kind", ["", "agenda ", "LIVING", "living'; --"])
async def test_what_is_no_kind_is_refused(town: Town, noor: Colleague, sanne: Resident, kind: str) -> None:
    await spoke(town.house, sanne, noor)
    with pytest.raises(Refused, match="bad_form"):
        await inviting.invite(town.house, sanne.conversation_id, noor, kind, client_id=form())


async def test_in_a_talk_it_is_shown_beside_it_and_waits(town: Town, noor: Colleague, sanne: Resident) -> None:
    await spoke(town.house, sanne, noor)
    await takeover.take_over(town.house, sanne.conversation_id, noor)
    await inviting.invite(town.house, sanne.conversation_id, noor, Kind.LIVING, client_id=form())
    (told,) = await sanne.hears()
    assert [button.data.partition(":")[0] for button in told.content.buttons] == ["!to", "!to"]
    (waits,) = await sanne.taps(told.content.buttons[0].data)
    assert waits.content.origin == "voorbereiden.with_human"
    await takeover.hand_back(town.house, sanne.conversation_id, noor)
    await sanne.hears()
    assert origins(await sanne.taps(told.content.buttons[0].data)) == ["voorbereiden.areas"]


# ---- answering -----------------------------------------------------------------------------------------------------


async def test_each_tap_is_kept_at_once(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await invited(town.house, sanne, noor)
    await rates(sanne, number, home="p2", money="m2")
    assert await answers(town.house, sanne) == {"home": 2, "money": -2}
    await rates(sanne, number, money="m1")  # changed
    await rates(sanne, number, home="none")  # taken back
    assert await answers(town.house, sanne) == {"money": -1}
    assert (await kept_of(town.house, sanne))[0].ended_at is None


async def test_what_was_typed_counts_as_much(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await invited(town.house, sanne, noor)
    await sanne.taps(f"!to:voorbereiden.areas:{number}")
    for words in ("geld", "gaat wel", "wonen", "slecht", "3", "++", "meedoen", "−−", "gezondheid", "4"):
        await sanne.types(words)
    said = await answers(town.house, sanne)
    assert said["money"] == 1
    assert said["home"] == -1
    assert said["part"] == -2
    assert said["body"] == 2
    assert sorted(map(int, map(str, said.values()))) == [-2, -1, 1, 2, 2]


async def test_enough_is_enough(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await invited(town.house, sanne, noor)
    await rates(sanne, number, money="p1")
    (thanks,) = await sanne.types("zo is het genoeg")
    assert thanks.content.origin == "voorbereiden.ended"
    (kept,) = await kept_of(town.house, sanne)
    assert (kept.end, kept.answers) == (ENOUGH, {"money": 1})
    (over,) = await sanne.taps(f"!to:voorbereiden.areas:{number}")
    assert "voorbij" in over.content.text
    await sanne.taps("voorbereiden.rate:money.m2")
    assert (await kept_of(town.house, sanne))[0] == kept


async def test_no_is_an_answer_and_takes_back_what_was_said(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await invited(town.house, sanne, noor)
    await rates(sanne, number, money="p1")
    (kind,) = await sanne.taps(f"!to:voorbereiden.declined:{number}")
    assert "helemaal goed" in kind.content.text
    (kept,) = await kept_of(town.house, sanne)
    assert (kept.end, kept.answers) == (DECLINED, {})
    await inviting.invite(town.house, sanne.conversation_id, noor, Kind.LIVING, client_id=form())  # can be asked again


async def test_who_leaves_comes_back_by_a_word_or_an_old_button_elsewhere(town: Town, noor: Colleague) -> None:
    one = await town.resident("telegram")
    number = await invited(town.house, one, noor)
    await rates(one, number, money="p1", work="m1")
    await one.types("menu")
    town.clock.forward(days=5)
    await one.hears()
    (again,) = await one.types("voorbereiden")
    assert "U was al begonnen" in again.content.text
    (left,) = await one.types("ja")
    assert left.content.origin == "voorbereiden.areas"
    assert "Nog 9" in left.content.text
    assert await answers(town.house, one) == {"money": 1, "work": -1}


async def test_the_next_that_waits_is_offered_and_only_ones_own(town: Town, noor: Colleague, sanne: Resident) -> None:
    other = await town.resident()
    await invited(town.house, other, noor, Kind.HEALTHY)
    first = await invited(town.house, sanne, noor, Kind.AGENDA)
    second = await invited(town.house, sanne, noor, Kind.LIVING)
    await rates(sanne, second)
    (done,) = await sanne.types("genoeg")
    assert done.content.buttons[0].data == "voorbereiden.ended:more"
    await sanne.taps("voorbereiden.ended:more")
    await sanne.taps(f"!to:voorbereiden.topics:{first}")
    (over,) = await sanne.types("genoeg")
    assert [button.data for button in over.content.buttons] == ["voorbereiden.noted:close"]


async def test_later_is_another_measurement(town: Town, noor: Colleague, sanne: Resident) -> None:
    first = await invited(town.house, sanne, noor)
    await rates(sanne, first, money="m2")
    await sanne.types("genoeg")
    town.clock.forward(days=60)
    second = await invited(town.house, sanne, noor)
    await rates(sanne, second, money="p1")
    assert [one.answers for one in await kept_of(town.house, sanne)] == [{"money": -2}, {"money": 1}]


async def test_what_to_talk_about_is_kept_at_each_tick_and_each_step(town: Town, noor: Colleague) -> None:
    one = await town.resident("whatsapp")
    number = await invited(town.house, one, noor, Kind.AGENDA)
    await one.taps(f"!to:voorbereiden.topics:{number}")
    await one.taps("voorbereiden.topics:rent")
    assert await answers(town.house, one) == {"topics": ["rent"]}
    await one.taps("voorbereiden.topics:other")
    await one.types("menu")
    assert await answers(town.house, one) == {"topics": ["rent", "other"]}
    (shown,) = (await one.taps(f"!to:voorbereiden.topics:{number}"))[-1:]
    assert "Huur of hypotheek" in shown.content.text
    await one.taps("voorbereiden.topics:change")
    await one.taps("voorbereiden.topics:done")
    await one.types("mijn broer leende me geld")
    (summary,) = await one.taps("voorbereiden.first:rent")
    assert "Eerst: Huur of hypotheek." in summary.content.text
    assert "mijn broer" in summary.content.text
    await one.taps("voorbereiden.summary:good")
    (kept,) = await kept_of(town.house, one)
    assert kept.answers == {"topics": ["rent", "other"], "words": "mijn broer leende me geld", "first": "rent"}
    assert kept.end == ENOUGH


async def test_an_answer_in_its_own_message_stays_with_its_own_question(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await invited(town.house, sanne, noor)
    await sanne.taps(f"!to:voorbereiden.areas:{number}")
    await sanne.taps("voorbereiden.areas:money")
    await sanne.taps("!terug")
    await sanne.taps("voorbereiden.areas:home")
    await sanne.taps("voorbereiden.rate:money.m2")  # of the question before
    assert await answers(town.house, sanne) == {}


async def test_an_answer_to_the_question_below_is_still_one(town: Town, noor: Colleague, sanne: Resident) -> None:
    await spoke(town.house, sanne, noor)
    await sanne.taps("!go:aanmelden")
    await sanne.taps("aanmelden.for_whom:self")
    await inviting.invite(town.house, sanne.conversation_id, noor, Kind.LIVING, client_id=form())
    await sanne.hears()
    heard = await sanne.types("huur en boetes")
    assert heard[-1].content.origin.startswith("aanmelden.")
    assert await answers(town.house, sanne) == {}


async def test_of_a_long_story_nothing_is_lost(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await invited(town.house, sanne, noor, Kind.AGENDA)
    await sanne.taps(f"!to:voorbereiden.topics:{number}")
    told = "Mijn broer wil zijn geld terug. Ik betaal hem elke maand wat. Op zondag eten we samen. Dat gaat best goed. "
    story = (told * LONGEST)[:LONGEST].strip()
    (shown,) = await sanne.types(story)
    assert story in shown.content.text
    assert await answers(town.house, sanne) == {"topics": ["other"], "words": story}


# ---- not theirs, not there, over -----------------------------------------------------------------------------------


async def test_without_an_invitation_there_is_a_kind_word(town: Town, noor: Colleague, sanne: Resident) -> None:
    other = await town.resident()
    number = await invited(town.house, other, noor)
    (none,) = await sanne.types("meting")
    assert none.content.origin == "voorbereiden.invited"
    assert "geen vragen" in none.content.text
    for screen in ("areas", "topics", "declined"):
        (none,) = await sanne.taps(f"!to:voorbereiden.{screen}:{number}")
        assert "geen vragen" in none.content.text
    await sanne.taps("voorbereiden.areas:money")
    await sanne.says(Picked("voorbereiden.topics", ("rent",)))
    (kept,) = await kept_of(town.house, other)
    assert (kept.answers, kept.ended_at) == ({}, None)


async def test_an_invitation_of_another_kind_is_not_answered_as_this_one(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await invited(town.house, sanne, noor, Kind.AGENDA)
    await sanne.hears()
    (none,) = await sanne.taps(f"!to:voorbereiden.areas:{number}")
    assert [button.data for button in none.content.buttons] == ["voorbereiden.areas:mens", "voorbereiden.areas:close"]
    assert await answers(town.house, sanne) == {}


@pytest.mark.parametrize("data", ["!to:voorbereiden.areas:0", "!to:voorbereiden.areas:999999999999999999"])
async def test_numbers_of_nothing_are_nothing(sanne: Resident, data: str) -> None:
    (none,) = await sanne.taps(data)
    assert "geen vragen" in none.content.text


async def test_what_was_taken_back_stays_as_it_was(town: Town, noor: Colleague, sanne: Resident) -> None:
    number = await invited(town.house, sanne, noor)
    await rates(sanne, number, money="p1")
    await sanne.taps("voorbereiden.areas:home")
    await inviting.withdraw(town.house, sanne.conversation_id, noor, number, client_id=form())
    (over,) = await sanne.taps("voorbereiden.rate:home.p1")
    assert "voorbij" in over.content.text
    (kept,) = await kept_of(town.house, sanne)
    assert (kept.end, kept.answers) == (WITHDRAWN, {"money": 1})
    other = await town.resident()
    with pytest.raises(Refused, match="no_invitation"):
        await inviting.withdraw(town.house, other.conversation_id, noor, number, client_id=form())


async def test_who_answers_while_it_is_taken_back_loses_nothing_that_was_kept(
    town: Town, noor: Colleague, sanne: Resident
) -> None:
    number = await invited(town.house, sanne, noor)
    await sanne.taps(f"!to:voorbereiden.areas:{number}")
    await sanne.taps("voorbereiden.areas:money")
    await asyncio.gather(
        sanne.says(Tapped("voorbereiden.rate:money.p1")),
        inviting.withdraw(town.house, sanne.conversation_id, noor, number, client_id=form()),
    )
    heard = await sanne.hears()
    (kept,) = await kept_of(town.house, sanne)
    assert kept.end == WITHDRAWN
    assert ("Dat is bewaard" in heard[-1].content.text) is (kept.answers == {"money": 1})


@pytest.mark.parametrize(
    ("kind", "area", "value"),
    [
        (Kind.LIVING, "money", 0),
        (Kind.LIVING, "money", 3),
        (Kind.LIVING, "money", True),
        (Kind.LIVING, "money", "p1"),
        (Kind.LIVING, "money", 1.5),
        (Kind.LIVING, "will", 1),
        (Kind.LIVING, "topics", ["rent"]),
        (Kind.AGENDA, "money", 1),
        (Kind.AGENDA, "topics", ["rent", "rent"]),
        (Kind.AGENDA, "topics", ["<b>"]),
        (Kind.AGENDA, "topics", [{"rent": 1}]),
        (Kind.AGENDA, "words", ""),
        (Kind.AGENDA, "words", "x" * (ROOM + 1)),
        (Kind.AGENDA, "words", ["rent"]),
        (Kind.AGENDA, "first", "nobody"),
        (Kind.AGENDA, "end", "enough"),
    ],
)
async def test_only_answers_of_ours_are_kept(
    town: Town, noor: Colleague, sanne: Resident, kind: Kind, area: str, value: object
) -> None:
    number = await invited(town.house, sanne, noor, kind)
    async with takeover.locked(town.house, sanne.conversation_id) as (one, conn):
        await apply(one, (Answer(number, area, value),), conn)  # type: ignore[arg-type] # hostile
        await apply(one, (Answer(number + 99, area, value), EndMeasurement(number + 99)), conn)  # type: ignore[arg-type]
    assert (await kept_of(town.house, sanne))[0].answers == {}


# ---- any order -----------------------------------------------------------------------------------------------------

_TAPS = st.lists(
    st.tuples(
        st.sampled_from([area.code for area in AREAS[Kind.HEALTHY]]),
        st.sampled_from([*(rating.code for rating in RATINGS), "none"]),
    ),
    max_size=8,
)


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(taps=_TAPS)
async def test_any_order_of_taps_ends_in_what_was_tapped_last(town: Town, taps: list[tuple[str, str]]) -> None:
    noor = next(iter(await town.rows(tables.staff)), None)
    who = Colleague(noor.id, noor.name) if noor else await town.colleague("Noor")
    one = await town.resident()
    number = await invited(town.house, one, who, Kind.HEALTHY)
    await one.taps(f"!to:voorbereiden.areas:{number}")
    expected: dict[str, int] = {}
    values = {rating.code: rating.value for rating in RATINGS}
    for area, rating in taps:
        await one.taps(f"voorbereiden.areas:{area}")
        if rating == "none" and area not in expected:
            await one.taps("voorbereiden.rate:skip")
            continue
        await one.taps(f"voorbereiden.rate:{area}.{rating}")
        expected.pop(area, None)
        if rating != "none":
            expected[area] = values[rating]
    assert await answers(town.house, one) == expected
