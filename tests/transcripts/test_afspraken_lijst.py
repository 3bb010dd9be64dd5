"""The list of what was agreed: done, a slip, not possible, on another day, together; what reminds of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.agenda import Kind, Meetings
from flows.agreements import Postpone, Stuck, TickOff
from tests.transcripts.afspraken import BEFORE, FREE, FRIDAY, OURS, POST, UNOPENED, talked
from tests.transcripts.player import Chat

THREE = ["✅ Dat is klaar", "😕 Het lukt niet", "⏰ Een andere dag", "📋 Mijn lijst"]
HELP = ["⏰ Een andere dag", "🤝 Samen doen", "💬 Praten met een mens", "👌 Laat het zo staan"]


def at_one(chat: Chat, language: str = "nl") -> Chat:
    """Looking at one of three."""
    talked(chat, UNOPENED, POST, FREE, OURS).starts("menu").speaking(language)
    return chat.taps_data("!to:afspraken.action:31")


# ---- the list ------------------------------------------------------------------------------------------------------


def test_what_is_on_it_and_what_we_do(chat: Chat) -> None:
    done = replace(FREE, state="done")
    talked(chat, UNOPENED, replace(POST, state="stuck"), done, OURS).starts("afspraken").sees(
        "Dit staat op uw lijst. Kies iets om te zeggen hoe het gaat.",
        "1. Neem uw post mee. Dichte brieven mogen ook.\n📅 Uiterlijk dinsdag 1 december",
        "2. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december\n😕 Dit lukt nog niet.",
        "Wat Noor doet:",
        "📌 Wij zoeken samen met u uw papieren uit.\n📅 Uiterlijk vrijdag 4 december",
        "✅ U heeft al 1 ding gedaan.",
        buttons=[
            "📌 Neem uw post mee. Dichte brieven mogen ook.",
            "📌 Open uw post en doe alles in een map.",
            "📅 Nieuwe afspraak",
            "📎 Bewaren of teruglezen",
            "🤝 Contact houden",
            "🏠 Naar het menu",
        ],
    )


def test_nothing_left_to_do(chat: Chat) -> None:
    chat.agreed(BEFORE).starts("afspraken").sees(
        "U heeft nu niets meer te doen.",
        buttons=["📅 Nieuwe afspraak", "📎 Bewaren of teruglezen", "🤝 Contact houden", "🏠 Naar het menu"],
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "mijn actielijst"),
        ("nl", "wat moest ik doen?"),
        ("nl", "wat hadden we afgesproken"),
        ("nl", "mijn afspraken"),
        ("en", "my to do list"),
        ("en", "what was i supposed to do"),
        ("en", "what did we agree"),
        ("ar", "قائمة مهامي"),
        ("ar", "ماذا اتفقنا"),
    ],
)
def test_asked_for_anywhere_in_own_words(chat: Chat, language: str, text: str) -> None:
    talked(chat, POST).starts("menu").speaking(language).types(text).at("afspraken.standing")
    chat.taps_data("!to:afspraken.action:31").types(text).at("afspraken.standing")


def test_the_menu_leads_to_the_list_also_from_one_of_it(chat: Chat) -> None:
    at_one(chat).taps_data("!go:afspraken").at("afspraken.standing")


# ---- done ----------------------------------------------------------------------------------------------------------


def test_ticked_off_one_after_the_other(chat: Chat) -> None:
    at_one(chat).sees(
        "📌 Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "Hoe gaat het hiermee?",
        buttons=THREE,
    )
    chat.taps("✅ Dat is klaar").sees(
        "✅ Open uw post en doe alles in een map.",
        "Dat is klaar. Dat geeft rust. Nog 2 dingen op uw lijst.",
        buttons=["↩️ Toch niet klaar", "📋 Mijn lijst", "👌 Zo is het goed"],
        effects=[TickOff(31)],
    )
    chat.taps_data("!to:afspraken.done:32").sees(
        "✅ Neem uw post mee. Dichte brieven mogen ook.",
        "Mooi, dat is gelukt. Nu is er nog één ding over.",
        buttons=["↩️ Toch niet klaar", "📋 Mijn lijst", "👌 Zo is het goed"],
        effects=[TickOff(32)],
    )
    chat.taps_data("!to:afspraken.done:33").sees(
        "✅ Bel Kees van de woningbouw.",
        "Daarmee is alles op uw lijst klaar. Dat is knap, zeker als er veel speelt.",
        "Nu mag u even rust nemen. Wij zien ook dat het klaar is.",
        buttons=["↩️ Toch niet klaar", "👌 Zo is het goed"],
        effects=[TickOff(33)],
    )
    chat.taps_data("!to:afspraken.done:33").at("afspraken.done")
    chat.taps("👌 Zo is het goed").at("welkom.menu")


def test_a_slip(chat: Chat) -> None:
    at_one(chat).taps("✅ Dat is klaar").taps("↩️ Toch niet klaar").sees(
        "Dat is goed. Het staat weer op uw lijst.",
        "📌 Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        buttons=THREE,
        effects=[TickOff(31, done=False)],
    )
    chat.taps_data("!to:afspraken.undone:31").at("afspraken.undone")
    chat.types("dat heb ik gedaan").at("afspraken.done", TickOff(31))
    chat.types("foutje").at("afspraken.undone", TickOff(31, done=False))


def test_what_is_done_already_can_be_seen(chat: Chat) -> None:
    talked(chat, replace(POST, state="done")).starts("menu").taps_data("!to:afspraken.action:31").sees(
        "Dit is al klaar.",
        "✅ Open uw post en doe alles in een map.",
        buttons=["↩️ Toch niet klaar", "📋 Mijn lijst"],
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "dat heb ik gedaan"),
        ("nl", "klaar"),
        ("nl", "gelukt!"),
        ("en", "i did it"),
        ("en", "done"),
        ("ar", "فعلت ذلك"),
        ("ar", "تم"),
    ],
)
def test_done_in_own_words(chat: Chat, language: str, text: str) -> None:
    at_one(chat, language).types(text).at("afspraken.done", TickOff(31))


@pytest.mark.parametrize(
    ("language", "text", "screen"),
    [
        ("nl", "nog niet gedaan", "later"),
        ("nl", "ik heb het nog niet gedaan", "later"),
        ("nl", "niet gelukt", "stuck"),
        ("en", "not done yet", "later"),
        ("en", "i haven't done it", "later"),
        ("ar", "لم أفعل ذلك بعد", "later"),
    ],
)
def test_not_done_is_no_tick(chat: Chat, language: str, text: str, screen: str) -> None:
    at_one(chat, language).types(text)
    assert [reply.origin for reply in chat.turn.replies] == [f"afspraken.{screen}"]
    assert not any(isinstance(effect, TickOff) for effect in chat.turn.effects)


def test_who_asks_ticks_nothing(chat: Chat) -> None:
    at_one(chat).types("is dat dan klaar?")
    assert list(chat.turn.effects) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "2 klaar"), ("nl", "nummer twee is gelukt"), ("en", "number 2 is done"), ("ar", "رقم ٢ تم")],
)
def test_by_its_number_and_then_it_is_asked_once(chat: Chat, language: str, text: str) -> None:
    talked(chat, UNOPENED, POST, FREE).starts("menu").speaking(language).taps_data("!go:afspraken")
    chat.types(text).at("afspraken.which")
    assert len(chat.buttons()) == 2
    chat.types({"nl": "ja", "en": "yes", "ar": "نعم"}[language]).at("afspraken.done", TickOff(31))


def test_without_a_number_it_is_asked_which(chat: Chat) -> None:
    talked(chat, UNOPENED, POST).starts("afspraken").types("het is gelukt").sees(
        "Welke bedoelt u?",
        "1. Neem uw post mee. Dichte brieven mogen ook.\n📅 Uiterlijk dinsdag 1 december",
        "2. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        buttons=[
            "✅ Neem uw post mee. Dichte brieven mogen ook.",
            "✅ Open uw post en doe alles in een map.",
            "📋 Mijn lijst",
        ],
    )
    chat.types("2").at("afspraken.done", TickOff(31))


def test_a_number_is_that_of_the_message_that_was_answered(chat: Chat) -> None:
    later = replace(FREE, due=date(2026, 12, 20))
    talked(chat, later, POST, UNOPENED).starts("menu").taps_data("!to:afspraken.summary:5").types("1 is klaar").at(
        "afspraken.which"
    )
    assert "📌 Bel Kees van de woningbouw.\n📅 Uiterlijk zondag 20 december" in chat.texts()
    chat.taps("📋 Mijn lijst").types("1 is klaar").at("afspraken.which")
    assert "📌 Neem uw post mee. Dichte brieven mogen ook.\n📅 Uiterlijk dinsdag 1 december" in chat.texts()
    chat.is_due("afspraken.due:2026-12-20", {"due": "2026-12-20"}).types("1 is klaar").at("afspraken.done", TickOff(33))


def test_a_number_of_what_was_done_before_says_so(chat: Chat) -> None:
    talked(chat, replace(FREE, state="done"), UNOPENED, POST).starts("menu").taps_data("!to:afspraken.summary:5")
    chat.types("1 klaar").at("afspraken.which")
    assert chat.texts()[0] == "Dit is al klaar."


def test_a_number_of_what_is_no_longer_needed_shows_that_one(chat: Chat) -> None:
    """And not that nothing is left to do: the others are."""
    talked(chat, replace(FREE, state="dropped"), UNOPENED, POST).starts("menu").taps_data("!to:afspraken.summary:5")
    chat.types("1 klaar").at("afspraken.which")
    (shown,) = chat.texts()
    assert "woningbouw" in shown


def test_after_which_a_number_is_that_of_what_was_asked_there(chat: Chat) -> None:
    talked(chat, replace(FREE, state="done"), UNOPENED, POST).starts("menu").taps_data("!to:afspraken.summary:5")
    chat.types("het is gelukt").at("afspraken.which")
    assert chat.texts()[2].startswith("2. Open uw post")
    chat.types("2 klaar").at("afspraken.which")
    assert chat.texts()[1].startswith("📌 Open uw post")


def test_with_nothing_on_the_list(chat: Chat) -> None:
    chat.agreed(BEFORE).starts("afspraken").types("klaar").sees(
        "Er staat nu niets op uw lijst dat u nog doet.", buttons=["📋 Mijn lijst", "👌 Zo is het goed"]
    )


# ---- it does not work out ------------------------------------------------------------------------------------------


def test_a_normal_answer_and_why(chat: Chat) -> None:
    at_one(chat).taps("😕 Het lukt niet").sees(
        "Dat geeft niet. Iets lukt niet altijd meteen, bij niemand.",
        "📌 Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "Wat zou u helpen? U kunt ook typen waarom het niet lukt.",
        buttons=HELP,
        effects=[Stuck(31)],
    )
    chat.types("ik durf de brieven niet open te maken").sees(
        "Dank u dat u het zegt. Een medewerker leest het ook.",
        "Wat zou u nu helpen?",
        buttons=HELP,
        effects=[Stuck(31, {"text": "ik durf de brieven niet open te maken"})],
    )
    chat.taps("👌 Laat het zo staan").sees(
        "Dat is goed. Het blijft op uw lijst staan. Wij zien ook dat het nog niet lukt.",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [("nl", "het lukt niet"), ("nl", "dat lukt mij niet"), ("en", "it doesn't work"), ("ar", "لا ينجح")],
)
def test_in_own_words(chat: Chat, language: str, text: str) -> None:
    at_one(chat, language).types(text).at("afspraken.stuck", Stuck(31))


def test_a_human(chat: Chat) -> None:
    at_one(chat).taps("😕 Het lukt niet").taps("💬 Praten met een mens")
    assert chat.turn.replies[0].origin == "overdracht.asked"


@pytest.mark.parametrize(
    ("choice", "kind"), [("☎️ Samen bellen", "call"), ("🗂️ Papieren en post", "papers"), ("💬 Iets anders", None)]
)
def test_together(chat: Chat, choice: str, kind: str | None) -> None:
    at_one(chat).taps("😕 Het lukt niet").taps("🤝 Samen doen").sees(
        "Dat doen we graag samen. Wat wilt u samen doen?",
        buttons=["☎️ Samen bellen", "🗂️ Papieren en post", "💬 Iets anders", "📋 Mijn lijst"],
    )
    chat.taps(choice).at("afspraak.kind" if kind is None else "afspraak.day")
    assert chat.answers("afspraak").get("kind") == kind


@pytest.mark.parametrize(
    ("kinds", "offered"),
    [
        ((Kind.PHONE, Kind.CALL), ["☎️ Samen bellen", "💬 Iets anders"]),
        ((Kind.PAPERS,), ["🗂️ Papieren en post", "💬 Iets anders"]),
        ((Kind.PHONE,), ["💬 Iets anders", "💬 Praten met een mens"]),
        ((), ["💬 Iets anders", "💬 Praten met een mens"]),
    ],
)
def test_together_only_in_ways_that_someone_offers(chat: Chat, kinds: tuple[str, ...], offered: list[str]) -> None:
    chat.known[Meetings] = Meetings(kinds)
    at_one(chat).taps("😕 Het lukt niet").taps("🤝 Samen doen")
    assert chat.buttons() == [*offered, "📋 Mijn lijst"]


def test_a_day_alone_is_another_day(chat: Chat) -> None:
    at_one(chat).taps("😕 Het lukt niet").types("volgende week vrijdag").at(
        "afspraken.postponed", Postpone(31, date(2026, 12, 4))
    )


# ---- on another day ------------------------------------------------------------------------------------------------


def test_another_day(chat: Chat) -> None:
    at_one(chat).taps("⏰ Een andere dag").sees(
        "📌 Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "Welke dag komt beter uit? Kies een dag, of typ er zelf een.",
        buttons=[
            "📅 dinsdag 24 november",
            "📅 donderdag 26 november",
            "📅 maandag 30 november",
            "📅 maandag 7 december",
            "📋 Mijn lijst",
        ],
    )
    chat.taps("📅 maandag 7 december").sees(
        "Dat is goed. Het staat nu op maandag 7 december.",
        "Lukt het dan ook niet? Dat mag u altijd zeggen.",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
        effects=[Postpone(31, date(2026, 12, 7))],
    )
    chat.types("8 december").at("afspraken.postponed", Postpone(31, date(2026, 12, 8)))


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("nl", "woensdag", date(2026, 11, 25)),
        ("nl", "15 december", date(2026, 12, 15)),
        ("en", "next friday", None),
        ("en", "15 december", date(2026, 12, 15)),
        ("ar", "الجمعة", date(2026, 11, 27)),
    ],
)
def test_a_day_in_own_words(chat: Chat, language: str, text: str, day: date | None) -> None:
    at_one(chat, language).types(text)
    assert [reply.origin for reply in chat.turn.replies] == ["afspraken.postponed"]
    (effect,) = chat.turn.effects or (Postpone(31, FRIDAY),)
    assert isinstance(effect, Postpone)
    assert day in (None, effect.day)


def test_what_is_no_day_is_asked_again(chat: Chat) -> None:
    at_one(chat).taps("⏰ Een andere dag").types("blauwe paraplu").at("afspraken.later")


# ---- whose it is ---------------------------------------------------------------------------------------------------


def test_ours_is_shown_with_who_and_when(chat: Chat) -> None:
    talked(chat, POST, OURS).starts("menu").taps_data("!to:afspraken.action:34").sees(
        "Dit doet Noor.",
        "📌 Wij zoeken samen met u uw papieren uit.\n📅 Uiterlijk vrijdag 4 december",
        buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
    )
    for screen in ("done", "undone", "stuck", "later"):
        chat.taps_data(f"!to:afspraken.{screen}:34")
        assert list(chat.turn.effects) == []


@pytest.mark.parametrize("screen", ["action", "done", "undone", "stuck", "later"])
def test_what_is_not_theirs(chat: Chat, screen: str) -> None:
    talked(chat, POST).starts("menu").taps_data(f"!to:afspraken.{screen}:99").sees(
        "Dit staat niet op uw lijst. Dat geeft niet.", buttons=["📋 Mijn lijst", "👌 Zo is het goed"]
    )


def test_what_was_dropped_is_said_and_nothing_happens(chat: Chat) -> None:
    talked(chat, replace(POST, state="dropped")).starts("menu")
    for screen in ("action", "done", "undone", "stuck", "later"):
        chat.taps_data(f"!to:afspraken.{screen}:31").sees(
            "➖ Open uw post en doe alles in een map.\nDit hoeft niet meer.",
            buttons=["📋 Mijn lijst", "👌 Zo is het goed"],
        )


# ---- said without being asked --------------------------------------------------------------------------------------


def test_a_reminder_of_one(chat: Chat) -> None:
    talked(chat, POST, UNOPENED).starts("menu").is_due("afspraken.due:2026-12-04", {"due": "2026-12-04"}).sees(
        "Even ter herinnering: dit staat op uw lijst.",
        "📌 Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "Hoe gaat het? Lukt iets niet, dan mag u dat altijd zeggen.",
        buttons=THREE[:3],
    )
    chat.types("dat heb ik gedaan").at("afspraken.done", TickOff(31))


def test_a_reminder_of_several(chat: Chat) -> None:
    two = (POST, replace(UNOPENED, due=FRIDAY))
    talked(chat, *two).starts("menu").is_due("afspraken.due:2026-12-04", {"due": "2026-12-04"}).sees(
        "Even ter herinnering: dit staat op uw lijst.",
        "1. Open uw post en doe alles in een map.\n📅 Uiterlijk vrijdag 4 december",
        "2. Neem uw post mee. Dichte brieven mogen ook.\n📅 Uiterlijk vrijdag 4 december",
        "Hoe gaat het? Lukt iets niet, dan mag u dat altijd zeggen.",
        buttons=["📌 Open uw post en doe alles in een map.", "📌 Neem uw post mee. Dichte brieven mogen ook."],
    )
    chat.types("nummer 2 lukt niet").at("afspraken.which")
    chat.taps("😕 Het lukt niet").at("afspraken.stuck", Stuck(32))


@pytest.mark.parametrize(
    ("number", "what", "opening"),
    [
        (31, "moved", "Dit heeft nu een andere dag:"),
        (31, "open", "Dit staat weer op uw lijst:"),
        (34, "done", "Wij hebben dit voor u gedaan:"),
        (34, "moved", "Wij doen dit op een andere dag:"),
        (34, "dropped", "Dit doen wij niet meer:"),
        (34, "open", "Dit doen wij toch nog voor u:"),
    ],
)
def test_what_a_human_changed(chat: Chat, number: int, what: str, opening: str) -> None:
    talked(chat, POST, OURS).starts("menu").is_due("afspraken.told", {"agreement": number, "what": what})
    assert chat.turn.replies[0].origin == "afspraken.told"
    assert chat.texts()[0] == opening


def test_without_what_it_is_about_nothing_is_said(chat: Chat) -> None:
    for kind in ("afspraken.told", "afspraken.summary", "afspraken.due"):
        chat.starts("menu").is_due(kind, None).is_silent()


# ---- while a human holds the conversation --------------------------------------------------------------------------


def test_buttons_work_beside_a_human(chat: Chat) -> None:
    at_one(chat).held()
    chat.taps_data("!to:afspraken.done:31").sees(
        "✅ Open uw post en doe alles in een map.",
        "Dat is klaar. Dat geeft rust. Nog 2 dingen op uw lijst.",
        buttons=["↩️ Toch niet klaar"],
        effects=[TickOff(31)],
    )
    chat.taps_data("!to:afspraken.stuck:32").sees(
        "Dat geeft niet. Iets lukt niet altijd meteen, bij niemand.",
        "Een medewerker leest met u mee. Typ gerust waarom het niet lukt.",
        effects=[Stuck(32)],
    )
    chat.taps_data("!to:afspraken.later:32").sees("Een medewerker leest met u mee. Typ gerust welke dag beter uitkomt.")
    chat.types("het lukt niet").is_silent()
