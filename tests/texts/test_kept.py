"""What the desk keeps about texts, on both databases: said at once and after a start, in every process, and once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Refused
from bot.server import open_house
from bot.signals import Signals
from bot.talk import rendered
from bot.texts import acts, keeping, looking
from bot.texts.keeping import TEXTS, Wordings
from flows.grammar import Block, Opened, Picture, Reply
from flows.text import Text, verbatim
from locales import load
from storage import tables
from storage import wordings as store
from storage.database import Database
from storage.listening import listen
from tests.stores import StoreUrls
from tests.support.pictures import CARD
from tests.support.town import Colleague, Resident, Town

LABEL, OTHER = "step.skip", "step.resume"
NUMBERS = "crisis.life"


async def mark(town: Town, context: str, language: str) -> str:
    """What a page shows now."""
    one = looking.said(town.house, context, language, await looking.others(town.house))
    assert one is not None
    return one.mark


async def change(town: Town, one: Colleague, context: str, language: str, words: str) -> None:
    seen = await mark(town, context, language)
    await acts.change(town.house, one.id, context, language, words, seen=seen, anyway=True)


async def confirm(town: Town, one: Colleague, contexts: Iterable[str], language: str = "en") -> None:
    for context in contexts:
        seen = await mark(town, context, language)
        await acts.confirm(town.house, one.id, context, language, seen=seen, speaks=True)


def said(town: Town, context: str, language: str) -> str:
    return town.house.tongue.say(Text(context, town.house.tongue.dutch[context]), language)


@pytest.fixture
async def noor(town: Town) -> Colleague:
    return await town.colleague()


async def test_other_words_are_said_at_once_and_after_a_start(town: Town, noor: Colleague) -> None:
    await change(town, noor, LABEL, "ar", "دع هذا")
    await change(town, noor, LABEL, "nl", "Sla over")
    await confirm(town, noor, [LABEL], "ar")
    assert [said(town, LABEL, code) for code in ("nl", "ar")] == ["Sla over", "دع هذا"]
    async with open_house(town.house.config, town.clock, find_voice=lambda: None) as again:
        assert [again.tongue.say(Text(LABEL, again.tongue.dutch[LABEL]), code) for code in ("nl", "ar")] == [
            "Sla over",
            "دع هذا",
        ]
        assert again.tongue.text_state(LABEL, "ar") == "confirmed"
        assert again.tongue.text_state(LABEL, "en") == "stale"
    rows = await town.rows(tables.wording)
    assert [(row.act, row.language, row.version, row.made_by) for row in rows] == [
        ("changed", "ar", 1, noor.id),
        ("changed", "nl", 1, noor.id),
        ("confirmed", "ar", 2, noor.id),
    ]
    kinds = [row.kind for row in await town.rows(tables.event) if row.kind.startswith("text")]
    assert kinds == ["text_changed", "text_changed", "text_confirmed"]


async def test_of_two_at_once_one_is_kept_and_the_other_hears_of_it(town: Town, noor: Colleague) -> None:
    seen = await mark(town, LABEL, "en")
    tries = [acts.change(town.house, noor.id, LABEL, "en", words, seen=seen) for words in ("Pass", "Leave it", "Later")]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(getattr(one, "code", "") for one in ended if one is not None) == ["other_text", "other_text"]
    assert len(await town.rows(tables.wording)) == 1


async def test_what_another_process_did_is_found_before_it_is_overwritten(town: Town, noor: Colleague) -> None:
    seen = await mark(town, LABEL, "en")
    row = acts.version(town.house, LABEL, "en", "changed", town.house.tongue.dutch[LABEL], words="Pass")
    async with town.house.db.begin() as conn:
        await store.add(conn, [{**row, "made_by": noor.id}])
    with pytest.raises(Refused, match="other_text"):
        await acts.change(town.house, noor.id, LABEL, "en", "Leave it", seen=seen)
    assert said(town, LABEL, "en") == "Pass"


@pytest.mark.parametrize(
    ("context", "language", "code"),
    [("nothing.here", "en", "gone_text"), ("kaarten.card.rings.say", "nl", "other_page"), (LABEL, "en", "other_text")],
)
async def test_what_cannot_be_changed_is_refused(
    town: Town, noor: Colleague, context: str, language: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        await acts.change(town.house, noor.id, context, language, "Pass", seen="old")
    with pytest.raises(Refused, match="gone_text"):
        await acts.back_to_standard(town.house, noor.id, context, language, seen="old")
    with pytest.raises(Refused, match=r"gone_text|other_text"):
        await acts.confirm(town.house, noor.id, context, language, seen="old", speaks=True)
    assert await town.rows(tables.wording) == []


async def test_a_sentence_of_the_municipality_is_translated_and_confirmed(town: Town, noor: Colleague) -> None:
    context, dutch = "gemeente.outside_hours", "Bel 0999 112 233"
    assert context in looking.contexts(town.house)
    with pytest.raises(Refused, match="other_page"):
        await change(town, noor, context, "nl", "Bel 0999 112 233 of mail")
    await change(town, noor, context, "en", "Call 0999 112 233")
    assert town.house.tongue.say(Text(context, dutch), "en") == "Call 0999 112 233"
    assert not town.house.tongue.is_confirmed(Text(context, dutch), "en")
    await confirm(town, noor, [context])
    assert town.house.tongue.is_confirmed(Text(context, dutch), "en")
    assert not town.house.tongue.is_confirmed(Text(context, "Bel iemand anders"), "en")


# ---- every process ---------------------------------------------------------------------------------------------------


class Elsewhere(Wordings):
    """What another process keeps in memory; ``read`` is set whenever it read all of it again."""

    def __init__(self, db: Database, signals: Signals) -> None:
        super().__init__(db, load(("nl", "en", "ar")), signals)
        self.read = asyncio.Event()

    async def refresh(self) -> None:
        await super().refresh()
        if self.tongue.kept(LABEL, "en") is not None:
            self.read.set()


@pytest.fixture
async def elsewhere(town: Town, store_urls: StoreUrls) -> AsyncIterator[Elsewhere]:
    """Another process, by a connection of its own."""
    db = Database.open(store_urls.data)
    kept = Elsewhere(db, town.house.signals)
    running = asyncio.create_task(kept.run())
    yield kept
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await db.close()


async def test_another_process_says_it_too(town: Town, noor: Colleague, elsewhere: Elsewhere) -> None:
    await change(town, noor, LABEL, "en", "Pass")
    await asyncio.wait_for(elsewhere.read.wait(), 30)
    assert elsewhere.tongue.say(Text(LABEL, elsewhere.tongue.dutch[LABEL]), "en") == "Pass"


@pytest.mark.parametrize("store_urls", ["postgresql"], indirect=True)
async def test_on_postgresql_the_change_itself_tells(town: Town, noor: Colleague, store_urls: StoreUrls) -> None:
    heard: asyncio.Queue[list[str]] = asyncio.Queue()
    listening = asyncio.create_task(listen(store_urls.data, "klopaan", lambda topics: heard.put_nowait(list(topics))))
    try:
        number = 0
        while heard.empty():  # until it listens
            number += 1
            await change(town, noor, LABEL, "en", f"Pass {number}")
        assert await heard.get() == [TEXTS]
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


@pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)
async def test_a_process_that_missed_it_looks_by_itself_also_when_the_database_was_away(
    town: Town, noor: Colleague, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read = store.read_stamp
    was_away = asyncio.Event()

    async def away(conn: AsyncConnection) -> tuple[int, int]:
        monkeypatch.setattr(store, "read_stamp", read)
        was_away.set()
        raise OSError

    monkeypatch.setattr(keeping, "EVERY", 0.001)
    town.house.signals.publish([TEXTS])
    monkeypatch.setattr(store, "read_stamp", away)
    await asyncio.wait_for(was_away.wait(), 30)
    row = acts.version(town.house, LABEL, "en", "changed", town.house.tongue.dutch[LABEL], words="Pass")
    async with town.house.db.begin() as conn:
        await store.add(conn, [{**row, "made_by": noor.id}])
    await asyncio.wait_for(elsewhere.read.wait(), 30)
    assert caplog.messages == ["texts were not read again: OSError"]


async def test_what_is_committed_late_is_read_too(town: Town, noor: Colleague) -> None:
    """Of two transactions the one with the higher number may come first."""
    dutch = town.house.tongue.dutch
    made = {context: acts.version(town.house, context, "en", "changed", dutch[context]) for context in (LABEL, OTHER)}
    for number, context, words in ((7, LABEL, "Pass"), (3, OTHER, "Go on")):
        async with town.house.db.begin() as conn:
            await store.add(conn, [{**made[context], "words": words, "made_by": noor.id, "id": number}])
        await town.house.wordings.refresh()
    assert [said(town, context, "en") for context in (LABEL, OTHER)] == ["Pass", "Go on"]


async def test_what_is_read_late_undoes_nothing_that_was_read_since(
    town: Town, noor: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = acts.version(town.house, LABEL, "en", "changed", town.house.tongue.dutch[LABEL], words="Pass")
    read = store.since

    async def keep(version: int, words: str) -> None:
        async with town.house.db.begin() as conn:
            await store.add(conn, [{**first, "version": version, "words": words, "made_by": noor.id}])

    async def overtaken(conn: AsyncConnection, last: int) -> store.Rows:
        rows = await read(conn, last)
        monkeypatch.setattr(store, "since", read)
        await keep(2, "Leave it")
        await town.house.wordings.refresh()
        return rows

    await keep(1, "Pass")
    monkeypatch.setattr(store, "since", overtaken)
    await town.house.wordings.refresh()
    assert said(town, LABEL, "en") == "Leave it"


async def test_what_was_done_in_a_language_that_is_switched_off_now_is_passed_by(town: Town, noor: Colleague) -> None:
    off = {"context": LABEL, "language": "fr", "version": 1, "act": "changed", "words": "Passer", "dutch": "Overslaan"}
    kept = acts.version(town.house, LABEL, "en", "changed", town.house.tongue.dutch[LABEL], words="Pass")
    async with town.house.db.begin() as conn:
        await store.add(conn, [{**kept, **off, "made_by": noor.id}, {**kept, "made_by": noor.id}])
    await town.house.wordings.refresh()
    assert said(town, LABEL, "en") == "Pass"


async def test_of_many_at_once_none_is_missed(town: Town, noor: Colleague) -> None:
    await change(town, noor, LABEL, "en", "Pass")
    contexts = list(town.house.tongue.dutch)[: keeping.FEW + 1]
    made = [acts.version(town.house, one, "en", "confirmed", "x", words=f"Number {one}") for one in contexts]
    async with town.house.db.begin() as conn:
        await store.add(conn, [{**row, "made_by": noor.id} for row in made])
    await town.house.wordings.refresh()
    assert [town.house.tongue.kept(one, "en") is not None for one in (*contexts, LABEL)] == [True] * (len(contexts) + 1)


# ---- next to the Dutch -----------------------------------------------------------------------------------------------


async def says_something_terrible(town: Town) -> tuple[Resident, list[str]]:
    """An English resident in a crisis; and the languages of what they heard."""
    one = await town.resident(at_menu=False)
    await one.says(Opened(hint="en"))
    await one.taps("welkom.hello:en")
    heard = await one.types("I want to kill myself")
    return one, [message.content.language for message in heard]


async def test_a_crisis_text_stands_next_to_the_dutch_until_all_of_it_is_confirmed(town: Town, noor: Colleague) -> None:
    one, languages = await says_something_terrible(town)
    assert languages == ["nl", "en"]
    contexts = [text.context for text in (await one.messages())[-1].content.texts if text.context]
    assert NUMBERS in contexts
    await confirm(town, noor, contexts[1:])
    assert (await says_something_terrible(town))[1] == ["nl", "en"]
    await confirm(town, noor, contexts[:1])
    assert "en" in town.house.drafts, "of the language as a whole there is more to confirm"
    assert (await says_something_terrible(town))[1] == ["en"]
    await change(town, noor, NUMBERS, "nl", "Goed dat u dit zegt.")
    assert (await says_something_terrible(town))[1] == ["nl", "en"]
    await confirm(town, noor, [NUMBERS])
    assert (await says_something_terrible(town))[1] == ["en"]


async def test_a_card_as_a_picture_stands_next_to_the_dutch_until_its_headings_are_confirmed(
    town: Town, noor: Colleague
) -> None:
    card = Reply((verbatim("Noor"),), origin="kaarten.picture", picture=CARD, beside_dutch=True)
    for context in ("pictures.do", "pictures.dont", "pictures.say"):
        assert [one.language for one in rendered(card, "en", town.house)] == ["nl", "en"], context
        await confirm(town, noor, [context])
    assert [one.language for one in rendered(card, "en", town.house)] == ["en"]


@pytest.mark.parametrize("part", ["title", "alt", "line"])
async def test_no_word_of_a_picture_is_a_draft_without_the_dutch(town: Town, noor: Colleague, part: str) -> None:
    draft, own = Text(LABEL, town.house.tongue.dutch[LABEL]), verbatim("Noor")
    title, alt, line = (draft if part == each else own for each in ("title", "alt", "line"))
    card = Reply((own,), picture=Picture("card", title, (Block("from", (line,)),), alt), beside_dutch=True)
    assert [one.language for one in rendered(card, "en", town.house)] == ["nl", "en"]
    await confirm(town, noor, [LABEL])
    assert [one.language for one in rendered(card, "en", town.house)] == ["en"]


async def test_in_a_confirmed_language_one_draft_stands_next_to_the_dutch(town: Town, noor: Colleague) -> None:
    rows = [
        {**acts.version(town.house, context, "en", "confirmed", dutch, confirmed=shown.words), "made_by": noor.id}
        for context, dutch in town.house.tongue.dutch.items()
        if (shown := town.house.tongue.shown(context, "en")) is not None
    ]
    async with town.house.db.begin() as conn:
        await store.add(conn, rows)
    await town.house.wordings.refresh()
    assert "en" not in town.house.drafts
    assert (await says_something_terrible(town))[1] == ["en"]
    await change(town, noor, NUMBERS, "en", "It is good that you tell us.")
    assert "en" in town.house.drafts
    assert (await says_something_terrible(town))[1] == ["nl", "en"]
