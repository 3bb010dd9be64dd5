"""Reading aloud as a lasting choice: each message goes as a voice note too, of the bot and of a human, only where it
goes in full and never what must be safe from who may hear it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot import enclosed, takeover
from bot.content import Content, SentButton
from bot.voice import LONGEST, marked_up
from flows.grammar import Opened, Tapped
from flows.text import Text, t, verbatim
from tests.support.pictures import ASK, OGG, MadeUpVoice, with_voice
from tests.support.town import Resident, StrictChannel, Town, send_all
from tests.test_pictures_sent import kinds, sent
from tests.test_seintje import full_town, town

__all__ = ["full_town", "town"]


async def listening(town: Town, channel: str = "telegram") -> Resident:
    """Someone who asked to be read to, and heard that."""
    with_voice(town.house)
    one = await town.resident(channel)
    await one.types("voorlezen")
    await send_all(town, {channel: StrictChannel()})
    return one


async def test_the_next_answer_goes_as_a_voice_note_too(full_town: Town) -> None:
    one = await listening(full_town)
    await one.types("menu")
    words, voice = await sent(full_town)
    assert words.shown.buttons
    assert (words.file, voice.file and voice.file.data, voice.shown.text) == (None, OGG, "")
    await one.types("niet voorlezen")
    assert kinds(await sent(full_town)) == ["text"]


async def test_what_a_human_writes_is_read_too(full_town: Town) -> None:
    one = await listening(full_town)
    fatma = await full_town.colleague("Fatma")
    await takeover.take_over(full_town.house, one.conversation_id, fatma)
    await takeover.reply(full_town.house, one.conversation_id, fatma, "Ik bel u morgen.", client_id="een", seen_seq=99)
    assert kinds(await sent(full_town)) == ["text", "audio/ogg"]


async def test_a_neutral_notice_has_no_voice(town: Town) -> None:
    one = await listening(town)
    fatma = await town.colleague("Fatma")
    await takeover.take_over(town.house, one.conversation_id, fatma)
    await takeover.reply(town.house, one.conversation_id, fatma, "Ik bel u.", client_id="een", seen_seq=99)
    assert kinds(await sent(town)) == ["text"]


async def test_what_must_be_safe_from_listeners_is_never_sound(full_town: Town) -> None:
    one = await listening(full_town)
    await one.types("mijn man slaat mij")
    (row, *_) = [each for each in reversed(await one.messages()) if each.author == "bot"]
    assert row.content.safe
    assert "audio/ogg" not in kinds(await sent(full_town))


async def test_the_dutch_beside_another_language_is_not_read(full_town: Town) -> None:
    with_voice(full_town.house)
    full_town.house.gemeente = replace(full_town.house.gemeente, voices=frozenset({"nl", "ar"}))
    one = await full_town.resident("telegram", at_menu=False)
    await one.says(Opened())
    await one.says(Tapped("welkom.hello:ar"))
    await one.types("اقرأ لي")
    await one.types("ik word uit huis gezet")
    dutch, own = [each.content for each in await one.messages() if each.author == "bot"][-2:]
    assert [(each.language, each.aloud) for each in (dutch, own)] == [("nl", False), ("ar", True)]


# ---- what is read ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard(MadeUpVoice):
    """A voice that keeps what it was given."""

    given: list[tuple[str, str]] = field(default_factory=list)

    async def speak(self, text: str, language: str) -> bytes:
        """As given."""
        self.given.append((marked_up(text, language), language))
        return OGG


async def test_the_choices_are_read_by_the_number_that_picks_them(town: Town) -> None:
    with_voice(town.house)
    town.house.voice = heard = Heard("espeak-ng", "ffmpeg")
    other = SentButton("!go:afspraak", "📅", "Afspraak maken", verbatim("Afspraak maken"))
    question = t("welkom.menu", "Waar kunnen we u mee helpen?")
    content = Content(question.msgid, "nl", texts=(question,), buttons=(ASK, other), aloud=True)
    assert await enclosed.voice(town.house, content) is not None
    pause = '<break time="400ms"/>'
    said = f"<speak>Waar kunnen we u mee helpen?{pause}1: Menu.{pause}2: Afspraak maken.</speak>"
    assert heard.given == [(said, "nl")]


@pytest.mark.parametrize(
    ("text", "language", "read"),
    [
        ("Ik heb uw brief gelezen en bel u morgen op.", "ar", "nl"),
        ("سأتصل بك غدًا في الصباح.", "ar", "ar"),
        ("Ok.", "ar", "ar"),
    ],
)
async def test_what_a_human_typed_is_read_in_the_language_that_it_is_in(
    town: Town, text: str, language: str, read: str
) -> None:
    assert enclosed.spoken_in(Content(text, language)) == read
    texts: tuple[Text, ...] = (verbatim(text),)
    assert enclosed.spoken_in(Content(text, language, texts=texts)) == language, "the bot says what it says"


async def test_what_takes_minutes_to_hear_or_is_not_there_is_not_read(town: Town) -> None:
    with_voice(town.house)
    said = Content("Dag.", "nl", aloud=True)
    assert enclosed.has_voice(town.house, said)
    for content in (replace(said, text="a" * (LONGEST + 1)), replace(said, text=""), replace(said, language="ar")):
        assert not enclosed.can_read(town.house, content)
    whole = replace(said, text="a" * (LONGEST - len("\n1: Menu.")), buttons=(ASK,))
    assert enclosed.can_read(town.house, whole)
    assert not enclosed.can_read(town.house, replace(whole, buttons=(ASK, ASK))), "its choices are read too"


async def test_the_choice_is_the_conversations_own(full_town: Town) -> None:
    await listening(full_town)
    other = await full_town.resident("telegram")
    await other.types("menu")
    assert "audio/ogg" not in kinds(await sent(full_town))
