"""How someone is, in under a minute: faces, money, what changed, whether a human is wanted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.aftercare import AnswerCheckIn, Before, EndCheckIn, KnownContact
from flows.agenda import Meetings
from flows.grammar import Category, RaiseAlarm
from tests.transcripts.checkin import (
    AFTERCARE,
    ANSWERS,
    CHANGES,
    CONTACT,
    FACES,
    FIXED,
    FOLLOW,
    MONEY,
    REST,
    WATCH,
    asked,
    at_contact,
)
from tests.transcripts.player import Chat

DAY = date(2026, 10, 23)


# ---- how it begins ---------------------------------------------------------------------------------------------------


def test_all_is_well_in_four_taps(chat: Chat) -> None:
    asked(chat).sees(
        "Noor van Waterdrecht vraagt hoe het met u gaat.",
        "Het duurt een minuut. Overslaan mag altijd.",
        "Hoe gaat het met u?",
        buttons=[*FACES, *REST],
    )
    chat.taps_made = 0
    chat.taps("🙂 Goed").sees(
        "🙂 Fijn om te horen dat het goed gaat.",
        "Komt u rond met uw geld?",
        buttons=MONEY,
        effects=[AnswerCheckIn(WATCH, "mood", "good")],
    )
    chat.taps("💶 Ja, dat lukt").sees(
        "Is er iets veranderd in uw leven? Kies wat past, of typ het zelf.",
        buttons=CHANGES,
        effects=[AnswerCheckIn(WATCH, "balance", "yes")],
    )
    chat.taps("🍃 Niets veranderd").sees(
        "Wilt u dat Noor contact met u opneemt?",
        buttons=CONTACT,
        effects=[AnswerCheckIn(WATCH, "changes", ["none"])],
    )
    chat.taps("👌 Nee, dat hoeft niet").sees(
        "Dank u wel dat u dit liet weten.",
        buttons=["👌 Oké"],
        effects=[AnswerCheckIn(WATCH, "contact", "no"), EndCheckIn(WATCH)],
    )
    assert chat.taps_made == 4
    chat.taps("👌 Oké").at("welkom.menu")


@pytest.mark.parametrize(
    ("before", "opening"),
    [
        (Before(DAY, "awful"), "Vorige keer was het een zware tijd. Hoe gaat het nu met u?"),
        (Before(DAY, "bad", "no", ("work",)), "Vorige keer was het een zware tijd. Hoe gaat het nu met u?"),
        (
            Before(DAY, "good", "no", ("work", "home")),
            "Vorige keer veranderde er iets in uw werk. Hoe gaat het nu met u?",
        ),
        (Before(DAY, None, None, ("family",)), "Vorige keer veranderde er iets bij u thuis. Hoe gaat het nu met u?"),
        (
            Before(DAY, "so_so", "yes", ("home",)),
            "Vorige keer veranderde er iets aan uw woning. Hoe gaat het nu met u?",
        ),
        (Before(DAY, "good", "yes", ("health",)), "Vorige keer ging het over uw gezondheid. Hoe gaat het nu met u?"),
        (
            Before(DAY, "good", "yes", ("allowances",)),
            "Vorige keer veranderde uw toeslag of uitkering. Hoe gaat het nu?",
        ),
        (Before(DAY, "good", "no", ("none",)), "Vorige keer was het krap met geld. Hoe gaat het nu met u?"),
        (Before(DAY, "so_so", "just"), "Vorige keer ging het wel. Hoe gaat het nu met u?"),
        (Before(DAY, "great", "yes"), "Vorige keer ging het goed met u. Hoe gaat het nu?"),
        (Before(DAY), "Fijn dat we contact houden. Hoe gaat het nu met u?"),
    ],
)
def test_it_begins_with_what_was_said_the_time_before(chat: Chat, before: Before, opening: str) -> None:
    asked(chat, before=before).sees(opening, buttons=[*FACES, *REST])


def test_once_more_without_reproach(chat: Chat) -> None:
    asked(chat, ping="again", again=True, before=Before(DAY, "bad")).sees(
        "Misschien kwam mijn bericht niet uit. Hoe gaat het met u?", buttons=[*FACES, *REST]
    )


def test_after_help_ended_and_where_nobody_is_known(chat: Chat) -> None:
    chat.keeping.contact = KnownContact()
    asked(chat, AFTERCARE).sees(
        "We hebben een tijd samengewerkt. We denken nog aan u.",
        "Wij van Waterdrecht vragen hoe het met u gaat.",
        "Het duurt een minuut. Overslaan mag altijd.",
        "Hoe gaat het met u?",
        buttons=[*FACES, *REST[:2], "💬 Praten met iemand van ons", "⏭️ Overslaan"],
    )


# ---- red -------------------------------------------------------------------------------------------------------------


def test_a_hard_time_and_a_human_by_name(chat: Chat) -> None:
    asked(chat, before=Before(DAY, "good", "yes")).taps("😢 Slecht").sees(
        "😢 Goed dat u het zegt. U hoeft dit niet alleen te doen.",
        "Komt u rond met uw geld?",
        buttons=MONEY,
        effects=[AnswerCheckIn(WATCH, "mood", "awful")],
    )
    chat.taps("💸 Nee, het lukt niet").sees(
        "Dat komt bij veel mensen voor. Misschien helpt een van deze dingen.",
        "Kies wat u wilt. Het hoeft niet.",
        buttons=[
            "🧾 Waar heb ik recht op?",
            "📅 Een gesprek",
            "☎️ Samen een schuldeiser bellen",
            "🗣️ Wat zeg ik tegen een schuldeiser?",
            "👉 Nee, dank u",
        ],
        effects=[AnswerCheckIn(WATCH, "balance", "no")],
    )
    chat.taps("👉 Nee, dank u").at("checkin.changes")
    chat.picks("🛠️ Werk", "🏠 Wonen").sees(
        "Heeft u een toeslag? Geef de verandering door. Dat voorkomt vaak terugbetalen.",
        "Wilt u dat Noor contact met u opneemt?",
        buttons=CONTACT,
        effects=[AnswerCheckIn(WATCH, "changes", ["work", "home"])],
    )
    chat.taps("💬 Ja, graag").sees(
        "Dank u wel dat u dit liet weten.",
        *ANSWERS,
        "Wilt u nu met iemand praten? Bel de Luisterlijn: 088 0767 000, dag en nacht.",
        buttons=["👌 Oké"],
        effects=[AnswerCheckIn(WATCH, "contact", "yes"), EndCheckIn(WATCH)],
    )


def test_red_but_no_contact_wanted(chat: Chat) -> None:
    asked(chat).taps("🙁 Niet zo goed").taps("💶 Ja, dat lukt").types("gezondheid").types("klaar")
    assert chat.texts() == ["Wilt u dat Noor contact met u opneemt?"]
    chat.types("nee").sees(
        "Dank u wel dat u dit liet weten.",
        "Noor leest uw antwoorden.",
        "U wilt nu geen contact. Toch praten? Dat kan altijd.",
        buttons=["💬 Praten met Noor", "👌 Oké"],
        effects=[AnswerCheckIn(WATCH, "contact", "no"), EndCheckIn(WATCH)],
    )


def test_red_and_enough(chat: Chat) -> None:
    """Who is read before they said whether they want contact hears who answers."""
    asked(chat).taps("🙁 Niet zo goed").taps("✅ Zo is het genoeg").sees(
        "Dank u wel dat u dit liet weten.",
        *ANSWERS,
        buttons=["💬 Praten met Noor", "👌 Oké"],
        effects=[EndCheckIn(WATCH)],
    )


def test_who_left_is_followed_by_name(chat: Chat) -> None:
    chat.keeping.contact = KnownContact("Noor", was="Samir")
    assert at_contact(chat).texts() == [
        "Samir werkt hier niet meer. Noor neemt het over en kent uw verhaal.",
        "Wilt u dat Noor contact met u opneemt?",
    ]


def test_nobody_known_and_no_promise_made(chat: Chat) -> None:
    chat.keeping.contact = KnownContact(was="Samir")
    assert at_contact(chat).texts() == ["Wilt u dat een medewerker contact met u opneemt?"]
    chat.types("ja")
    assert chat.texts()[1] == "Een medewerker neemt contact op, uiterlijk woensdag 25 november."
    chat.moment = replace(chat.moment, gemeente=replace(chat.moment.gemeente, promises=frozenset()))
    chat.types("waarom")
    assert "Een medewerker neemt contact met u op." in chat.texts()


def test_after_a_crisis_its_own_promise_stands(chat: Chat) -> None:
    chat.starts("menu").types("ik word morgen uit mijn huis gezet")
    asked(chat).types("slecht").types("genoeg")
    assert chat.texts()[1] == (
        "Ons team weet het al. Een medewerker van Waterdrecht neemt contact op, uiterlijk dinsdag 24 november."
    )


# ---- what may help ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "leads_to"),
    [
        ("🧾 Waar heb ik recht op?", "recht.monthly"),
        ("📅 Een gesprek", "afspraak.kind"),
        ("☎️ Samen een schuldeiser bellen", "afspraak.day"),
        ("🗣️ Wat zeg ik tegen een schuldeiser?", "kaarten.which"),
    ],
)
def test_what_helps_comes_first_and_the_questions_after(chat: Chat, label: str, leads_to: str) -> None:
    asked(chat).types("gaat wel").types("net aan")
    assert chat.texts()[0] == "Net rondkomen kost veel kracht. Misschien helpt een van deze dingen."
    chat.taps(label)
    assert chat.turn.replies[0].origin == leads_to
    chat.types("terug").at("checkin.changes")


def test_only_what_the_municipality_has_is_offered(chat: Chat) -> None:
    chat.known[Meetings] = Meetings(())
    chat.moment = replace(chat.moment, flows=frozenset({"checkin", "contact", "welkom"}))
    asked(chat).types("goed").types("krap")
    assert chat.buttons() == ["👉 Nee, dank u"]


def test_money_is_asked_about_with_the_time_before_in_mind(chat: Chat) -> None:
    asked(chat, before=Before(DAY, "good", "no")).types("goed")
    assert chat.texts()[1] == "Vorige keer was het krap. Komt u nu rond met uw geld?"


# ---- what changed ----------------------------------------------------------------------------------------------------


def test_several_changes_one_after_the_other(chat: Chat) -> None:
    asked(chat).types("goed").types("ja").taps("🩺 Gezondheid")
    assert chat.buttons()[3] == "☑️ 🩺 Gezondheid"
    chat.types("werk en wonen").taps("🩺 Gezondheid").taps("👉 Klaar")
    chat.at("checkin.contact", AnswerCheckIn(WATCH, "changes", ["work", "home"]))


def test_nothing_changed_goes_with_no_other(chat: Chat) -> None:
    asked(chat).types("goed").types("ja").picks("🛠️ Werk", "🍃 Niets veranderd")
    chat.at("checkin.contact", AnswerCheckIn(WATCH, "changes", ["work"]))


def test_a_change_in_own_words_is_for_a_human(chat: Chat) -> None:
    asked(chat).types("goed").types("ja").types("er kwam een hond bij")
    chat.at("checkin.contact", AnswerCheckIn(WATCH, "words", {"text": "er kwam een hond bij"}))


def test_enough_keeps_what_was_ticked(chat: Chat) -> None:
    asked(chat).types("goed").types("ja").taps("👪 Gezin of relatie").taps("✅ Zo is het genoeg")
    chat.at("checkin.ended", AnswerCheckIn(WATCH, "changes", ["family"]), EndCheckIn(WATCH))


# ---- managing by oneself ---------------------------------------------------------------------------------------------


def test_following_asks_about_managing_alone_and_the_last_whether_it_goes_on(chat: Chat) -> None:
    asked(chat, FOLLOW, last=True).types("goed")
    assert chat.texts()[1] == "Lukt het u zelf om rond te komen met uw geld?"
    chat.types("ja").types("niets veranderd").types("nee").sees(
        "We hielden een tijd contact. Wilt u dat dit nog doorgaat?",
        "Allebei is goed.",
        buttons=["🤝 Ja, nog even", "🌱 Nee, ik kan zelf door", "⏭️ Overslaan", "✅ Zo is het genoeg"],
        effects=[AnswerCheckIn(FOLLOW, "contact", "no")],
    )
    chat.taps("🌱 Nee, ik kan zelf door").sees(
        "Dank u wel dat u dit liet weten.",
        "U gaat zelf verder. Mooi. Terugkomen mag altijd.",
        buttons=["👌 Oké"],
        effects=[AnswerCheckIn(FOLLOW, "go_on", "no"), EndCheckIn(FOLLOW)],
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [("Noor", "Noor kijkt met u hoe we verdergaan."), (None, "Een medewerker kijkt met u hoe we verdergaan.")],
)
def test_going_on_is_for_a_human_to_decide(chat: Chat, name: str | None, said: str) -> None:
    chat.keeping.contact = KnownContact(name)
    at_contact(chat, FOLLOW, last=True).taps("⏭️ Overslaan").at("checkin.go_on")
    chat.types("ja").at("checkin.ended", AnswerCheckIn(FOLLOW, "go_on", "yes"), EndCheckIn(FOLLOW))
    assert chat.texts()[-1] == said


@pytest.mark.parametrize(
    ("before", "face", "money", "step"),
    [
        (Before(DAY, "bad", "no"), "goed", "net", "Vorige keer was het krapper met geld. Dat is een mooie stap."),
        (Before(DAY, "bad", "yes"), "goed", "ja", "Vorige keer ging het minder. Mooi dat het nu beter gaat."),
        (Before(DAY, "good", "just"), "goed", "net", None),
        (Before(DAY, "great", "yes"), "goed", "ja", None),
        (Before(DAY, "bad", "just"), "slecht", "ja", None),
    ],
)
def test_a_step_forward_is_named(chat: Chat, before: Before, face: str, money: str, step: str | None) -> None:
    asked(chat, before=before).types(face).types(money).types("genoeg")
    if chat.turn.replies[0].origin == "checkin.tight":
        chat.types("nee").types("genoeg")
    assert chat.turn.replies[0].origin == "checkin.ended"
    steps = [text for text in chat.texts() if text.startswith("Vorige keer")]
    assert steps == ([] if step is None else [step])


# ---- back to the faces -----------------------------------------------------------------------------------------------


def test_back_from_money_to_the_faces_of_the_same_check_in(chat: Chat) -> None:
    asked(chat).taps("🙂 Goed").types("terug").sees(
        "Noor van Waterdrecht vraagt hoe het met u gaat.",
        "Het duurt een minuut. Overslaan mag altijd.",
        "Hoe gaat het met u?",
        buttons=[*FACES, *REST],
    )
    chat.types("slecht").at("checkin.awful", AnswerCheckIn(WATCH, "mood", "awful"))
    chat.types("terug").at("checkin.mood").taps("🙁 Niet zo goed").at(
        "checkin.bad", AnswerCheckIn(WATCH, "mood", "bad")
    )
    chat.types("ja").types("terug").at("checkin.bad").types("terug").at("checkin.mood")
    chat.types("terug").at("welkom.menu")


def test_another_face_by_an_old_button_changes_the_same_check_in(chat: Chat) -> None:
    asked(chat).taps("🙂 Goed").types("ja").taps_data(f"!to:checkin.bad:{WATCH}")
    chat.at("checkin.bad", AnswerCheckIn(WATCH, "mood", "bad")).types("ja").types("genoeg")
    chat.at("checkin.ended", EndCheckIn(WATCH)).taps("👌 Oké").at("welkom.menu")


# ---- not now, and days later -----------------------------------------------------------------------------------------


def test_everything_skipped(chat: Chat) -> None:
    asked(chat, FIXED).taps("⏭️ Overslaan").taps("👉 Ja, ga verder")
    chat.sees("Komt u rond met uw geld?", buttons=MONEY)
    chat.taps("⏭️ Overslaan").at("checkin.changes").taps("👉 Klaar").at("checkin.contact").taps("⏭️ Overslaan")
    chat.sees("Dat is goed. Fijn dat u even keek.", buttons=["👌 Oké"], effects=[EndCheckIn(FIXED)])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        *[("nl", "later"), ("nl", "niet nu"), ("nl", "nu niet"), ("nl", "ik doe dit later"), ("nl", "doe ik straks")],
        *[("nl", "een andere keer"), ("en", "later"), ("en", "not now"), ("en", "another time")],
        *[("ar", "لاحقا"), ("ar", "ليس الآن"), ("ar", "بعدين")],
    ],
)
def test_later_is_later_and_no_answer(chat: Chat, language: str, said: str) -> None:
    asked(chat, language=language).types(said).at("checkin.later").types(said).at("welkom.menu")
    chat.taps_data(f"!to:checkin.bad:{WATCH}").at("checkin.bad", AnswerCheckIn(WATCH, "mood", "bad"))


def test_who_skips_the_faces_may_go_on_or_come_back(chat: Chat) -> None:
    asked(chat).taps("⏭️ Overslaan").sees(
        "Dat is goed. U kunt later nog een gezicht kiezen.",
        "Wilt u nu wel de andere vragen doen?",
        buttons=["👉 Ja, ga verder", "🕒 Straks"],
    )
    chat.types("terug").at("checkin.mood").types("later want ik zit in de trein")
    words = AnswerCheckIn(WATCH, "words", {"text": "later want ik zit in de trein"})
    chat.at("checkin.later", words).types("ja").at("checkin.balance").types("terug").at("checkin.later")


@pytest.mark.parametrize("said", ["nee", "liever niet", "niet vandaag"])
def test_not_this_time(chat: Chat, said: str) -> None:
    asked(chat).types(said).sees(
        "Dat is goed. Dan slaan we deze keer over.",
        buttons=["⏸️ Even niet", "👌 Oké"],
        effects=[EndCheckIn(WATCH, declined=True)],
    )
    chat.types("waarom").at("checkin.declined")


def test_not_this_time_after_all(chat: Chat) -> None:
    asked(chat).types("slecht").taps_data(f"!to:checkin.declined:{WATCH}").sees(
        "Dat is goed. Wat u al zei, is bewaard.",
        buttons=["⏸️ Even niet", "👌 Oké"],
        effects=[EndCheckIn(WATCH, declined=True)],
    )


def test_left_half_way_it_goes_on_days_later(chat: Chat) -> None:
    asked(chat).types("goed").types("ja").at("checkin.changes", AnswerCheckIn(WATCH, "balance", "yes"))
    chat.waits(timedelta(days=3)).opens().at("checkin.changes").types("niets")
    chat.at("checkin.contact", AnswerCheckIn(WATCH, "changes", ["none"]))


def test_it_takes_no_question_away(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").is_due("checkin.ask", {"check_in": WATCH}).at("checkin.mood")
    chat.types("goed").types("genoeg").taps("👌 Oké").at("aanmelden.worries")


def test_a_crisis_at_an_open_question_comes_first(chat: Chat) -> None:
    asked(chat).types("goed").types("ja").types("ik wil niet meer leven")
    assert chat.turn.replies[0].origin == "crisis.life"
    assert RaiseAlarm(Category.LIFE) in chat.turn.effects
    assert not any(isinstance(effect, AnswerCheckIn) for effect in chat.turn.effects)


@pytest.mark.parametrize("ping", ["ask", "again"])
def test_nobody_is_asked_while_a_human_talks_and_nothing_about_nothing(chat: Chat, ping: str) -> None:
    chat.starts("menu").is_due(f"checkin.{ping}").is_silent()
    chat.held().is_due(f"checkin.{ping}", {"check_in": WATCH}).is_silent()
