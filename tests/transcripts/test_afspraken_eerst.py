"""After the yes to a summary: what comes first, as each channel shows it; the number it has there; the day to come."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.limits import LIMITS
from bot.channels.rendering import Rendered, render
from flows.agreements import AnswerSummary, SayFirst, Summary
from flows.text import verbatim
from tests.transcripts.afspraken import BEFORE, FREE, OURS, POST, TALK, UNOPENED
from tests.transcripts.player import TONGUE, Chat

#: More than the small print of a list holds.
LONG = replace(FREE, text=verbatim("Bel Kees van de woningbouw, en vraag of de huur deze maand in twee keer mag."))
#: The first was done before they said yes.
TICKED = (replace(UNOPENED, state="done"), POST, FREE, OURS)


def yes(chat: Chat, channel: str = "webchat", language: str = "nl", talk: Summary = TALK) -> Chat:
    """Who said yes to the summary, there and in that language."""
    chat.agreed(talk, BEFORE).starts("menu").on(channel).speaking(language)
    chat.is_due("afspraken.summary", {"summary": 5})
    return chat.taps_data("!to:afspraken.agreed:5").at("afspraken.agreed", AnswerSummary(5, "agreed"))


def shown(chat: Chat, channel: str, language: str = "nl") -> Rendered:
    """The last message as that channel shows it."""
    (reply,) = chat.turn.replies
    (message,) = render(reply, language, TONGUE, LIMITS[channel])
    return message


# ---- the words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
def test_what_each_number_is_can_be_read(chat: Chat, channel: str, language: str) -> None:
    message = shown(yes(chat, channel, language, replace(TALK, lines=(UNOPENED, LONG, POST, OURS))), channel, language)
    lines = re.sub("[\u2066-\u2069]", "", message.text).split("\n")
    for number, one in enumerate((UNOPENED, LONG, POST), 1):
        (told,) = [line for line in lines if line.startswith(f"{number}. ")]
        assert TONGUE.say(one.text, language) in told
    assert not any(line.startswith("4. ") for line in lines)


def test_on_telegram(chat: Chat) -> None:
    message = shown(yes(chat, "telegram"), "telegram")
    assert message.text == (
        "Fijn, dan zijn we het eens.\n\n"
        "Heb ik het duidelijk uitgelegd?\n\n"
        "Wat doet u als eerste? Kies iets, of typ het in uw eigen woorden.\n\n"
        "1. Neem uw post mee. Dichte brieven mogen ook.\n📅 Uiterlijk dinsdag 1 december\n\n"
        "2. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december\n\n"
        "3. Bel Kees van de woningbouw."
    )
    titles = [button.title for button in message.buttons]
    assert titles == [
        "📌 Nummer 1",
        "📌 Open uw post en doe alles in een map.",
        "📌 Bel Kees van de woningbouw.",
        "⏭️ Overslaan",
    ]


def test_on_whatsapp_two_are_buttons_without_small_print(chat: Chat) -> None:
    message = shown(yes(chat, "whatsapp", talk=replace(TALK, lines=(UNOPENED, POST))), "whatsapp")
    assert (message.kind, [button.title for button in message.buttons]) == (
        "buttons",
        ["📌 Nummer 1", "📌 Nummer 2", "⏭️ Overslaan"],
    )
    assert "2. Open uw post en doe alles in een map." in message.text


def test_on_the_web_the_buttons_say_it_all(chat: Chat) -> None:
    message = shown(yes(chat), "webchat")
    assert message.text.endswith("Wat doet u als eerste? Kies iets, of typ het in uw eigen woorden.")
    assert message.buttons[0].title == "📌 Neem uw post mee. Dichte brieven mogen ook."


# ---- the number ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["webchat", "telegram", "whatsapp"])
def test_with_one_ticked_off_the_others_keep_their_number(chat: Chat, channel: str) -> None:
    yes(chat, channel, talk=replace(TALK, lines=TICKED))
    assert chat.texts()[-2:] == [
        "2. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "3. Bel Kees van de woningbouw.",
    ]
    if channel == "whatsapp":
        assert shown(chat, channel).buttons[0].title == "📌 Nummer 2"


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("nl", "2", 31),
        ("nl", "3.", 33),
        ("nl", "nummer 2", 31),
        ("nl", "Nummer 3", 33),
        ("en", "2", 31),
        ("en", "number 3", 33),
        ("ar", "٢", 31),
        ("ar", "رقم ٣", 33),
        ("ar", "3", 33),
    ],
)
def test_a_number_is_that_of_the_summary(chat: Chat, language: str, text: str, line: int) -> None:
    yes(chat, "telegram", language, replace(TALK, lines=TICKED)).types(text)
    chat.at("afspraken.ready", SayFirst(5, line))


@pytest.mark.parametrize("number", ["1", "4", "12"])
def test_a_number_that_is_no_choice_is_their_own_words(chat: Chat, number: str) -> None:
    yes(chat, "telegram", talk=replace(TALK, lines=TICKED)).types(number)
    chat.at("afspraken.ready", SayFirst(5, {"text": number}), notice="Dank u. Noor leest uw antwoord ook.")


@pytest.mark.parametrize("text", ["ik bel eerst om 2 uur", "mijn zus vragen"])
def test_own_words_with_a_number_in_them_stay_that(chat: Chat, text: str) -> None:
    yes(chat).types(text).at("afspraken.ready", SayFirst(5, {"text": text}))


# ---- the day -------------------------------------------------------------------------------------------------------


def after(days: int, language: str = "nl") -> list[str]:
    """What is said to who answers so many days after the talk of 23 November, on what they do first."""
    chat = Chat().waits(timedelta(days=days))
    return yes(chat, language=language).taps_data("afspraken.agreed:a33").texts()


def test_the_first_day_is_one_to_come(chat: Chat) -> None:
    assert "De eerste dag op uw lijst is dinsdag 1 december." in after(8)
    assert "De eerste dag op uw lijst is vrijdag 4 december." in after(9)


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_where_every_day_is_over_none_is_told(chat: Chat, language: str) -> None:
    before, over = after(9, language), after(12, language)
    assert len(over) == len(before) - 1
    assert not any("4" in text for text in over)
