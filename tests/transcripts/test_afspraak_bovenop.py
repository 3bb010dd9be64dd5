"""A message about an appointment lies on top of a question: what is typed reaches the one it is meant for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.agenda import Confirm
from flows.grammar import Category, HandOver, OptOut, RaiseAlarm, Urgency
from tests.transcripts.afspraak import DUES, MISSED, OFFICE, PHONE, PROPOSED
from tests.transcripts.player import Chat

DAY = DUES[0]
ANSWERED = "Ik lees dit als antwoord op mijn eerdere vraag. De knoppen van het laatste bericht blijven werken."
#: Around what is filled into a text that is read from right to left.
ISOLATES = dict.fromkeys(map(ord, "\u2068\u2069"))
UNCLEAR = "Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze."


def at_place(chat: Chat) -> Chat:
    """At an open question of the sign-up, with a reminder on top."""
    chat.has(OFFICE).starts("aanmelden").taps("🙋 Voor mijzelf").picks("🚓 Boetes", "👉 Klaar").taps("⏭️ Overslaan")
    assert chat.turn.replies[0].origin == "aanmelden.place"
    return chat.is_due(*DAY).at("afspraak.reminder")


def at_worries(chat: Chat) -> Chat:
    """At boxes to tick, with a reminder on top."""
    chat.has(OFFICE).starts("aanmelden").taps("🙋 Voor mijzelf")
    assert chat.turn.replies[0].origin == "aanmelden.worries"
    return chat.is_due(*DAY).at("afspraak.reminder")


# ---- meant for the question below ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"), [("nl", "2901 AB"), ("nl", "ik woon in de buurt Molenwijk"), ("en", "2901"), ("ar", "٢٩٠١")]
)
def test_an_answer_to_the_open_question_below_is_one(chat: Chat, language: str, text: str) -> None:
    at_place(chat).speaking(language).types(text)
    assert chat.turn.replies[0].origin == "aanmelden.name"
    assert chat.answers()["place"] == {"text": text}


def test_what_became_of_it_is_said(chat: Chat) -> None:
    at_place(chat).types("2901").at("aanmelden.name", notice=ANSWERED)
    chat.taps_data("!to:afspraak.coming:17").at("afspraak.coming", Confirm(17))
    chat.taps("👌 Zo is het goed").at("aanmelden.name")


@pytest.mark.parametrize(("language", "text"), [("nl", "huur"), ("en", "rent"), ("ar", "سكن")])
def test_an_answer_to_the_choices_below_is_one(chat: Chat, language: str, text: str) -> None:
    at_worries(chat).speaking(language).types(text)
    assert chat.turn.replies[0].origin == "aanmelden.worries"
    assert chat.answers()["worries"] == ["rent"]


def test_the_kind_of_another_appointment_is_chosen_below_a_reminder(chat: Chat) -> None:
    chat.has(OFFICE).starts("afspraak").is_due(*DAY).types("huisbezoek").at("afspraak.day", notice=ANSWERED)
    assert chat.answers("afspraak")["kind"] == "home"


def test_a_day_is_chosen_below_a_reminder(chat: Chat) -> None:
    chat.has(OFFICE).starts("afspraak").taps("📞 Telefoon").is_due(*DAY).types("woensdag").at(
        "afspraak.time", notice=ANSWERED
    )


def test_after_the_reminder_was_answered_the_question_still_can_be(chat: Chat) -> None:
    at_place(chat).types("ik kom").at("afspraak.coming", Confirm(17)).types("2901").at(
        "aanmelden.name", notice=ANSWERED
    )


def test_two_messages_on_top_are_one(chat: Chat) -> None:
    at_place(chat).is_due(*DUES[1]).at("afspraak.reminder").types("2901").at("aanmelden.name", notice=ANSWERED)


def test_a_button_of_the_question_below_works(chat: Chat) -> None:
    chat.has(OFFICE).starts("afspraak").is_due(*DAY).taps_data("afspraak.kind:phone").at("afspraak.day")
    assert chat.texts()[0] == "Welke dag komt u goed uit?"


def test_boxes_below_a_reminder_can_be_ticked_at_once(chat: Chat) -> None:
    chat.has(OFFICE).starts("aanmelden").taps("🙋 Voor mijzelf")
    asked = chat.turn
    chat.is_due(*DAY).turn = asked
    chat.picks("🚓 Boetes", "👉 Klaar").at("aanmelden.urgency")
    assert chat.answers()["worries"] == ["fines"]


@pytest.mark.parametrize(("kind", "about"), DUES[2:])
def test_it_is_the_same_below_whatever_was_told(chat: Chat, kind: str, about: object) -> None:
    chat.has(OFFICE, MISSED, *PROPOSED, OFFICE).starts("aanmelden").taps("🙋 Voor mijzelf")
    chat.picks("🚓 Boetes", "👉 Klaar").taps("⏭️ Overslaan").is_due(kind, about)  # type: ignore[arg-type] # JSON
    chat.types("2901").at("aanmelden.name", notice=ANSWERED)


# ---- meant for what lies on top --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "screen"),
    [
        ("nl", "ik kom", "coming"),
        ("nl", "ja ik zal er zijn hoor", "coming"),
        ("nl", "kan niet", "cancelling"),
        ("nl", "ik kan helaas niet komen want mijn kind is ziek", "cancelling"),
        ("nl", "het komt mij niet goed uit", "cancelling"),
        ("nl", "kan het een uurtje later", "moving"),
        ("en", "I will be there", "coming"),
        ("en", "sorry I can't make it", "cancelling"),
        ("en", "can we find another time", "moving"),
        ("ar", "سأحضر", "coming"),
        ("ar", "لا أستطيع الحضور", "cancelling"),
        ("ar", "أريد تأجيل الموعد", "moving"),
    ],
)
def test_an_answer_to_the_reminder_is_one(chat: Chat, language: str, text: str, screen: str) -> None:
    at_place(chat).speaking(language).types(text)
    assert chat.turn.replies[0].origin == f"afspraak.{screen}"
    assert "place" not in chat.answers()


def test_in_a_sentence_cancelled_and_back_at_the_question(chat: Chat) -> None:
    at_place(chat).types("ik kan helaas niet komen want mijn kind is ziek").taps("👍 Ja, afzeggen")
    chat.taps("👌 Zo is het goed").at("aanmelden.place")


def test_while_moving_what_is_not_understood_is_no_answer_to_the_question_below(chat: Chat) -> None:
    at_place(chat).taps("🔁 Verzetten").types("blauwe paraplu").at("afspraak.moving", notice=UNCLEAR)


def test_without_a_question_below_what_is_not_understood_is_asked_again(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").is_due(*DAY).types("blauwe paraplu").at("afspraak.reminder", notice=UNCLEAR)


def test_boxes_below_that_do_not_get_it_either_leave_the_reminder(chat: Chat) -> None:
    chat.has(OFFICE).starts("afspraak").is_due(*DAY).types("blauwe paraplu").at("afspraak.reminder", notice=UNCLEAR)
    chat.types("blauwe paraplu").at("overdracht.offer")


@pytest.mark.parametrize(
    ("language", "text", "screen"),
    [
        ("nl", "mijn afspraken", "afspraken.standing"),
        ("nl", "ik wil nog een afspraak maken", "afspraak.kind"),
        ("en", "I want to make an appointment", "afspraak.kind"),
        ("ar", "مواعيدي", "afspraken.standing"),
    ],
)
def test_another_wish_about_appointments_is_no_answer_to_the_question_below(
    chat: Chat, language: str, text: str, screen: str
) -> None:
    at_place(chat).speaking(language).types(text).at(screen)
    assert "place" not in chat.answers()


# ---- what always comes first -----------------------------------------------------------------------------------------


def test_a_crisis_comes_first(chat: Chat) -> None:
    at_place(chat).types("morgen word ik uit mijn huis gezet").at(
        "crisis.home", RaiseAlarm(Category.HOME), HandOver("crisis: huis", Urgency.CRISIS)
    )


def test_words_that_always_work_still_do(chat: Chat) -> None:
    at_place(chat).types("mens").at("overdracht.asked", HandOver("vraagt om een mens"))
    chat.taps("👉 Verder").types("waarom").at("afspraak.reminder")
    chat.types("terug").at("aanmelden.place")
    chat.is_due(*DAY).types("stop").at("woorden.stopped", OptOut())


# ---- asked about the appointment -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("nl", "waar is het?", "De afspraak is hier: Stadhuis, Kade 1."),
        ("nl", "hoe laat", "Uw afspraak is op donderdag 26 november, 10:00."),
        ("nl", "hoe lang duurt het", "Het gesprek duurt ongeveer 60 minuten."),
        ("nl", "met wie", "U spreekt Fatma."),
        ("nl", "wat moet ik meenemen", "U hoeft niets mee te nemen of klaar te leggen."),
        ("nl", "mag mijn zoon mee?", "U mag gerust iemand meenemen. Dat is welkom."),
        ("en", "where is it", "The appointment is here: Stadhuis, Kade 1."),
        ("en", "what time is it", "Your appointment is on Thursday 26 November, 10:00."),
        ("en", "how long will it take?", "The talk takes about 60 minutes."),
        ("en", "who is it with", "You will speak with Fatma."),
        ("en", "what do I need to bring", "You do not need to bring or prepare anything."),
        ("ar", "أين الموعد؟", "الموعد هنا: Stadhuis, Kade 1."),
        ("ar", "في أي ساعة", "موعدك الخميس، 26 نوفمبر، 10:00."),
        ("ar", "كم يستغرق", "يستغرق الحديث حوالي 60 دقيقة."),
        ("ar", "مع من", "ستتحدث مع Fatma."),
        ("ar", "ماذا يجب أن أحضر معي", "لا حاجة إلى إحضار أو تجهيز أي شيء."),
    ],
)
def test_a_question_about_the_appointment_is_answered(chat: Chat, language: str, text: str, said: str) -> None:
    at_place(chat).speaking(language).types(text).at("afspraak.reminder")
    assert chat.texts()[0].translate(ISOLATES) == said
    chat.types("2901")
    assert chat.turn.replies[0].origin == "aanmelden.name"


def test_an_answered_question_is_not_answered_again_with_the_next(chat: Chat) -> None:
    chat.has(OFFICE).starts("menu").is_due(*DAY)
    reminder = chat.texts()
    chat.types("waar is het").types("kort")
    assert chat.texts() == reminder


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("📞 Telefoon", "We bellen u. U hoeft nergens heen."),
        ("🎥 Videobellen", "We spreken u via videobellen. U hoeft nergens heen."),
        ("🏠 Bij mij thuis", "We komen bij u thuis."),
        ("📍 Ergens anders", "We spreken af op een plek die u goed uitkomt."),
        ("🏢 Op kantoor", "De afspraak is hier: Stadhuis, Kade 1."),
    ],
)
def test_where_one_is_that_was_made_just_now(chat: Chat, kind: str, said: str) -> None:
    chat.starts("afspraak").taps(kind).types("dinsdag").types("9 uur").types("waar is het")
    assert chat.texts()[0] == said
    assert chat.turn.effects == ()


def test_where_a_video_talk_is_says_its_link(chat: Chat) -> None:
    link = "https://video.voorbeeld.example/k7m2"
    chat.has(replace(OFFICE, kind="video", place=link)).starts("menu").is_due(*DAY).types("waar is het")
    assert chat.texts()[0] == f"We spreken u via videobellen. Dit is de link: {link}"


def test_who_brings_papers_is_told_what(chat: Chat) -> None:
    chat.starts("afspraak").taps("🗂️ Samen papieren ordenen").types("dinsdag").types("9 uur").types(
        "moet ik iets meenemen"
    )
    assert chat.texts()[0] == "Neem gerust uw post mee. Dichte brieven mogen ook."


def test_of_several_appointments_each_is_told(chat: Chat) -> None:
    chat.has(PHONE, OFFICE).starts("afspraken").types("waar is het").at("afspraken.standing")
    assert chat.texts()[:4] == [
        "📅 donderdag 26 november, 10:00",
        "De afspraak is hier: Stadhuis, Kade 1.",
        "📅 vrijdag 27 november, 10:00",
        "We bellen u. U hoeft nergens heen.",
    ]
    chat.types("hoe laat is het")
    assert chat.texts()[:2] == [
        "Uw afspraak is op donderdag 26 november, 10:00.",
        "Uw afspraak is op vrijdag 27 november, 10:00.",
    ]


def test_of_none_there_is_nothing_to_tell(chat: Chat) -> None:
    chat.starts("afspraken").types("waar is het").at("afspraken.standing", notice="U heeft nu geen afspraak staan.")


def test_a_proposed_moment_can_be_asked_about(chat: Chat) -> None:
    chat.has(PROPOSED[0]).starts("menu").is_due("afspraak.proposed", {}).types("hoe lang duurt het").at(
        "afspraak.proposed", notice="Het gesprek duurt ongeveer 60 minuten."
    )
