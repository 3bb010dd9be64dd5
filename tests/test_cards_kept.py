"""Cards as a municipality has them: ours with its own words on top, and those that are old or not whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot import cards
from bot.desk.cards_words import problems
from bot.desk.wording import REFUSALS
from bot.errors import Refused
from bot.house import House
from flows.cards import MOST, NAMES, Card
from storage import tables
from tests.support.town import ZONE, Colleague, Town

RINGS = cards.made()["rings"]
LANGUAGES = ("nl", "en", "ar")
WHOLE = {"nl": "Bel ons eerst.", "en": "Call us first.", "ar": "اتصل بنا أولا."}


async def change(
    town: Town,
    by: Colleague,
    name: str = "rings",
    *,
    shown: bool = True,
    owner: str = "",
    review_on: str = "",
    words: cards.Words | None = None,
) -> None:
    """As the desk does."""
    parts = words or {}
    await cards.adjust(town.house, by.id, name, shown=shown, owner=owner, review_on=review_on, words=parts)


async def one(house: House, name: str = "rings") -> cards.Adjusted:
    """That card as it is now."""
    return next(each for each in await cards.all_cards(house) if each.card.name == name)


def said(town: Town, card: Card, part: str) -> dict[str, str]:
    """What a part says in every language in which it says something."""
    text = cards.words_of(card)[part]
    return {code: town.house.tongue.say(text, code) for code in LANGUAGES if town.house.tongue.has(text, code)}


async def test_a_card_that_nobody_touched_is_ours_and_the_municipality_looks_after_it(town: Town) -> None:
    found = await one(town.house)
    assert found.card == replace(cards.made()["rings"], owner="Waterdrecht")
    assert (found.words, found.overdue) == ({}, False)
    assert [each.card.name for each in await cards.all_cards(town.house)] == [n for n in NAMES if n in cards.made()]


async def test_other_words_stand_in_the_place_of_ours(town: Town) -> None:
    noor = await town.colleague()
    await change(town, noor, owner="Team Geld", review_on="2027-05-01", words={"say": WHOLE})
    found = await one(town.house)
    assert said(town, found.card, "say") == WHOLE
    assert (found.card.owner, found.card.review) == ("Team Geld", date(2027, 5, 1))
    assert found.card.title == found.ours.title
    assert found.words == {"say": WHOLE}
    (event,) = await town.rows(tables.event, kind="card_changed")
    assert event.staff_id == noor.id
    await change(town, noor)
    assert (await one(town.house)).words == {}
    assert len(await town.rows(tables.card)) == 1


async def test_dutch_without_its_translation_is_not_whole(town: Town) -> None:
    noor = await town.colleague()
    await change(town, noor, words={"do.1": {"nl": "Bel ons eerst.", "en": "Call us first."}})
    found = await one(town.house)
    assert "ar" in found.lacking
    assert "nl" not in found.lacking
    assert any("Arabisch" in problem for problem in problems(found))
    assert set(said(town, found.card, "do.1")) == {"nl", "en"}


@pytest.mark.parametrize("part", list(cards.words_of(cards.made()["rings"])))
async def test_any_part_without_its_translation_is_not_whole(town: Town, part: str) -> None:
    noor = await town.colleague()
    await change(town, noor, words={part: {"nl": "Bel ons eerst.", "en": "Call us first."}})
    assert (await one(town.house)).lacking == ("ar",)


async def test_one_translation_alone_can_be_other_than_ours(town: Town) -> None:
    noor = await town.colleague()
    before = said(town, (await one(town.house)).card, "say")
    await change(town, noor, words={"say": {"en": "I have help."}})
    assert said(town, (await one(town.house)).card, "say") == {**before, "en": "I have help."}


async def test_words_as_ours_are_not_kept_but_a_translation_of_other_dutch_is(town: Town) -> None:
    noor = await town.colleague()
    ours = {code: words.strip("\u2068\u2069") for code, words in said(town, cards.made()["rings"], "title").items()}
    await change(town, noor, words={"title": ours, "say": {"nl": " ", "en": ""}})
    assert (await one(town.house)).words == {}
    await change(town, noor, words={"title": {**ours, "nl": "Er belt iemand"}})
    assert (await one(town.house)).words == {"title": {**ours, "nl": "Er belt iemand"}}


async def test_a_line_can_be_left_out_and_another_added(town: Town) -> None:
    noor = await town.colleague()
    ours = cards.made()["rings"]
    last = f"do.{len(ours.do)}"
    await change(town, noor, words={last: {"nl": "-", "en": "-"}})
    assert (await one(town.house)).card.do == ours.do[:-1]
    if len(ours.dont) < MOST:
        await change(town, noor, words={f"dont.{MOST}": WHOLE})
        found = await one(town.house)
        assert said(town, found.card, f"dont.{len(ours.dont) + 1}") == WHOLE
        assert len(found.card.dont) == len(ours.dont) + 1


async def test_the_example_message_can_be_left_out(town: Town) -> None:
    """Not every municipality wants that people write to creditors themselves."""
    noor = await town.colleague()
    await change(town, noor, words={"message": {"nl": "-"}})
    found = await one(town.house)
    assert found.card.message is None
    assert found.lacking == ()
    assert "message" not in cards.words_of(found.card)
    assert found.card.say == cards.made()["rings"].say


async def test_what_is_typed_is_made_safe(town: Town) -> None:
    noor = await town.colleague()
    typed = {"nl": "Bel {naam}\n\tnu \u202e!\x00", "en": "Call {x", "ar": "x}"}
    await change(town, noor, words={"say": typed, "message": {"nl": "Beste,\n\n  ik heb hulp. ", "en": "a", "ar": "b"}})
    card = (await one(town.house)).card
    assert said(town, card, "say")["nl"] == "Bel (naam) nu !"
    assert said(town, card, "say")["en"] == "Call (x"
    assert said(town, card, "message")["nl"] == "Beste,\n\nik heb hulp."


@pytest.mark.parametrize(
    ("name", "owner", "review_on", "words", "code"),
    [
        ("other", "", "", {}, "no_card"),
        ("rings", "", "morgen", {}, "card_date"),
        ("rings", "", "2099-01-01", {}, "card_date"),
        ("rings", "", "2027-02-30", {}, "card_date"),
        ("rings", "x" * 81, "", {}, "card_owner_long"),
        ("rings", "", "", {"say": {"nl": "x" * 161}}, "card_too_long"),
        ("rings", "", "", {"say": {"nl": "kort", "ar": "x" * 161}}, "card_too_long"),
        ("rings", "", "", {"message": {"nl": "x" * 601}}, "card_too_long"),
        ("rings", "", "", {"shout": {"nl": "x"}}, "bad_form"),
        ("rings", "", "", {"do.9": {"nl": "x"}}, "bad_form"),
        ("rings", "", "", {"say": {"xx": "x"}}, "bad_form"),
        ("rings", "", "", {"say": {"nl": "-"}}, "card_no_dutch"),
        ("rings", "", "", {f"do.{place + 1}": {"nl": "-"} for place in range(len(RINGS.do))}, "card_no_lines"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(
    town: Town, name: str, owner: str, review_on: str, words: cards.Words, code: str
) -> None:
    noor = await town.colleague()
    with pytest.raises(Refused) as refused:
        await change(town, noor, name, owner=owner, review_on=review_on, words=words)
    assert refused.value.code == code
    assert code in REFUSALS
    assert await town.rows(tables.card) == []


async def test_past_its_review_it_is_reported(town: Town) -> None:
    noor = await town.colleague()
    await change(town, noor, review_on="2026-11-23")
    assert await cards.overdue(town.house) == []  # the last day counts
    town.clock.forward(hours=14)  # past midnight here, still the day before in UTC
    assert [card.name for card in await cards.overdue(town.house)] == ["rings"]
    found = await one(town.house)
    assert found.overdue
    assert "controledatum" in problems(found)[0]
    await change(town, noor, review_on="2026-11-23", shown=False)
    assert await cards.overdue(town.house) == []


async def test_every_card_is_overdue_one_day(town: Town) -> None:
    town.clock.to(datetime(2031, 1, 1, tzinfo=ZONE) + timedelta(days=1))
    assert len(await cards.overdue(town.house)) == len(cards.made())


async def test_a_newer_change_counts(town: Town) -> None:
    noor = await town.colleague()
    await change(town, noor, words={"say": WHOLE})
    async with town.house.db.begin() as conn:
        await conn.execute(update(tables.card).values(review_on="2026-12-01"))
    await change(town, noor, owner="B")
    found = await one(town.house)
    assert (found.card.owner, found.words, found.card.review) == ("B", {}, cards.made()["rings"].review)


async def test_of_two_changes_at_once_one_is_refused_and_changes_nothing(town: Town) -> None:
    noor = await town.colleague()
    for _ in range(2):  # the first time there is no row
        before = await one(town.house)
        answers = await asyncio.gather(
            *(
                cards.adjust(
                    town.house,
                    noor.id,
                    "rings",
                    shown=True,
                    owner=f"{before.card.owner} {place}",
                    review_on="",
                    words={},
                    seen=cards.mark(before),
                )
                for place in range(3)
            ),
            return_exceptions=True,
        )
        assert sorted(map(str, answers)) == ["None", "Refused: other_card.", "Refused: other_card."]
    assert len([row for row in await town.rows(tables.event) if row.kind == "card_changed"]) == 2
