"""Contact houden: talking with who is known, an invitation, the end of help, and coming back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.aftercare import AskContact, KnownContact
from flows.grammar import HandOver, Json, Opened
from tests.transcripts.contact import CLOSED, ENDED, GONE, NOBODY, SUCCESSOR, keeps
from tests.transcripts.player import Chat

TALK = "!to:contact.talk:1"
NORMAL = "Dat iets weer lastig wordt, gebeurt vaker. Dat is heel gewoon."


def gone(chat: Chat, contact: KnownContact = GONE) -> Chat:
    """Their help ended."""
    return keeps(chat, None, contact=contact).starts("menu")


# ---- talking with who is known -------------------------------------------------------------------------------------


def test_straight_to_who_is_known(chat: Chat) -> None:
    chat.starts("menu").taps_data(TALK).sees(
        "Fijn dat u het zegt. Noor hoort het van ons.",
        "Uw verhaal hoeft niet opnieuw.",
        "U hoort uiterlijk woensdag 25 november van ons.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "U kunt hier alvast typen wat er is.",
        buttons=["👌 Zo is het goed"],
        effects=[AskContact("wil praten")],
    )
    chat.types("Ik heb een brief gekregen.").sees(
        "Dank u. Uw bericht staat klaar. U kunt nog meer typen.",
        buttons=["👌 Zo is het goed"],
    )
    chat.types("dank u wel").at("contact.noted")
    chat.taps("👌 Zo is het goed").at("welkom.menu")


def test_after_the_end_that_is_said_to_us(chat: Chat) -> None:
    gone(chat, SUCCESSOR).taps_data(TALK).at("contact.talk", AskContact("wil praten, na afsluiting"))
    assert chat.texts()[1] == "Samir werkt hier niet meer. Noor neemt het over en kent uw verhaal."


def test_where_nobody_is_known_any_of_us_answers(chat: Chat) -> None:
    gone(chat, NOBODY).taps_data(TALK).at("contact.talk", HandOver("wil praten"))
    assert chat.texts()[0] == "Fijn dat u het zegt. Een collega leest dit gesprek."


def test_in_a_hold_somebody_reads_along(chat: Chat) -> None:
    chat.starts("menu").held().taps_data(TALK).sees("Er leest nu een medewerker met u mee. Typ gerust verder.")


# ---- an invitation -------------------------------------------------------------------------------------------------


def test_an_invitation_names_no_debt(chat: Chat) -> None:
    gone(chat).is_due("contact.invited", {"name": "Noor"}).sees(
        "Noor is benieuwd hoe het met u gaat.",
        "Soms gaat het even minder goed. Dat gebeurt bij iedereen.",
        "Zullen we een keer praten? Het mag, het hoeft niet.",
        buttons=["📅 Afspraak maken", "💬 Praten met Noor", "👋 Nu liever niet"],
    )
    assert chat.turn.replies[0].sensitive
    chat.taps("👋 Nu liever niet").sees(
        "Dat is goed. Wilt u later wel praten? Dan kan dat altijd.",
        buttons=["💬 Praten met Noor", "👌 Zo is het goed"],
    )


def test_it_may_be_a_successor_who_invites(chat: Chat) -> None:
    gone(chat, SUCCESSOR).is_due("contact.invited", {"name": "Noor"})
    assert chat.texts()[1] == "Samir werkt hier niet meer. Noor neemt het over en kent uw verhaal."
    chat.types("ja graag").at("contact.talk", AskContact("wil praten, na afsluiting"))


def test_or_all_of_us(chat: Chat) -> None:
    gone(chat, NOBODY).is_due("contact.invited", {"name": None})
    assert chat.texts()[0] == "We zijn benieuwd hoe het met u gaat."
    chat.taps("💬 Praten met iemand van ons").at("contact.talk", HandOver("wil praten"))


def test_no_in_own_words(chat: Chat) -> None:
    gone(chat).is_due("contact.invited", {"name": "Noor"}).types("nee liever niet").at("contact.not_now")


# ---- the end of help -----------------------------------------------------------------------------------------------


def test_the_end_of_help(chat: Chat) -> None:
    gone(chat).is_due("contact.closed", ENDED).sees(
        "De hulp is klaar. Dat heeft u gedaan, stap voor stap.",
        "Daar mag u trots op zijn.",
        "Noor schrijft: Het ga u goed.",
        "Dit loopt nog:",
        "📌 De boete van het CJIB.",
        "U bent altijd welkom. U komt dan meteen bij Noor. Opnieuw aanmelden hoeft niet.",
        "We bewaren uw gegevens niet langer dan nodig. Vragen wat we weten, mag altijd.",
        buttons=["💬 Praten met Noor", "📋 Mijn lijst", "👌 Zo is het goed"],
    )
    chat.taps("📋 Mijn lijst").at("afspraken.standing")
    chat.taps_data(TALK).at("contact.talk", AskContact("wil praten, na afsluiting"))


@pytest.mark.parametrize("reason", ["zelf", "niet_verschenen", "verhuisd", "overig"])
def test_another_end_is_no_reproach(chat: Chat, reason: str) -> None:
    about: Json = {"name": None, "open": [], "agreements": 0, "words": "Dag.", "reason": reason}
    gone(chat, NOBODY).is_due("contact.closed", about).sees(
        "Onze hulp stopt nu. Wat u al deed, is niet voor niets geweest.",
        "💬 Dag.",
        "U bent altijd welkom. Opnieuw aanmelden hoeft dan niet.",
        "We bewaren uw gegevens niet langer dan nodig. Vragen wat we weten, mag altijd.",
        buttons=["💬 Praten met iemand van ons", "👌 Zo is het goed"],
    )


@pytest.mark.parametrize("told", ["contact.closed", "contact.invited"])
@pytest.mark.parametrize("says", ["hallo, het gaat weer mis", "het gaat slecht", "الوضع سيئ من جديد"])
def test_what_is_typed_there_is_for_who_they_know(chat: Chat, told: str, says: str) -> None:
    gone(chat).is_due(told, ENDED).types(says).at("contact.talk", AskContact("wil praten, na afsluiting"))


def test_thanks_for_the_end_of_help_ring_nobody(chat: Chat) -> None:
    gone(chat).is_due("contact.closed", ENDED).types("dank u wel").at("contact.closed")
    chat.types("prima zo").at("welkom.menu")


@pytest.mark.parametrize("told", ["contact.closed", "contact.invited"])
@pytest.mark.parametrize(
    ("language", "says"),
    [
        *[("nl", "ja"), ("nl", "Ja graag"), ("nl", "ja hoor"), ("en", "yes"), ("en", "yes please")],
        *[("ar", "نعم"), ("ar", "نعم من فضلك")],
    ],
)
def test_a_bare_yes_where_nothing_was_asked_rings_nobody(chat: Chat, language: str, says: str, told: str) -> None:
    gone(chat).speaking(language).is_due(told, ENDED)
    if told == "contact.invited":
        chat.taps_data("contact.invited:not_now")
    chat.types(says).at("contact.well")
    chat.types(says).at("contact.talk", AskContact("wil praten, na afsluiting"))


@pytest.mark.parametrize(
    ("language", "says"),
    [
        *[("nl", "ok"), ("nl", "oké"), ("nl", "ok dan"), ("nl", "later"), ("nl", "👍🏽"), ("nl", "❤️"), ("en", "ok")],
        *[("ar", "حسنا"), ("ar", "طيب")],
    ],
)
def test_ok_is_enough(chat: Chat, language: str, says: str) -> None:
    gone(chat).speaking(language).is_due("contact.closed", ENDED).types(says).at("welkom.menu")


def test_whether_a_yes_is_a_wish_is_asked(chat: Chat) -> None:
    gone(chat).is_due("contact.closed", ENDED).types("ja").sees(
        "Fijn. Wilt u nog met Noor praten?",
        "Het mag, het hoeft niet.",
        buttons=["💬 Praten met Noor", "👌 Zo is het goed"],
    )
    chat.types("nee").at("welkom.menu")
    gone(Chat(), NOBODY).is_due("contact.closed", ENDED).types("ja").at("contact.well")
    chat = chat.is_due("contact.closed", ENDED).types("ja").types("het gaat eigenlijk weer slecht")
    chat.at("contact.talk", AskContact("wil praten, na afsluiting"))


def test_nobody_writes_to_who_died(chat: Chat) -> None:
    gone(chat).is_due("contact.closed", {"reason": "overleden"}).is_silent()


def test_while_a_human_holds_the_conversation(chat: Chat) -> None:
    gone(chat).held().is_due("contact.closed", ENDED).at("contact.closed")
    assert chat.buttons() == ["💬 Praten met Noor"]


# ---- coming back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("says", ["ik wil hulp", "ik heb weer schulden", "kunt u mij helpen?"])
def test_no_new_sign_up_for_who_comes_back(chat: Chat, says: str) -> None:
    gone(chat).types(says).sees(
        "Welkom terug. Goed dat u er weer bent.",
        "Noor kent u al. Uw verhaal hoeft niet opnieuw.",
        NORMAL,
        "Wat wilt u?",
        buttons=["💬 Praten met Noor", "📅 Afspraak maken", "🙋 Opnieuw aanmelden", "🏠 Naar het menu"],
    )
    chat.taps("💬 Praten met Noor").at("contact.talk", AskContact("wil praten, na afsluiting"))
    chat.taps("👌 Zo is het goed").at("aanmelden.for_whom").taps("🏠 Naar het menu").at("welkom.menu")


def test_from_the_menu(chat: Chat) -> None:
    gone(chat, SUCCESSOR).taps("🙋 Ik wil hulp").at("aanmelden.for_whom")
    assert chat.texts()[1] == "Samir werkt hier niet meer. Noor neemt het over en kent uw verhaal."
    chat.taps("📅 Afspraak maken").at("afspraak.kind")


def test_a_sign_up_for_something_else(chat: Chat) -> None:
    gone(chat).types("ik wil hulp").taps("🙋 Opnieuw aanmelden").at("aanmelden.for_whom")
    chat.taps("👥 Voor iemand anders").at("aanmelden.knows")


def test_what_was_told_first_goes_along_with_it(chat: Chat) -> None:
    keeps(chat, None, contact=GONE).types("ik heb weer schulden en weet het niet meer").taps("🌍 Nederlands")
    chat.taps("🙋 Opnieuw aanmelden")
    assert chat.answers()["first_words"] == {"text": "ik heb weer schulden en weet het niet meer"}


def test_where_nobody_is_known_we_know_them(chat: Chat) -> None:
    gone(chat, replace(NOBODY, closed=CLOSED)).types("ik wil hulp")
    assert chat.texts()[1] == "We kennen u al. Uw verhaal hoeft niet opnieuw."
    assert chat.buttons()[0] == "💬 Praten met iemand van ons"


def test_with_a_case_that_goes_on_it_stays_as_it_is(chat: Chat) -> None:
    keeps(chat, None, contact=replace(GONE, open_case=True)).has_case("Noor").starts("aanmelden")
    assert chat.texts()[0] == "U bent al aangemeld. Dat hoeft dus niet nog een keer."


def test_from_a_link_of_its_own(chat: Chat) -> None:
    gone(chat).says(Opened("contact", place="back")).at("contact.back")
    assert chat.buttons()[-1] == "👌 Zo is het goed"


def test_a_crisis_comes_first(chat: Chat) -> None:
    gone(chat).types("ik wil hulp").types("ik word morgen uit mijn huis gezet")
    assert [reply.origin for reply in chat.turn.replies] == ["crisis.home"]
