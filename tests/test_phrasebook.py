"""What a municipality makes of the phrasebook: own entries, ours switched off, and what cannot be an entry."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot import phrasebook
from bot.errors import Refused
from bot.phrasebook import LONGEST, Given
from flows.phrasebook import Phrase
from storage import tables
from tests.support.town import Town

DUTCH = "Haal {document} op bij de balie."
ENGLISH = "Collect {document} at the desk."
ARABIC = "استلام {document} من مكتب الاستقبال."
WHOLE = Given("🧷", "balie, ophalen", {"nl": DUTCH, "en": ENGLISH, "ar": ARABIC}, {})


async def entry(town: Town, name: str) -> Phrase:
    """An entry as it is read."""
    return (await phrasebook.read_book(town.house)).phrases[name]


def you(**sentences: str) -> Given:
    """An entry with what the person does."""
    return Given("", "", sentences, {})


async def test_ours_are_there_and_whole_without_a_row(town: Town) -> None:
    book = await phrasebook.read_book(town.house)
    assert len(book.phrases) >= 45
    assert all(one.shown and one.id is None for one in book.phrases.values())
    assert {phrasebook.lacking(town.house, one) for one in book.phrases.values()} == {()}
    assert all(town.house.tongue.has(term.text, "ar") for terms in book.terms.values() for term in terms)
    async with town.house.db.begin() as conn:
        assert await phrasebook.read_book(town.house, conn) == book


async def test_an_own_entry_is_said_in_every_language_that_was_given(town: Town) -> None:
    noor = await town.colleague()
    number = await phrasebook.add(town.house, noor.id, WHOLE)
    one = await entry(town, f"own.{number}")
    assert (one.icon, one.words, one.id, one.shown) == ("🧷", "balie, ophalen", number, True)
    assert one.we is None
    assert one.you is not None
    assert one.parameters(ours=False) == ("document",)
    (term,) = [term for term in (await phrasebook.read_book(town.house)).terms["document"] if term.name == "payslip"]
    said = [town.house.tongue.say(one.you.but(document=term.text), language) for language in ("nl", "en", "ar")]
    assert said[0] == "Haal uw loonstrook op bij de balie."
    assert said[1] == "Collect your payslip (loonstrook) at the desk."
    assert "قسيمة راتبك" in said[2]
    assert "loonstrook" in said[2]
    assert phrasebook.lacking(town.house, one) == ()
    (row,) = await town.rows(tables.phrase)
    assert (row.name, row.changed_by) == (f"own.{number}", noor.id)
    assert [event.staff_id for event in await town.rows(tables.event, kind="phrasebook_changed")] == [noor.id]


async def test_in_a_language_that_lacks_it_is_not_whole(town: Town) -> None:
    noor = await town.colleague()
    number = await phrasebook.add(town.house, noor.id, you(nl="Kom naar het spreekuur.", en="Come to the surgery."))
    assert phrasebook.lacking(town.house, await entry(town, f"own.{number}")) == ("ar",)
    both = Given("", "", {"nl": "Kom langs.", "ar": "الحضور إلينا."}, {"nl": "Wij komen langs.", "en": "We come."})
    number = await phrasebook.add(town.house, noor.id, both)
    assert phrasebook.lacking(town.house, await entry(town, f"own.{number}")) == ("en", "ar")


async def test_an_entry_is_changed_and_keeps_its_number(town: Town) -> None:
    noor = await town.colleague()
    number = await phrasebook.add(town.house, noor.id, WHOLE)
    before = await entry(town, f"own.{number}")
    after = replace(WHOLE, you={"nl": "Haal {document} op."}, we={"nl": "Wij halen {document} op."})
    await phrasebook.change(town.house, noor.id, number, after, seen=phrasebook.mark(before))
    one = await entry(town, f"own.{number}")
    assert one.you is not None
    assert one.we is not None
    assert (one.name, one.you.msgid, one.we.msgid) == (before.name, "Haal {document} op.", "Wij halen {document} op.")
    assert phrasebook.lacking(town.house, one) == ("en", "ar")
    with pytest.raises(Refused, match="other_phrase"):
        await phrasebook.change(town.house, noor.id, number, WHOLE, seen=phrasebook.mark(before))
    assert await entry(town, f"own.{number}") == one


async def test_ours_and_own_ones_are_switched_off_and_on(town: Town) -> None:
    noor = await town.colleague()
    number = await phrasebook.add(town.house, noor.id, WHOLE)
    for name in ("bring", f"own.{number}"):
        before = await entry(town, name)
        for shown in (False, False, True):
            await phrasebook.switch(town.house, noor.id, name, shown=shown)
            one = await entry(town, name)
            assert (one.shown, one.you, one.we, one.words) == (shown, before.you, before.we, before.words)
    assert len(await town.rows(tables.phrase)) == 2
    one = await entry(town, "bring")  # ours are not changed: one switches it off and adds another
    with pytest.raises(Refused, match="gone_phrase"):
        await phrasebook.change(town.house, noor.id, one.id or 0, WHOLE, seen=phrasebook.mark(one))


@pytest.mark.parametrize("name", ["", "nobody", "own.999", "own.new", "bring ", "Bring", "x" * 5000, "'; --"])
async def test_a_name_of_nothing_is_refused(town: Town, name: str) -> None:
    noor = await town.colleague()
    with pytest.raises(Refused, match="gone_phrase"):
        await phrasebook.switch(town.house, noor.id, name, shown=False)
    with pytest.raises(Refused, match="gone_phrase"):
        await phrasebook.change(town.house, noor.id, 999, WHOLE, seen="")
    assert await town.rows(tables.phrase) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (you(), "no_dutch"),
        (you(nl="  \u200b\n "), "no_dutch"),
        (you(nl="…!"), "no_dutch"),
        (you(nl="{document}"), "no_dutch"),
        (you(en="Come."), "no_dutch"),
        (Given("", "", {"nl": "Kom."}, {"ar": "تعال."}), "no_dutch"),
        (you(nl="Bel {iemand}."), "no_such_value"),
        (you(nl="Bel {}."), "no_such_value"),
        (you(nl="Bel {0}."), "no_such_value"),
        (you(nl="Bel {organisation.__class__}."), "braces"),
        (you(nl="Bel {organisation!r}."), "braces"),
        (you(nl="Bel {organisation:>99999999}."), "braces"),
        (you(nl="Bel {organisation[0]}."), "braces"),
        (you(nl="Bel {{organisation}}."), "braces"),
        (you(nl="Bel { organisation }."), "braces"),
        (you(nl="Bel {organisation."), "braces"),
        (you(nl="Bel organisation}."), "braces"),
        (you(nl="{date, plural, one {dag} other {dagen}} bellen."), "no_such_value"),
        (you(nl="Bel {organisation}.", en="Call."), "other_values"),
        (you(nl="Bel {organisation}.", en="Call {person}."), "other_values"),
        (you(nl="Bel.", en="Call {person}."), "other_values"),
        (you(nl="Bel {organisation}.", en="Call {bank}."), "no_such_value"),
        (you(nl="Kom langs.", en="kom langs."), "same_words"),
        (you(nl="Kom langs.", ar="Come along."), "not_its_letters"),
        (you(nl="Kom langs.", en="?"), "not_its_letters"),
        (you(nl="x" * (LONGEST + 1)), "too_long_phrase"),
        (you(nl="😀" * (LONGEST // 2) + " x"), "too_long_phrase"),
        (you(nl="Kom.", ar="ا" * 100_000), "too_long_phrase"),
        (replace(WHOLE, words="x" * 201), "too_long_phrase"),
        (replace(WHOLE, icon="jij"), "no_icon"),
        (replace(WHOLE, icon="<b>"), "no_icon"),
        (replace(WHOLE, icon="📌" * 9), "no_icon"),
        (replace(WHOLE, icon="\u202e"), ""),
    ],
)  # fmt: skip
async def test_what_is_no_entry_is_refused(town: Town, given: Given, code: str) -> None:
    noor = await town.colleague()
    if not code:  # nothing is left of it: as if none was given
        number = await phrasebook.add(town.house, noor.id, given)
        assert (await entry(town, f"own.{number}")).icon == "📌"
        return
    with pytest.raises(Refused) as error:
        await phrasebook.add(town.house, noor.id, given)
    assert error.value.code == code
    assert await town.rows(tables.phrase) == []
    assert await town.rows(tables.event, kind="phrasebook_changed") == []


async def test_what_cannot_be_seen_is_taken_out(town: Town) -> None:
    noor = await town.colleague()
    typed = " Kom\u202e\tnaar\r\n<b>{place}</b>\x00\u200f. "
    number = await phrasebook.add(town.house, noor.id, you(nl=typed, fr="Venez."))
    one = await entry(town, f"own.{number}")
    assert one.you is not None
    assert (one.you.msgid, one.you.own) == ("Kom naar <b>{place}</b>.", ())


async def test_the_longest_sentence_is_kept(town: Town) -> None:
    noor = await town.colleague()
    number = await phrasebook.add(town.house, noor.id, you(nl="x" * LONGEST))
    assert (await entry(town, f"own.{number}")).you is not None


async def test_a_form_that_is_sent_twice_makes_one_entry(town: Town) -> None:
    noor = await town.colleague()
    both = await asyncio.gather(*(phrasebook.add(town.house, noor.id, WHOLE) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["Refused", "Refused", "Refused", "int"]
    assert len(await town.rows(tables.phrase)) == 1
    with pytest.raises(Refused, match="double_phrase"):
        await phrasebook.add(town.house, noor.id, you(nl="Neem {document} mee naar het gesprek."))


async def test_there_is_an_end_to_own_entries(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrasebook, "MOST_OWN", 3)
    noor = await town.colleague()
    await phrasebook.switch(town.house, noor.id, "bring", shown=False)
    typed = [you(nl=f"Kom naar zaal {'x' * number}.") for number in range(1, 7)]
    made = await asyncio.gather(*(phrasebook.add(town.house, noor.id, one) for one in typed), return_exceptions=True)
    codes = [one.code for one in made if isinstance(one, Refused)]
    assert codes == ["too_many_phrases"] * 3
    assert len(await town.rows(tables.phrase)) == 4


async def test_words_in_a_language_that_is_off_now_stay_while_the_dutch_does(town: Town) -> None:
    noor = await town.colleague()
    number = await phrasebook.add(town.house, noor.id, WHOLE)
    identity = town.house.config.identity
    town.house.config = replace(town.house.config, identity=replace(identity, languages=("nl", "en")))
    one = await entry(town, f"own.{number}")
    same = replace(WHOLE, you={"nl": DUTCH, "en": "Pick up {document} at the desk."})
    await phrasebook.change(town.house, noor.id, number, same, seen=phrasebook.mark(one))
    one = await entry(town, f"own.{number}")
    assert one.you is not None
    assert dict(one.you.own) == {"ar": ARABIC, "en": "Pick up {document} at the desk."}
    other = replace(WHOLE, you={"nl": "Haal {document} op.", "en": ENGLISH})
    await phrasebook.change(town.house, noor.id, number, other, seen=phrasebook.mark(one))
    one = await entry(town, f"own.{number}")
    assert one.you is not None
    assert dict(one.you.own) == {"en": ENGLISH}


async def test_both_change_an_entry_and_one_of_them_hears_of_it(town: Town) -> None:
    noor = await town.colleague()
    number = await phrasebook.add(town.house, noor.id, WHOLE)
    seen = phrasebook.mark(await entry(town, f"own.{number}"))
    given = [replace(WHOLE, words=f"woord {letter}") for letter in "abc"]
    done = await asyncio.gather(
        *(phrasebook.change(town.house, noor.id, number, one, seen=seen) for one in given), return_exceptions=True
    )
    assert sorted(str(getattr(one, "code", one)) for one in done) == ["None", "other_phrase", "other_phrase"]
