"""Grades for what someone just went through: offered once, in numbers or words, without a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.limits import LIMITS
from bot.channels.rendering import render
from bot.play_ratings import NUMBERS
from flows.grammar import Category, RaiseAlarm
from flows.ratings import EndRating, Grade, Occasion, Rating, SayMore
from flows.tevredenheid_cijfer import grade_in
from tests.transcripts.contact import GONE, keeps
from tests.transcripts.player import TONGUE, Chat

SIGNED_UP, INTAKE = NUMBERS[Occasion.SIGNED_UP], NUMBERS[Occasion.INTAKE]
END, YEAR_ON = NUMBERS[Occasion.END], NUMBERS[Occasion.YEAR_ON]
INVITATION = ["⭐ Cijfer geven", "🕒 Straks", "🙅 Liever niet"]
GRADES = ["😀 10", "😀 9", "🙂 8", "🙂 7", "😐 6", "😐 5", "🙁 4", "🙁 3", "😢 2", "😢 1"]
GRADED = [*GRADES, "⏭️ Overslaan", "✅ Zo is het genoeg"]


def rated(chat: Chat, number: int, language: str = "nl") -> Chat:
    """Someone at the menu who is asked for a grade."""
    return chat.starts("menu").speaking(language).is_due("tevredenheid.ask", {"rating": number})


def test_after_sign_up_one_grade_and_a_word_of_advice(chat: Chat) -> None:
    rated(chat, SIGNED_UP).sees(
        "U heeft zich bij ons aangemeld. Hoe was dat voor u?",
        "Met uw cijfer maken wij onze hulp beter. Uw naam staat er niet bij.",
        "Het duurt een minuut. Het mag, het hoeft niet.",
        buttons=INVITATION,
    )
    chat.taps("⭐ Cijfer geven").sees(
        "Hoe makkelijk was het om u aan te melden?", "1 is heel moeilijk. 10 is heel makkelijk.", buttons=GRADED
    )
    chat.taps("🙂 8").sees(
        "Wat kunnen wij beter doen?",
        "U kunt het hier typen. Noem liever geen namen.",
        buttons=["⏭️ Overslaan"],
        effects=[Grade(SIGNED_UP, "1", 8)],
    )
    chat.types("Sneller terugbellen").sees(
        "Dank u wel. Hier leren wij van.",
        "Ging iets niet goed? Wilt u erover praten? Dat kan altijd.",
        buttons=["💬 Praten met een mens", "👌 Oké"],
        effects=[SayMore(SIGNED_UP, {"text": "Sneller terugbellen"}), EndRating(SIGNED_UP)],
    )
    chat.taps("👌 Oké").at("welkom.menu")


def test_after_the_first_talk_two_grades_one_at_a_time(chat: Chat) -> None:
    rated(chat, INTAKE).taps("⭐ Cijfer geven").sees(
        "Voelt u dat wij u vertrouwen?", "1 is helemaal niet. 10 is helemaal wel.", buttons=GRADED
    )
    chat.taps("😀 10").sees(
        "Hoe duidelijk is het voor u wat er gaat gebeuren?",
        "1 is heel onduidelijk. 10 is heel duidelijk.",
        buttons=GRADED,
        effects=[Grade(INTAKE, "2", 10)],
    )
    chat.taps("😢 1").at("tevredenheid.more", Grade(INTAKE, "3", 1))
    chat.taps("⏭️ Overslaan").at("tevredenheid.ended", EndRating(INTAKE))


@pytest.mark.parametrize(
    ("number", "opening", "first", "last"),
    [
        (
            END,
            "Wij hebben u een tijd geholpen. Hoe was dat voor u?",
            "Bleven wij u helpen, ook als iets niet lukte?",
            "Kreeg u door ons meer rust van uw schuldeisers?",
        ),
        (
            YEAR_ON,
            "Een jaar geleden stopte onze hulp. Hoe kijkt u erop terug?",
            "Hoe goed lukt het nu om zonder geldzorgen te leven?",
            "Voelt u dat wij u vertrouwen?",
        ),
    ],
)
def test_at_the_end_and_a_year_on(chat: Chat, number: int, opening: str, first: str, last: str) -> None:
    assert rated(chat, number).texts()[0] == opening
    assert chat.taps("⭐ Cijfer geven").texts()[0] == first
    assert chat.types("7").texts()[0] == last


def test_what_a_list_of_ten_has_no_room_for_is_one_tap_away(chat: Chat) -> None:
    reply = rated(chat, SIGNED_UP).taps("⭐ Cijfer geven").turn.replies[0]
    pages = [render(reply, "nl", TONGUE, LIMITS["whatsapp"], page=page)[-1] for page in (1, 2)]
    assert [button.title for button in pages[0].buttons] == [*GRADES[:9], "➕ Meer keuzes"]
    assert [button.title for button in pages[1].buttons[:3]] == [GRADES[9], "⏭️ Overslaan", "✅ Zo is het genoeg"]


# ---- leaving things out ----------------------------------------------------------------------------------------------


def test_rather_not(chat: Chat) -> None:
    rated(chat, END).types("nee").sees(
        "Dat is helemaal goed. U hoeft geen cijfer te geven.",
        "Wij vragen dit niet nog een keer.",
        buttons=["👌 Oké"],
        effects=[EndRating(END, declined=True)],
    )
    chat.taps_data(f"!to:tevredenheid.first:{END}").at("tevredenheid.first")
    assert chat.texts()[0] == "Deze vraag is voorbij. U hoeft er niets meer mee te doen."


def test_everything_skipped(chat: Chat) -> None:
    rated(chat, INTAKE).taps("⭐ Cijfer geven").taps("⏭️ Overslaan").at("tevredenheid.last")
    chat.types("weet ik niet").at("tevredenheid.more").types("geen idee").sees(
        "Dat is goed. U hoeft niets te zeggen.",
        buttons=["💬 Praten met een mens", "👌 Oké"],
        effects=[EndRating(INTAKE)],
    )


def test_enough_after_the_first(chat: Chat) -> None:
    rated(chat, INTAKE).taps("⭐ Cijfer geven").taps("🙂 7").taps("✅ Zo is het genoeg")
    chat.at("tevredenheid.ended", EndRating(INTAKE), notice="Dank u wel. Hier leren wij van.")


def test_later_and_days_after_the_same_button_leads_on(chat: Chat) -> None:
    rated(chat, INTAKE).taps("🕒 Straks").at("welkom.menu").waits(timedelta(days=3))
    chat.taps_data(f"!to:tevredenheid.first:{INTAKE}").at("tevredenheid.first").taps("🙂 8").waits(timedelta(days=2))
    chat.opens().at("tevredenheid.last").types("6").at("tevredenheid.more", Grade(INTAKE, "3", 6))


def test_second_thoughts(chat: Chat) -> None:
    rated(chat, INTAKE).taps("⭐ Cijfer geven").taps("🙁 4").types("terug").sees(
        "Voelt u dat wij u vertrouwen?",
        "1 is helemaal niet. 10 is helemaal wel.",
        "U gaf al een cijfer. U mag dat veranderen.",
        buttons=GRADED,
    )
    chat.types("5").at("tevredenheid.last", Grade(INTAKE, "2", 5))
    chat.types("terug").at("tevredenheid.first").types("terug").at("tevredenheid.asked")
    chat.types("terug").at("welkom.menu")


def test_a_button_of_another_time_gives_no_grade(chat: Chat) -> None:
    rated(chat, END).taps("⭐ Cijfer geven").taps_data(f"tevredenheid.first:{INTAKE}.2.1")
    chat.at("tevredenheid.first", notice="Die knop hoort bij een eerdere vraag. Hier zijn we nu:")


@pytest.mark.parametrize("number", [END, 99])
def test_too_late_or_never_theirs(chat: Chat, number: int) -> None:
    chat.ratings.all = [replace(one, open=False) for one in chat.ratings.all]
    for screen in ("first", "last", "declined"):
        chat.starts("menu").taps_data(f"!to:tevredenheid.{screen}:{number}").at(f"tevredenheid.{screen}")
        assert chat.texts()[-1] == "Wilt u iets bespreken? Dat kan altijd."
        assert chat.buttons() == ["💬 Praten met een mens", "👌 Oké"]


def test_nobody_is_asked_while_a_human_talks(chat: Chat) -> None:
    chat.starts("menu").held().is_due("tevredenheid.ask", {"rating": END}).is_silent()
    chat.taps_data(f"!to:tevredenheid.first:{END}").sees(
        "U praat nu met een medewerker. Deze vraag blijft staan voor later."
    )
    chat.taps_data(f"!to:tevredenheid.declined:{END}").at("tevredenheid.declined", EndRating(END, declined=True))
    assert chat.buttons() == []


def test_nothing_is_asked_about_nothing(chat: Chat) -> None:
    chat.starts("menu").is_due("tevredenheid.ask").is_silent()


def test_a_question_below_it_can_still_be_answered(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").is_due("tevredenheid.ask", {"rating": END}).at(
        "tevredenheid.asked"
    )
    chat.types("huur").at("aanmelden.worries")
    assert "☑️ 🏠 Huur of hypotheek" in chat.buttons()


# ---- typed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "grade"),
    [
        ("8", 8),
        ("een 8", 8),
        ("ik geef een 8", 8),
        ("8 hoor", 8),
        ("8,0", 8),
        ("8/10", 8),
        ("8 van de 10", 8),
        ("acht", 8),
        ("een tien!", 10),
        ("10 van de 10", 10),
        ("een", 1),
        ("1", 1),
        ("٨", 8),
        ("ثمانية", 8),
        ("a nine", 9),
        ("two", 2),
        ("8,5", "whole"),
        ("7 of 8", "whole"),
        ("7½", "whole"),
        ("een 7 en een half", "whole"),
        ("0", "range"),
        ("11", "range"),
        ("3 weken", None),
        ("2 keer gebeld", None),
        ("ثلاثة أسابيع 3 أسابيع", None),
        ("ze belden mij twee keer", None),
        ("prima", None),
        ("lijn 3 was altijd bezet", None),
        ("20 of 30", None),
        ("3 mensen spraken mij", None),
        ("ik wacht nu al 3 hele dagen lang", None),
    ],
)
def test_what_is_a_grade(typed: str, grade: object) -> None:
    assert grade_in(typed) == grade


def test_a_half_and_too_much_are_asked_again(chat: Chat) -> None:
    rated(chat, SIGNED_UP).taps("⭐ Cijfer geven").types("8,5")
    chat.at("tevredenheid.last", notice="Een heel cijfer kan ik bewaren. Welk cijfer kiest u?")
    chat.types("11").at("tevredenheid.last", notice="Kies een cijfer van 1 tot en met 10.")
    chat.types("acht").at("tevredenheid.more", Grade(SIGNED_UP, "1", 8))


def test_who_tells_instead_is_heard_and_asked_for_the_grade(chat: Chat) -> None:
    rated(chat, INTAKE).taps("⭐ Cijfer geven").types("niemand luisterde echt naar mij")
    chat.at("tevredenheid.first", notice="Dank u, dat schrijf ik erbij. Welk cijfer hoort daarbij?")
    chat.types("een 3 want niemand belde").at("tevredenheid.last", Grade(INTAKE, "2", 3))
    chat.taps("⏭️ Overslaan").types("luisteren").at(
        "tevredenheid.ended",
        SayMore(INTAKE, {"text": "een 3 want niemand belde\nluisteren"}),
        EndRating(INTAKE),
    )


def test_a_wish_and_a_question_are_no_grade(chat: Chat) -> None:
    rated(chat, SIGNED_UP).taps("⭐ Cijfer geven").types("hoezo wil je dat van mij weten?").at("tevredenheid.last")
    assert Grade not in map(type, chat.turn.effects)
    chat.types("ik wil graag een afspraak maken").at("afspraak.kind")


def test_why_and_a_crisis_at_the_open_question(chat: Chat) -> None:
    rated(chat, SIGNED_UP).types("waarom")
    assert chat.texts()[0] == "Zo zien wij wat goed gaat, en wat beter kan. Bij de cijfers staat geen naam."
    chat.taps("⭐ Cijfer geven").types("9").types("ik wil niet meer leven")
    assert chat.turn.replies[0].origin == "crisis.life"
    assert RaiseAlarm(Category.LIFE) in chat.turn.effects
    assert Grade(SIGNED_UP, "1", 9) not in chat.turn.effects


# ---- other languages -----------------------------------------------------------------------------------------------


def test_in_english(chat: Chat) -> None:
    rated(chat, SIGNED_UP, "en").taps("⭐ Give a grade").sees(
        "How easy was it to sign up?",
        "1 is very hard. 10 is very easy.",
        buttons=[*GRADES, "⏭️ Skip", "✅ That is enough"],
    )
    chat.types("a nine").at("tevredenheid.more", Grade(SIGNED_UP, "1", 9))
    chat.types("Call back sooner").at(
        "tevredenheid.ended", SayMore(SIGNED_UP, {"text": "Call back sooner"}), EndRating(SIGNED_UP)
    )


def test_in_arabic(chat: Chat) -> None:
    rated(chat, INTAKE, "ar").taps("⭐ إعطاء درجة").types("٨").at("tevredenheid.last", Grade(INTAKE, "2", 8))
    chat.types("تسعة").at("tevredenheid.more", Grade(INTAKE, "3", 9))
    chat.types("لا شكرا").at("tevredenheid.ended", EndRating(INTAKE))


def test_one_rating_at_a_time_is_asked_by_its_own_number(chat: Chat) -> None:
    """Who is at none in particular sees the newest that waits."""
    chat.ratings.all = [Rating(7, Occasion.SIGNED_UP, ("1",), open=True)]
    chat.starts("menu").is_due("tevredenheid.ask", {"rating": 7}).taps("⭐ Cijfer geven").types("10")
    chat.at("tevredenheid.more", Grade(7, "1", 10))


@pytest.mark.parametrize("typed", ["3", "1", "een 2", "8", "٣"])
def test_a_number_at_the_invitation_is_no_button(chat: Chat, typed: str) -> None:
    """The third button says no for good: a low grade is not heard as that."""
    rated(chat, INTAKE).types(typed).at(
        "tevredenheid.asked", notice="Fijn. Kies eerst ‘Cijfer geven’. Dan leest u de vraag."
    )


@pytest.mark.parametrize(("language", "typed"), [("nl", "nee"), ("en", "no thanks"), ("ar", "لا"), ("en", "go away")])
def test_a_plain_no_is_for_good(chat: Chat, language: str, typed: str) -> None:
    rated(chat, INTAKE, language).types(typed).at("tevredenheid.declined", EndRating(INTAKE, declined=True))


@pytest.mark.parametrize(
    ("language", "typed", "begins", "goes_on"),
    [
        ("nl", "niemand belde terug", "⭐ Cijfer geven", "geen idee"),
        ("nl", "nee ik moest vier keer opnieuw beginnen en niemand wist iets", "⭐ Cijfer geven", "geen idee"),
        ("en", "nobody called me back", "⭐ Give a grade", "no thanks"),
        ("ar", "لم يتصل بي أحد واضطررت إلى البدء من جديد", "⭐ إعطاء درجة", "لا شكرا"),
    ],
)
def test_what_is_told_at_the_invitation_goes_along(
    chat: Chat, language: str, typed: str, begins: str, goes_on: str
) -> None:
    rated(chat, SIGNED_UP, language).types(typed).at("tevredenheid.asked")
    chat.taps(begins).types("terug" if language == "nl" else {"en": "back", "ar": "رجوع"}[language])
    chat.at("tevredenheid.asked").taps(begins).types("2").types(goes_on)
    chat.at("tevredenheid.ended", SayMore(SIGNED_UP, {"text": typed}), EndRating(SIGNED_UP))


def test_it_is_said_what_becomes_of_it_and_buttons_are_heard_all_the_same(chat: Chat) -> None:
    rated(chat, SIGNED_UP).types("het was heel erg fijn")
    chat.at("tevredenheid.asked", notice="Dank u. Kies ‘Cijfer geven’. Dan schrijf ik dit erbij.")
    chat.types("ja ik wil wel een cijfer geven").at("tevredenheid.last").types("9").types("Meer tijd")
    said = SayMore(SIGNED_UP, {"text": "het was heel erg fijn\nMeer tijd"})
    chat.at("tevredenheid.ended", said, EndRating(SIGNED_UP))
    rated(Chat(), END).types("nee liever niet hoor").at("tevredenheid.declined", EndRating(END, declined=True))
    rated(Chat(), END).types("ik wil een afspraak maken").at("afspraak.kind")


@pytest.mark.parametrize(
    ("language", "typed"), [("ar", "لا أريد أن أموت"), ("en", "i dont want to die"), ("nl", "nee niemand helpt mij")]
)
def test_a_sentence_with_a_no_in_it_is_not(chat: Chat, language: str, typed: str) -> None:
    rated(chat, INTAKE, language).types(typed).at("tevredenheid.asked")


@pytest.mark.parametrize("begun", [False, True])
def test_who_has_debts_again_is_welcomed_back(chat: Chat, begun: bool) -> None:
    """What is told beside a grade is nobody's: this is not kept there."""
    rated(keeps(chat, None, contact=GONE), YEAR_ON)
    if begun:
        chat.taps("⭐ Cijfer geven")
    chat.types("ik heb intussen weer schulden gemaakt").at("aanmelden.for_whom")
    assert "Welkom terug. Goed dat u er weer bent." in chat.texts()


def test_who_reads_it_is_told_as_it_is(chat: Chat) -> None:
    rated(chat, INTAKE).types("wie leest dit").at(
        "tevredenheid.asked", notice="Bij uw antwoord staat geen naam. Wij leren ervan, meer niet."
    )
