"""What is said of an appointment unasked: reminders, what a human did, what is proposed, one that was missed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.agenda import Accept, Decline, Differently
from flows.grammar import HandOver, Json
from tests.transcripts.afspraak import CANCELLED, DUES, MISSED, OFFICE, PROPOSED
from tests.transcripts.player import Chat
from tests.transcripts.test_afspraak_staat import GONE, LINES, THREE

ABOUT: Json = {"appointment": 17, "at": 0}


def told(what: str, number: int = 17) -> Json:
    """What a human did."""
    return {"appointment": number, "what": what}


# ---- reminders -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["afspraak.day:17", "afspraak.hours:17"])
def test_a_reminder_with_three_buttons(chat: Chat, kind: str) -> None:
    chat.has(OFFICE).starts("aanmelden").taps("🙋 Voor mijzelf").is_due(kind, ABOUT).sees(
        "Even ter herinnering: u heeft een afspraak.",
        *LINES,
        "Komt het nog goed uit?",
        buttons=THREE,
    )
    chat.taps("✅ Ik kom").taps("👌 Zo is het goed").at("aanmelden.worries")


@pytest.mark.parametrize(
    ("text", "screen"),
    [
        ("ja", "afspraak.coming"),
        ("ja ik kom", "afspraak.coming"),
        ("ik kan niet", "afspraak.cancelling"),
        ("nee", "afspraak.cancelling"),
        ("liever een andere dag", "afspraak.moving"),
    ],
)
def test_an_answer_in_own_words(chat: Chat, text: str, screen: str) -> None:
    chat.has(OFFICE).starts("menu").is_due("afspraak.day", ABOUT).types(text)
    assert chat.turn.replies[0].origin == screen


@pytest.mark.parametrize("kind", ["call", "papers"])
def test_what_goes_out_unasked_does_not_say_what_the_talk_is_for(chat: Chat, kind: str) -> None:
    chat.has(replace(OFFICE, kind=kind)).starts("menu").is_due("afspraak.day", ABOUT)
    assert chat.texts()[1:4] == [LINES[0], "👤 Met Fatma.", LINES[2]]


def test_a_reminder_in_a_hold_is_said_beside_it(chat: Chat) -> None:
    chat.has(OFFICE).starts("aanmelden").held().is_due("afspraak.hours", ABOUT)
    assert chat.buttons() == THREE
    assert chat.session.top.flow == "aanmelden"


def test_a_reminder_of_what_is_gone_says_so(chat: Chat) -> None:
    chat.starts("menu").is_due("afspraak.day", ABOUT)
    assert chat.texts() == [GONE]


@pytest.mark.parametrize("kind", ["afspraak.day", "afspraak.told"])
@pytest.mark.parametrize("about", [None, {}, {"appointment": "x", "what": "moved"}, ["17"]])
def test_what_makes_no_sense_is_not_said(chat: Chat, kind: str, about: Json) -> None:
    chat.has(OFFICE).starts("menu").is_due(kind, about).is_silent()


# ---- what a human did ------------------------------------------------------------------------------------------------


def test_a_human_made_one(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").is_due("afspraak.told", told("booked")).sees(
        "Er is een afspraak voor u gemaakt.", *LINES, "Komt dit u goed uit?", buttons=THREE
    )


def test_a_human_moved_it(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").held().is_due("afspraak.told", told("moved")).sees(
        "Uw afspraak is verzet. Dit is het nieuwe moment:", *LINES, "Komt dit u goed uit?", buttons=THREE
    )


@pytest.mark.parametrize(
    ("what", "opening"),
    [
        ("link", "De link van uw videogesprek op donderdag 26 november staat klaar:"),
        ("new_link", "Uw videogesprek op donderdag 26 november heeft een nieuwe link:"),
    ],
)
def test_a_human_gave_the_link_of_a_video_talk(chat: Chat, what: str, opening: str) -> None:
    talk = replace(OFFICE, kind="video", place="https://video.example/f")
    how = ("🎥 Via videobellen, met Fatma.", "🔗 Link van het videogesprek: https://video.example/f")
    chat.has(talk).starts("menu").held().is_due("afspraak.told", told(what)).sees(
        opening, LINES[0], *how, buttons=THREE
    )
    chat.taps("✅ Ik kom").is_due("afspraak.told", told(what)).sees(opening, LINES[0], *how, buttons=THREE[1:])


def test_a_link_that_went_with_the_colleague_is_not_said_to_be_there(chat: Chat) -> None:
    chat.has(replace(OFFICE, kind="video", place="")).starts("menu").is_due("afspraak.told", told("link")).sees(
        "Dit is uw afspraak:",
        LINES[0],
        "🎥 Via videobellen, met Fatma. De link krijgt u van tevoren.",
        buttons=THREE,
    )


def test_below_a_link_one_can_answer_in_own_words(chat: Chat) -> None:
    talk = replace(OFFICE, kind="video", place="https://video.example/f")
    chat.has(talk).starts("menu").is_due("afspraak.told", told("link")).types("ik kan dan niet")
    assert chat.turn.replies[0].origin == "afspraak.cancelling"


def test_a_human_cancelled_it(chat: Chat) -> None:
    chat.has(CANCELLED).starts("menu").is_due("afspraak.told", told("cancelled", 20)).sees(
        "Uw afspraak van donderdag 26 november, 10:00 gaat niet door. Sorry daarvoor.",
        "Wilt u een nieuw moment kiezen?",
        buttons=["📅 Nieuw moment"],
    )
    chat.taps("📅 Nieuw moment").at("afspraak.again")
    chat.taps("🔀 Op een andere manier").at("afspraak.kind")
    chat.taps("📞 Telefoon").taps("📅 dinsdag 24 november").taps("🌅 09:00 uur")
    assert chat.texts()[2] == "📞 U wordt gebeld door Fatma."


# ---- proposed --------------------------------------------------------------------------------------------------------


def test_three_moments_are_proposed(chat: Chat) -> None:
    chat.has(*PROPOSED).starts("menu").is_due("afspraak.proposed", {}).sees(
        "We willen graag met u afspreken.",
        "🏢 Op kantoor, met Fatma.",
        "🚩 Waar: Stadhuis, Kade 1",
        "Welk moment past u?",
        buttons=[
            "📅 donderdag 26 november, 14:00",
            "📅 donderdag 26 november, 15:00",
            "📅 vrijdag 27 november, 10:00",
            "🤷 Geen van deze",
        ],
    )
    chat.taps("📅 donderdag 26 november, 15:00").sees(
        "Gelukt. Uw afspraak staat.",
        "📅 donderdag 26 november, 15:00",
        *LINES[1:],
        buttons=["🔁 Verzetten", "❌ Afzeggen", "➕ Nog iets doorgeven", "👌 Zo is het goed"],
        effects=[Accept(22)],
    )
    chat.taps_data("!to:afspraak.chosen:22").at("afspraak.chosen")  # the same button twice: it stands
    chat.taps_data("!to:afspraak.chosen:21").sees(
        "Dat moment is niet meer vrij. Dat ligt niet aan u.",
        "Welk ander moment past u?",
        buttons=["📅 Nieuw moment"],
    )


def test_a_proposed_moment_that_has_just_gone(chat: Chat) -> None:
    chat.has(*PROPOSED).starts("menu").is_due("afspraak.proposed", {}).refused("slot_taken")
    chat.taps("📅 donderdag 26 november, 15:00").sees(
        "Dat moment is niet meer vrij. Dat ligt niet aan u.",
        "Welk ander moment past u?",
        buttons=["📅 donderdag 26 november, 14:00", "📅 vrijdag 27 november, 10:00", "📅 Nieuw moment"],
    )
    chat.taps("📅 Nieuw moment").at("afspraak.again")


def test_none_of_the_proposed_moments_suits(chat: Chat) -> None:
    chat.has(*PROPOSED).on("telegram").starts("menu").is_due("afspraak.proposed", {}).taps("🤷 Geen van deze").sees(
        "Dat is goed. Dank u dat u het zegt.",
        "Een medewerker zoekt een moment met u, uiterlijk woensdag 25 november.",
        "Het antwoord komt hier, in dit gesprek.",
        buttons=["👌 Zo is het goed"],
        effects=[HandOver("geen van de voorgestelde momenten"), Decline(21)],
    )


def test_proposed_in_a_hold(chat: Chat) -> None:
    chat.has(*PROPOSED).starts("menu").held().is_due("afspraak.proposed", {}).taps("🤷 Geen van deze").sees(
        "Een medewerker leest met u mee. Samen zoekt u een ander moment.", effects=[Decline(21)]
    )
    chat.taps_data("!to:afspraak.chosen:21").at("afspraak.chosen", Accept(21))
    assert chat.buttons() == ["🔁 Verzetten", "❌ Afzeggen"]


def test_in_a_hold_a_moment_that_has_gone_leaves_the_others(chat: Chat) -> None:
    chat.has(*PROPOSED).starts("menu").held().refused("slot_taken").taps_data("!to:afspraak.chosen:21")
    assert chat.texts()[0] == "Dat moment is niet meer vrij. Dat ligt niet aan u."
    assert chat.buttons()[-1] == "📅 Nieuw moment"
    assert chat.turn.effects == ()


# ---- missed ----------------------------------------------------------------------------------------------------------


def test_who_did_not_come_hears_no_reproach(chat: Chat) -> None:
    chat.has(MISSED).starts("menu").is_due("afspraak.told", told("no_show", 19)).sees(
        "Jammer dat het niet lukte op zondag 22 november. Dat kan gebeuren.",
        "Zullen we een nieuw moment zoeken? Of kan het beter anders?",
        buttons=["📅 Nieuw moment", "💡 Liever anders"],
    )
    chat.taps("💡 Liever anders").sees(
        "Wat zou u de volgende keer helpen? U mag het ook typen.",
        buttons=[
            "🕐 Een andere tijd",
            "📞 Liever bellen",
            "🏠 Bij mij thuis",
            "👥 Met iemand erbij",
            "🗣️ Met een tolk",
            "🔔 Anders herinneren",
            "⏭️ Overslaan",
        ],
    )
    chat.taps("📞 Liever bellen").sees(
        "Dank u. Daar houden we rekening mee.",
        "Wilt u nu een nieuw moment kiezen?",
        buttons=["📅 Nieuw moment", "👌 Zo is het goed"],
        effects=[Differently(19, "phone")],
    )
    chat.taps("📅 Nieuw moment").at("afspraak.again")


def test_what_would_help_in_own_words_or_not_at_all(chat: Chat) -> None:
    chat.has(MISSED).starts("menu").is_due("afspraak.told", told("no_show", 19)).taps("💡 Liever anders")
    chat.types("ik was de dag vergeten").at("afspraak.heard", Differently(19, "ik was de dag vergeten"))
    chat.types("terug").taps("⏭️ Overslaan").sees(
        "Dat is goed.", "Wilt u nu een nieuw moment kiezen?", buttons=["📅 Nieuw moment", "👌 Zo is het goed"]
    )


@pytest.mark.parametrize(("kind", "about"), DUES)
def test_every_button_of_what_is_told_lasts(chat: Chat, kind: str, about: Json) -> None:
    """Messages get old, and some come while a human holds the conversation."""
    chat.has(OFFICE, MISSED, CANCELLED, *PROPOSED).starts("menu").is_due(kind, about)
    assert chat.buttons()
    for reply in chat.turn.replies:
        assert all(button.data.startswith("!to:afspraak.") for button in reply.buttons)
