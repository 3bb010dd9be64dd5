"""A picture and a voice note on their way: before and after the text, only where the message goes in full, never twice,
and never in the way of the text."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot import enclosed, identity, takeover
from bot.clock import to_ms
from bot.content import Content
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError
from bot.outgoing import Outgoing
from bot.pictures.sheet import TooLong
from bot.voice import marked_up
from flows.text import Text, verbatim
from storage import tables
from tests.stores import StoreUrls
from tests.support.pictures import OGG, SAID, WORDS, MadeUpVoice, talking, with_voice
from tests.support.town import EVERY_CHANNEL, Resident, StrictChannel, Town, open_town, send_all
from tests.test_seintje import FULL, LINK, full_town, town

__all__ = ["full_town", "town"]

PAUSE = '<break time="400ms"/>'
SQLITE = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)


async def told(town: Town, content: Content = SAID, *, channel: str = "telegram", asked: bool = True) -> Resident:
    """Someone to whom the bot says this, as an answer to what they just asked."""
    one = await town.resident(channel)
    await send_all(town, {channel: StrictChannel()})
    async with talking(town.house, one.conversation_id) as said:
        said.asked = asked
        said.add_message("bot", content, send=True)
    return one


async def sent(town: Town, platform: StrictChannel | None = None, channel: str = "telegram") -> list[Outgoing]:
    platform = platform or StrictChannel()
    await send_all(town, {channel: platform})
    return platform.sent


def kinds(parts: list[Outgoing]) -> list[str]:
    return [part.file.media_type if part.file else "text" for part in parts]


# ---- in order --------------------------------------------------------------------------------------------------------


@SQLITE
async def test_the_picture_comes_first_then_the_text_with_its_buttons_then_the_voice(town: Town) -> None:
    with_voice(town.house)
    await told(town, replace(SAID, aloud=True))
    picture, words, voice = await sent(town)
    assert (picture.shown.text, picture.file and picture.file.media_type) == ("", "image/png")
    assert (words.shown.text, words.file, len(words.shown.buttons)) == (WORDS, None, 1)
    assert (voice.shown.text, voice.file and voice.file.data) == ("", OGG)
    assert (picture.enclosed, words.enclosed, voice.enclosed) == (True, False, True)
    assert len({part.key for part in (picture, words, voice)}) == 3


@SQLITE
async def test_without_a_voice_on_this_machine_or_for_this_language_the_text_goes_alone(town: Town) -> None:
    await told(town, replace(SAID, picture=None, aloud=True))
    assert kinds(await sent(town)) == ["text"]
    with_voice(town.house)
    town.house.gemeente = replace(town.house.gemeente, voices=frozenset({"en"}))
    await told(town, replace(SAID, picture=None, aloud=True))
    assert kinds(await sent(town)) == ["text"]


@SQLITE
async def test_a_notice_has_neither(town: Town) -> None:
    with_voice(town.house)
    await told(town, replace(SAID, aloud=True), asked=False)
    (notice,) = await sent(town)
    assert notice.file is None
    assert LINK.search(notice.shown.text)


@SQLITE
async def test_by_mail_the_picture_is_in_the_letter_and_nothing_is_spoken(
    store_urls: StoreUrls, tmp_path: Path
) -> None:
    extra = EVERY_CHANNEL.replace("[channels.email]", "[channels.email]" + FULL)
    async with open_town(tmp_path, store_urls, extra=extra) as town:
        with_voice(town.house)
        (letter,) = await mailed(town, replace(SAID, aloud=True))
    assert kinds([letter]) == ["image/png"]
    assert WORDS in letter.shown.text
    assert letter.letter is not None


async def mailed(town: Town, content: Content) -> list[Outgoing]:
    """What goes by mail to someone who asked for all of it there."""
    one = await town.resident("telegram")
    await sent(town)
    person_id = (await one.row()).person_id
    await identity.attach_address(town.house, person_id, "email", "sam@voorbeeld.example")
    async with town.house.db.begin() as conn:
        mail = tables.address.c.channel == "email"
        values = {"confirmed_at": to_ms(town.clock.now()), "in_full": 1}
        await conn.execute(tables.address.update().where(mail).values(**values))
        (address,) = await conn.execute(tables.address.select().where(mail))
    async with talking(town.house, one.conversation_id) as said:
        said.send(said.add_message("bot", content), beside=(address.id, "email"))
    return await sent(town, channel="email")


# ---- what goes wrong -------------------------------------------------------------------------------------------------


def broken(error: Exception) -> Any:
    async def breaks(*_: object) -> bytes:
        raise error

    return breaks


@SQLITE
@pytest.mark.parametrize("error", [TooLong(), OSError("no font"), MemoryError()])
async def test_a_picture_that_cannot_be_drawn_does_not_keep_the_text(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    monkeypatch.setattr(town.house.pictures, "png", broken(error))
    before = enclosed.MADE.labels("picture", "failed")._value.get()
    await told(town)
    (words,) = await sent(town)
    assert words.shown.text == WORDS
    assert enclosed.MADE.labels("picture", "failed")._value.get() == before + 1
    assert "a picture could not be made" in caplog.text
    assert "schuldeiser" not in caplog.text


class Fussy(StrictChannel):
    """A platform that has something against files, so often."""

    def __init__(self, error: DeliveryError, times: int = 1_000) -> None:
        super().__init__()
        self.error, self.times = error, times

    async def send(self, outgoing: Outgoing) -> str:
        if outgoing.file is not None and self.times:
            self.times -= 1
            raise self.error
        return await super().send(outgoing)


async def state(town: Town) -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in await town.rows(tables.outbox)][-1:]


@SQLITE
@pytest.mark.parametrize("code", ["rejected", "too_big"])
async def test_what_the_platform_refuses_is_left_out_and_the_text_arrives(town: Town, code: str) -> None:
    with_voice(town.house)
    await told(town, replace(SAID, aloud=True))
    assert kinds(await sent(town, Fussy(PermanentDeliveryError(code)))) == ["text"]
    assert await state(town) == [("sent", None)]


@SQLITE
async def test_who_blocked_us_gets_neither(town: Town) -> None:
    await told(town)
    assert await sent(town, Fussy(PermanentDeliveryError("blocked"))) == []
    assert await state(town) == [("failed", "blocked")]


@SQLITE
async def test_the_text_waits_a_little_for_its_picture_and_not_for_ever(town: Town) -> None:
    await told(town)
    platform = Fussy(TemporaryDeliveryError("platform"))
    for _ in range(3):
        assert platform.sent == []
        await send_all(town, {"telegram": platform})
        town.clock.forward(minutes=1)
    assert kinds(platform.sent) == ["text"]


@SQLITE
async def test_a_channel_that_is_down_takes_neither_away(town: Town) -> None:
    await told(town)
    platform = Fussy(ChannelDownError("unreachable"), times=5)
    for _ in range(6):
        await send_all(town, {"telegram": platform})
        town.clock.forward(minutes=5)
    assert kinds(platform.sent) == ["image/png", "text"]


@SQLITE
async def test_nothing_is_sent_twice_when_it_is_broken_off(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time the picture cannot be drawn any more: the text is still the second part, and comes once."""
    with_voice(town.house)
    await told(town, replace(SAID, aloud=True))

    class Second(StrictChannel):
        refusals = 1

        async def send(self, outgoing: Outgoing) -> str:
            if outgoing.file is None and self.refusals:
                self.refusals -= 1
                raise TemporaryDeliveryError("timeout")
            return await super().send(outgoing)

    platform = Second()
    await send_all(town, {"telegram": platform})
    assert kinds(platform.sent) == ["image/png"]
    monkeypatch.setattr(town.house.pictures, "png", broken(MemoryError()))
    town.clock.forward(minutes=1)
    await send_all(town, {"telegram": platform})
    assert kinds(platform.sent) == ["image/png", "text", "audio/ogg"]


@SQLITE
async def test_who_turns_the_pages_of_a_list_gets_no_second_picture(town: Town) -> None:
    one = await told(town)
    await sent(town)
    async with talking(town.house, one.conversation_id) as said:
        said.asked = True
        said.send(said.columns["last_seq"], page=2)
    assert kinds(await sent(town)) == ["text"]


@SQLITE
async def test_a_caseworkers_message_may_have_a_picture_as_well(full_town: Town) -> None:
    one, noor = await full_town.resident("telegram"), await full_town.colleague()
    await sent(full_town)
    await takeover.take_over(full_town.house, one.conversation_id, noor)
    async with talking(full_town.house, one.conversation_id) as said:
        said.add_message("caseworker", SAID, staff_id=noor.id, send=True)
    picture, words = (await sent(full_town))[-2:]
    assert picture.file is not None
    assert words.shown.text.startswith("Noor schrijft:")


async def test_only_what_is_to_be_read_aloud_is(town: Town) -> None:
    with_voice(town.house)
    assert enclosed.has_voice(town.house, replace(SAID, aloud=True))
    assert not enclosed.has_voice(town.house, replace(SAID, aloud=False))


@dataclass(frozen=True, slots=True)
class Heard(MadeUpVoice):
    """A voice that keeps what it was given."""

    given: list[str] = field(default_factory=list)

    async def speak(self, text: str, language: str) -> bytes:
        """As given."""
        self.given.append(marked_up(text, language))
        return OGG


@SQLITE
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "<speak>Ik wil een brief.</speak>"),
        ("en", f'<speak><voice xml:lang="nl">Ik wil een brief.</voice>{PAUSE}I want a letter.</speak>'),
        ("ar", f'<speak><voice xml:lang="nl">Ik wil een brief.</voice>{PAUSE}أريد رسالة.</speak>'),
    ],
)
async def test_what_is_dutch_on_purpose_is_said_in_a_dutch_voice(town: Town, language: str, said: str) -> None:
    with_voice(town.house, language)
    town.house.voice = heard = Heard("espeak-ng", "ffmpeg")
    own = {"nl": "", "en": "\n\nI want a letter.", "ar": "\n\nأريد رسالة."}[language]
    texts = (verbatim("Ik wil een brief."), Text("cards.say", "Ik wil een brief."))
    content = Content(f"Ik wil een brief.{own}", language, texts=texts, aloud=True)
    assert await enclosed.voice(town.house, content) is not None
    assert heard.given == [said]
