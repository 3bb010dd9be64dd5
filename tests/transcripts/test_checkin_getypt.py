"""Check-ins in own words, by buttons of old messages, and in other languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.aftercare import AnswerCheckIn, EndCheckIn
from tests.transcripts.checkin import AFTERCARE, ANSWERS, FACES, MONEY, REST, WATCH, asked, at_contact, knows
from tests.transcripts.player import Chat

# ---- typed -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "face"),
    [
        ("heel goed", "great"),
        ("Super!", "great"),
        ("1", "great"),
        ("goed", "good"),
        ("het gaat goed hoor", "good"),
        ("prima", "good"),
        ("2", "good"),
        ("gaat wel", "so_so"),
        ("het gaat wel", "so_so"),
        ("mwah", "so_so"),
        ("niet zo goed", "bad"),
        ("niet goed", "bad"),
        ("slecht", "awful"),
        ("kut", "awful"),
        ("heel slecht", "awful"),
        ("5", "awful"),
        ("٥", "awful"),
        ("😀", "great"),
        ("🙂🙂", "good"),
        ("👍", "good"),
        ("😐", "so_so"),
        ("☹️", "bad"),
        ("😭😭 pff", "awful"),
    ],
)
def test_a_face_in_words_numbers_and_faces(chat: Chat, typed: str, face: str) -> None:
    asked(chat).types(typed).at(f"checkin.{face}", AnswerCheckIn(WATCH, "mood", face))


def test_what_is_told_is_kept_and_the_face_is_theirs_to_choose(chat: Chat) -> None:
    asked(chat).types("het is hier thuis de hele tijd ruzie").sees(
        "Dank u, dat bewaar ik bij uw antwoorden. Welk gezicht past daarbij?",
        buttons=[*FACES, *REST],
        effects=[AnswerCheckIn(WATCH, "words", {"text": "het is hier thuis de hele tijd ruzie"})],
    )
    chat.types("😢").at("checkin.awful", AnswerCheckIn(WATCH, "mood", "awful"))
    chat.types("de huur is omhoog gegaan dit jaar").at(
        "checkin.awful",
        AnswerCheckIn(
            WATCH, "words", {"text": "het is hier thuis de hele tijd ruzie\nde huur is omhoog gegaan dit jaar"}
        ),
        notice="Dank u. Ik bewaar dat bij uw antwoorden. Kies nog een knop.",
    )
    chat.types("nee").at("checkin.tight", AnswerCheckIn(WATCH, "balance", "no"))


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("nl", "ik heb weer schulden gemaakt"),
        ("nl", "mijn schulden zijn bijna weg"),
        ("en", "I have new debts again"),
        ("ar", "لدي ديون جديدة"),
    ],
)
def test_debts_that_are_named_are_told_to_who_they_know(chat: Chat, language: str, typed: str) -> None:
    """They have signed up; the word alone would lead to signing up."""
    asked(chat, language=language).types(typed).at("checkin.mood", AnswerCheckIn(WATCH, "words", {"text": typed}))


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("nl", "nee ik ben mijn baan kwijt"),
        ("en", "no i lost my job"),
        ("ar", "لا أريد أن أموت"),
        ("ar", "لا أنام من التفكير"),
    ],
)
def test_a_sentence_with_a_no_in_it_declines_nothing(chat: Chat, language: str, typed: str) -> None:
    asked(chat, language=language).types(typed).at("checkin.mood", AnswerCheckIn(WATCH, "words", {"text": typed}))


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        *[("nl", "nee"), ("nl", "nee dank u"), ("nl", "nee liever niet"), ("nl", "rot op"), ("en", "no thanks")],
        *[("en", "nah"), ("ar", "لا"), ("ar", "لا شكرا"), ("ar", "لا أريد")],
    ],
)
def test_a_plain_no_declines(chat: Chat, language: str, typed: str) -> None:
    asked(chat, language=language).types(typed).at("checkin.declined", EndCheckIn(WATCH, declined=True))


@pytest.mark.parametrize(
    ("typed", "face"), [("slecht mijn man is weg", "awful"), ("ging wel maar nu weer schulden", "so_so")]
)
def test_what_is_told_beside_a_face_is_kept_with_it(chat: Chat, typed: str, face: str) -> None:
    words = AnswerCheckIn(WATCH, "words", {"text": typed})
    asked(chat).types(typed).at(f"checkin.{face}", AnswerCheckIn(WATCH, "mood", face), words)


def test_what_is_told_beside_a_no_is_kept_with_it(chat: Chat) -> None:
    words = AnswerCheckIn(WATCH, "words", {"text": "nee niemand helpt mij toch"})
    at_contact(chat).types("nee niemand helpt mij toch")
    chat.at("checkin.ended", AnswerCheckIn(WATCH, "contact", "no"), words, EndCheckIn(WATCH))


def test_how_often_this_comes_is_told_and_kept_as_no_answer(chat: Chat) -> None:
    at_contact(chat, language="en").types("how often do i get this").at("contact.plan")
    asked(Chat()).types("hoe vaak krijg ik dit").at("contact.plan")
    asked(Chat(), language="ar").types("كم مرة تصلني هذه الرسالة").at("contact.plan")


def test_not_now_is_no_contact_and_no_riddle(chat: Chat) -> None:
    at_contact(chat).types("later").at("checkin.ended", EndCheckIn(WATCH))


def test_laughing_and_crying_is_no_answer(chat: Chat) -> None:
    asked(chat).types("😀😢").at("checkin.mood", notice=None)
    assert chat.texts()[0] == "Dat begreep ik niet goed. Kies een knop, of typ het nummer van uw keuze."


def test_a_wish_is_no_story_and_leads_there(chat: Chat) -> None:
    asked(chat).types("ik wil een afspraak maken").at("afspraak.kind")


@pytest.mark.parametrize(
    ("typed", "balance"),
    [("ja hoor", "yes"), ("lukt", "yes"), ("krap", "just"), ("net aan", "just"), ("nee", "no"), ("te weinig", "no")],
)
def test_money_typed(chat: Chat, typed: str, balance: str) -> None:
    asked(chat).types("goed").types(typed)
    assert chat.turn.effects == (AnswerCheckIn(WATCH, "balance", balance),)


def test_a_reason_why_a_human_is_wanted_is_kept(chat: Chat) -> None:
    at_contact(chat).types("dat weet ik nog niet want Noor is vaak weg")
    chat.at("checkin.contact", AnswerCheckIn(WATCH, "words", {"text": "dat weet ik nog niet want Noor is vaak weg"}))
    chat.types("doe maar").at("checkin.ended", AnswerCheckIn(WATCH, "contact", "yes"), EndCheckIn(WATCH))


# ---- however old -----------------------------------------------------------------------------------------------------


def test_a_face_tapped_long_after_counts(chat: Chat) -> None:
    asked(chat).types("menu").at("welkom.menu").waits(timedelta(days=40))
    chat.taps_data(f"!to:checkin.bad:{WATCH}").at("checkin.bad", AnswerCheckIn(WATCH, "mood", "bad"))


def test_another_face_after_all(chat: Chat) -> None:
    asked(chat).taps("🙂 Goed").taps_data(f"!to:checkin.bad:{WATCH}")
    chat.at("checkin.bad", AnswerCheckIn(WATCH, "mood", "bad"), notice=None)
    chat.taps_data(f"!to:checkin.bad:{WATCH}").at("checkin.bad")


def test_answered_already(chat: Chat) -> None:
    at_contact(chat).types("nee").taps_data(f"!to:checkin.awful:{WATCH}").sees(
        "U heeft dit al laten weten. Dank u wel.",
        "Gaat het nu anders? Vertel het ons gerust.",
        buttons=["💬 Praten met Noor", "👌 Oké"],
    )
    chat.taps("💬 Praten met Noor")
    assert chat.turn.replies[0].origin == "contact.talk"


def test_too_late_is_said_kindly(chat: Chat) -> None:
    knows(chat, WATCH, state="over").starts("menu").taps_data(f"!to:checkin.good:{WATCH}").sees(
        "Fijn dat u iets laat horen.",
        "Deze vraag is al voorbij. Dat geeft niet.",
        "Wilt u vertellen hoe het gaat? Dat kan altijd.",
        buttons=["💬 Praten met Noor", "👌 Oké"],
    )
    chat.taps_data(f"!to:checkin.declined:{WATCH}").at("checkin.declined")


def test_a_question_of_an_earlier_time_does_not_become_one_of_now(chat: Chat) -> None:
    """Half way through one, the next is asked: the first is over when one comes back to it."""
    asked(chat).types("goed").types("ja").at("checkin.changes", AnswerCheckIn(WATCH, "balance", "yes"))
    knows(chat, WATCH, state="over").is_due("checkin.ask", {"check_in": AFTERCARE}).at("checkin.mood")
    chat.types("goed").types("genoeg").at("checkin.ended", EndCheckIn(AFTERCARE))
    chat.taps("👌 Oké").at("checkin.changes", notice="Deze vraag is al voorbij. Dat geeft niet.")


def test_a_button_that_was_never_theirs(chat: Chat) -> None:
    for face in ("great", "declined"):
        chat.starts("menu").taps_data(f"!to:checkin.{face}:99").sees(
            "Er staat nu geen vraag voor u klaar.",
            "Wilt u vertellen hoe het gaat? Dat kan altijd.",
            buttons=["💬 Praten met Noor", "👌 Oké"],
        )


def test_a_face_while_a_human_talks_counts_and_the_question_waits(chat: Chat) -> None:
    chat.starts("menu").held().taps_data(f"!to:checkin.bad:{WATCH}").sees(
        "🙁 Dank u dat u het zegt. Een moeilijke tijd hoort erbij.",
        "Dank u. We bewaren dit bij uw antwoorden.",
        effects=[AnswerCheckIn(WATCH, "mood", "bad")],
    )
    chat.is_handed_back().at("checkin.bad")
    assert chat.buttons() == MONEY


def test_declined_while_a_human_talks(chat: Chat) -> None:
    chat.starts("menu").held().taps_data(f"!to:checkin.declined:{WATCH}").sees(
        "Dat is goed. Dan slaan we deze keer over.",
        buttons=["⏸️ Even niet"],
        effects=[EndCheckIn(WATCH, declined=True)],
    )
    chat.taps_data(f"!to:checkin.bad:{WATCH}").at("checkin.bad", AnswerCheckIn(WATCH, "mood", "bad"))


def test_a_face_after_all(chat: Chat) -> None:
    asked(chat).types("nee").at("checkin.declined", EndCheckIn(WATCH, declined=True)).taps("👌 Oké")
    chat.taps_data(f"!to:checkin.awful:{WATCH}").at("checkin.awful", AnswerCheckIn(WATCH, "mood", "awful"))
    chat.types("genoeg").at("checkin.ended", EndCheckIn(WATCH))
    assert ANSWERS[0] in chat.texts()


def test_a_pause_by_one_tap(chat: Chat) -> None:
    asked(chat).taps("⏸️ Even niet")
    assert chat.turn.replies[0].origin == "contact.pause"


# ---- other languages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "face"),
    [
        ("great", "great"),
        ("I am fine", "good"),
        ("im gud", "good"),
        ("very tired", "bad"),
        ("so so", "so_so"),
        ("not so good", "bad"),
        ("terrible", "awful"),
        ("3", "so_so"),
    ],
)
def test_a_face_in_english(chat: Chat, typed: str, face: str) -> None:
    asked(chat, language="en").types(typed).at(f"checkin.{face}", AnswerCheckIn(WATCH, "mood", face))


def test_all_of_it_in_english(chat: Chat) -> None:
    asked(chat, language="en").types("not well")
    assert chat.texts() == [
        "🙁 Thank you for telling us. Everyone has hard times.",
        "Do you have enough money to get by?",
    ]
    chat.types("only just").types("no thanks").types("nothing changed").types("yes please")
    chat.at("checkin.ended", AnswerCheckIn(WATCH, "contact", "yes"), EndCheckIn(WATCH))
    assert chat.texts()[1] == "Noor will contact you by Wednesday 25 November at the latest."


@pytest.mark.parametrize(
    ("typed", "face"),
    [
        ("ممتاز", "great"),
        ("الحمد لله", "good"),
        ("ماشي الحال", "so_so"),
        ("ليس جيدا", "bad"),
        ("ta3bane", "bad"),
        ("mish kwayes", "bad"),
        ("alhamdulillah", "good"),
        ("mashi el hal", "so_so"),
        ("سيئ جدا", "awful"),
        ("٤", "bad"),
    ],
)
def test_a_face_in_arabic(chat: Chat, typed: str, face: str) -> None:
    asked(chat, language="ar").types(typed).at(f"checkin.{face}", AnswerCheckIn(WATCH, "mood", face))


def test_all_of_it_in_arabic(chat: Chat) -> None:
    asked(chat, language="ar").types("سيئ").types("لا").at("checkin.tight", AnswerCheckIn(WATCH, "balance", "no"))
    chat.types("لا شكرا").types("العمل").types("تم")
    chat.at("checkin.contact", AnswerCheckIn(WATCH, "changes", ["work"]))
    chat.types("نعم").at("checkin.ended", AnswerCheckIn(WATCH, "contact", "yes"), EndCheckIn(WATCH))


@pytest.mark.parametrize("typed", ["اتركوني وشأني", "خلوني بحالي"])
def test_left_alone_in_arabic(chat: Chat, typed: str) -> None:
    asked(chat, language="ar").types(typed)
    assert chat.turn.replies[0].origin == "woorden.stopped"
