"""Waar sta ik: where someone is, in words and as a picture; what a phase is; the letter with the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.progress import News, Phase
from tests.transcripts.player import Chat
from tests.transcripts.voortgang import FULL, NEWS, PLANNING, shown, standing, stands

PLAN = [
    "We schrijven samen op wat u wilt bereiken, en wie wat doet.",
    "Daarna krijgt u een brief met het besluit. U hoeft het plan niet te tekenen.",
    "👥 U kiest uw doelen. Uw medewerker schrijft het plan.",
    "⏳ Deze stap duurt meestal 2 tot 8 weken. Dat is geen belofte: het loopt bij iedereen anders.",
]


# ---- where someone is ------------------------------------------------------------------------------------------------


def test_where_someone_is_in_words_and_as_a_picture(chat: Chat) -> None:
    stands(chat, PLANNING).starts("menu").taps("🧭 Waar sta ik?")
    blocks, alt = shown(chat)
    assert blocks == [
        ("done", "Aanmelding", "klaar"),
        ("done", "Gesprek", "klaar"),
        ("now", "Plan van aanpak", "hier bent u nu"),
        ("next", "Rust en overzicht", "meestal 1 tot 3 maanden"),
        ("next", "Schulden regelen", "meestal ongeveer 18 maanden"),
        ("next", "Volgen", "hooguit een half jaar"),
        ("next", "Nazorg", "hooguit een jaar"),
    ]
    assert alt == (
        "De stappen van de hulp, op volgorde: Aanmelding: klaar, Gesprek: klaar, Plan van aanpak: hier bent u nu, "
        "Rust en overzicht: komt nog (meestal 1 tot 3 maanden), "
        "Schulden regelen: komt nog (meestal ongeveer 18 maanden), "
        "Volgen: komt nog (hooguit een half jaar) en Nazorg: komt nog (hooguit een jaar)."
    )
    chat.sees(
        "📍 U bent nu hier: Plan van aanpak.",
        *PLAN,
        "✅ Klaar: Aanmelding en Gesprek.",
        "🔜 Daarna komt meestal: Rust en overzicht.",
        "👤 Uw contact is Fatma.",
        picture=shown(chat)[1],
        buttons=["📝 Plan van aanpak", "🗺️ Alle stappen", "📨 Uitleg over de brief", "🏠 Naar het menu"],
    )
    chat.types("waarom").at("voortgang.where")
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_two_phases_at_the_same_time(chat: Chat) -> None:
    both = standing({Phase.SIGN_UP: "done", Phase.CALM: "now", Phase.SETTLING: "now", Phase.PLAN: "skipped"})
    stands(chat, both).starts("voortgang")
    assert chat.texts()[:3] == [
        "📍 U bent nu hier: Rust en overzicht en Schulden regelen.",
        "Die lopen tegelijk. Kies een stap om er meer over te lezen.",
        "✅ Klaar: Aanmelding.",
    ]
    assert "⏭️ Niet nodig voor u: Plan van aanpak." in chat.texts()
    assert chat.buttons()[:2] == ["🌿 Rust en overzicht", "🤝 Schulden regelen"]


def test_a_phase_that_comes_again_is_normal(chat: Chat) -> None:
    again = standing({Phase.CALM: "now"}, times={Phase.CALM: 2})
    stands(chat, again).starts("voortgang")
    assert chat.texts()[:2] == [
        "📍 U bent nu hier: Rust en overzicht.",
        "We doen deze stap opnieuw. Dat is normaal, en u heeft niets fout gedaan.",
    ]
    assert shown(chat)[0][3] == ("now", "Rust en overzicht", "hier bent u nu, opnieuw")


@pytest.mark.parametrize("left_out", ["skipped", "stopped"])
def test_what_is_left_out_is_not_said_to_come(chat: Chat, left_out: str) -> None:
    planned = "Daarna plannen we een gesprek."
    stands(chat, standing({Phase.SIGN_UP: "now", Phase.TALK: left_out})).starts("voortgang")
    assert planned not in chat.texts()
    assert "🔜 Daarna komt meestal: Plan van aanpak." in chat.texts()
    chat.taps("🙋 Aanmelding")
    assert planned not in chat.texts()
    chat.is_due("voortgang.told", {"what": "begin", "phase": "aanmelding", "also": [], "again": True})
    assert planned not in chat.texts()
    stands(chat, standing({Phase.SIGN_UP: "now"})).starts("voortgang")
    assert planned in chat.texts()


def test_what_stopped_leaves_a_door_open(chat: Chat) -> None:
    stands(chat, standing({Phase.SIGN_UP: "done", Phase.SETTLING: "stopped"})).starts("voortgang").sees(
        "De hulp is nu gestopt.",
        "U blijft altijd welkom. Wilt u later verder? Dan kijken we samen wat er kan.",
        "✅ Klaar: Aanmelding.",
        "⏸️ Gestopt: Schulden regelen.",
        "👤 Uw contact is Fatma.",
        picture=shown(chat)[1],
        buttons=[
            "🗺️ Alle stappen",
            "🗓️ Wat we hebben afgesproken",
            "💬 Praten met een mens",
            "🏠 Naar het menu",
        ],
    )


def test_between_two_phases(chat: Chat) -> None:
    stands(chat, standing({Phase.SIGN_UP: "done", Phase.TALK: "done"})).starts("voortgang")
    assert chat.texts()[0] == "U bent nu tussen twee stappen. Alles wat klaar is, blijft klaar."
    assert "🔜 Daarna komt meestal: Plan van aanpak." in chat.texts()


def test_who_did_not_sign_up_sees_how_it_would_go(chat: Chat) -> None:
    chat.starts("voortgang").sees(
        "U bent nog niet aangemeld. Zo gaat de hulp meestal, stap voor stap:",
        "Aanmelding, Gesprek, Plan van aanpak, Rust en overzicht, Schulden regelen, Volgen en Nazorg.",
        "Dat is geen belofte: het loopt bij iedereen anders.",
        "Na uw aanmelding hoort u iets binnen 2 werkdagen.",
        picture=shown(chat)[1],
        buttons=["🙋 Ik wil hulp", "🗺️ Alle stappen", "📨 Uitleg over de brief", "🏠 Naar het menu"],
    )
    assert {role for role, *_ in shown(chat)[0]} == {"next"}
    chat.taps("🗺️ Alle stappen").taps("🌻 Nazorg")
    assert chat.texts()[:2] == ["🌻 Nazorg", "De hulp is klaar. We nemen nog wel eens contact op."]
    chat.taps("🧭 Waar sta ik?").taps("🙋 Ik wil hulp").at("aanmelden.for_whom", *chat.turn.effects)


# ---- the phases ------------------------------------------------------------------------------------------------------


def test_every_phase_is_explained_with_how_it_is_for_this_person(chat: Chat) -> None:
    stands(chat, PLANNING).starts("voortgang").taps("🗺️ Alle stappen").sees(
        "Dit zijn de stappen van de hulp. Over welke wilt u meer weten?",
        "Niet iedereen doet alle stappen. Soms komt er een terug. Dat is normaal.",
        buttons=[
            "🙋 Aanmelding",
            "💬 Gesprek",
            "📝 Plan van aanpak",
            "🌿 Rust en overzicht",
            "🤝 Schulden regelen",
            "👣 Volgen",
            "🌻 Nazorg",
            "🧭 Waar sta ik?",
        ],
    )
    chat.taps("📝 Plan van aanpak").sees(
        "📝 Plan van aanpak",
        "📍 Hier bent u nu, sinds maandag 2 november.",
        *PLAN,
        buttons=["🗺️ Alle stappen", "📨 Uitleg over de brief", "🧭 Waar sta ik?", "🏠 Naar het menu"],
    )
    chat.types("terug").at("voortgang.steps")
    chat.taps("🤝 Schulden regelen")
    assert chat.texts()[1] == "🔜 Deze stap kan nog komen."
    assert "meestal ongeveer 18 maanden" in chat.texts()[-1]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("done", "✅ Deze stap is klaar."),
        ("skipped", "⏭️ Deze stap is voor u niet nodig. Toch nodig? Dan kan het later nog."),
        ("stopped", "⏸️ Deze stap is gestopt."),
    ],
)
def test_a_phase_that_is_over_is_said_to_be(chat: Chat, state: str, said: str) -> None:
    stands(chat, standing({Phase.CALM: state})).starts("voortgang").taps("🗺️ Alle stappen").taps("🌿 Rust en overzicht")
    assert chat.texts()[1] == said


# ---- news ------------------------------------------------------------------------------------------------------------


def test_news_is_found_back(chat: Chat) -> None:
    stands(chat, FULL).starts("voortgang")
    assert "vrijdag 20 november: ✋ Vattenkracht doet nu niet mee met het voorstel." in chat.texts()
    chat.taps("📰 Nieuws over mijn hulp").sees(
        "Dit is het laatste nieuws over uw hulp:",
        "vrijdag 20 november: ✋ Vattenkracht doet nu niet mee met het voorstel.",
        "Waterdrecht schrijft: “We bellen nog eens.”",
        "woensdag 18 november: ⏳ Het duurt iets langer. We wachten op de rechtbank.",
        "maandag 16 november: 📨 De brief met het besluit is verstuurd.",
        "maandag 9 november: 👋 Fatma werd uw contact.",
        buttons=["🧭 Waar sta ik?", "💬 Praten met een mens", "🏠 Naar het menu"],
    )
    assert chat.turn.replies[0].sensitive


DELAYED = News("delay", date(2026, 11, 22), "busy", words="Sorry.", by="Noor de Vries", until=date(2026, 12, 4))
LONGER = "zondag 22 november: ⏳ Het duurt iets langer. Het is druk bij ons. Dat ligt dus niet aan u."
PROMISED = "U hoort uiterlijk vrijdag 4 december weer van ons. Ook als er dan nog niets nieuws is."


def test_of_a_delay_one_finds_back_who_wrote_and_by_when_one_hears(chat: Chat) -> None:
    stands(chat, standing({Phase.PLAN: "now"}, DELAYED)).starts("voortgang")
    told = chat.texts()
    assert told[told.index(LONGER) + 1] == PROMISED
    chat.taps("📰 Nieuws over mijn hulp").sees(
        "Dit is het laatste nieuws over uw hulp:",
        LONGER,
        "Noor de Vries schrijft: “Sorry.”",
        PROMISED,
        buttons=["🧭 Waar sta ik?", "💬 Praten met een mens", "🏠 Naar het menu"],
    )


@pytest.mark.parametrize(("days", "is_to_come"), [(11, True), (12, False)])
def test_a_day_that_is_over_is_not_promised_again(chat: Chat, days: int, is_to_come: bool) -> None:
    stands(chat, standing({Phase.PLAN: "now"}, DELAYED)).waits(timedelta(days=days)).starts("voortgang")
    assert LONGER in chat.texts()
    assert (PROMISED in chat.texts()) is is_to_come
    chat.taps("📰 Nieuws over mijn hulp")
    assert (PROMISED in chat.texts()) is is_to_come


def test_no_more_news_than_one_reads(chat: Chat) -> None:
    stands(chat, standing({Phase.PLAN: "now"}, *(NEWS[1],) * 20)).starts("voortgang").taps("📰 Nieuws over mijn hulp")
    assert len(chat.texts()) == 7


# ---- the letter ------------------------------------------------------------------------------------------------------


def test_the_letter_is_explained_and_nothing_is_decided(chat: Chat) -> None:
    stands(chat, FULL).starts("voortgang").taps("📨 Uitleg over de brief").sees(
        "De gemeente stuurt u een brief met een besluit. Dat heet een beschikking.",
        "Daarin staat of u hulp krijgt, en welke hulp. Het plan van aanpak zit erbij.",
        "U hoeft het plan niet te tekenen.",
        "Verandert het plan later? Dan krijgt u een nieuwe brief.",
        "Ik leg alleen uit. Het besluit zelf staat in de brief.",
        buttons=[
            "📖 Samen lezen",
            "✋ Ik ben het er niet mee eens",
            "👀 Iemand anders laten kijken",
            "😟 Ik heb een klacht",
            "👌 Zo is het goed",
        ],
    )
    chat.taps("✋ Ik ben het er niet mee eens").sees(
        "Bent u het niet eens met het besluit? Dan mag u bezwaar maken.",
        "Dat kan tot zes weken nadat de brief is verstuurd. Wacht niet te lang.",
        "U stuurt een brief of een formulier naar de gemeente. In uw brief staat hoe, en waarheen.",
        "Hulp erbij is heel gewoon. Vraag een medewerker, of het Juridisch Loket: juridischloket.nl.",
        buttons=["💬 Praten met een mens", "📨 Terug naar de brief", "👌 Zo is het goed"],
    )
    chat.taps("📨 Terug naar de brief").taps("😟 Ik heb een klacht").at("voortgang.complaint")
    assert "Een klacht is nooit een reden om u minder te helpen." in chat.texts()
    chat.taps("📨 Terug naar de brief").taps("👀 Iemand anders laten kijken").at("voortgang.second")
    chat.taps("📨 Terug naar de brief").taps("📖 Samen lezen").at("afspraak.kind")
    chat.types("terug").at("voortgang.decision")


# ---- in own words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "hoe ver ben ik"),
        ("nl", "Waar sta ik?"),
        ("nl", "wanneer hoor ik iets"),
        ("nl", "hoelang duurt het nog"),
        ("nl", "hoe lang duurt het?"),
        ("nl", "is er al nieuws"),
        ("en", "how far am i"),
        ("en", "when will i hear something"),
        ("en", "how long does it take?"),
        ("ar", "أين وصلت؟"),
        ("ar", "متى أسمع شيئا"),
        ("ar", "كم بقي؟"),
    ],
)
def test_asked_for_in_own_words(chat: Chat, language: str, text: str) -> None:
    stands(chat, PLANNING).starts("menu").speaking(language).types(text).at("voortgang.where")


@pytest.mark.parametrize("text", ["ik kreeg een beschikking", "I got a decision letter", "وصلني قرار"])
def test_who_got_a_letter_gets_it_explained(chat: Chat, text: str) -> None:
    stands(chat, PLANNING).starts("menu").types(text)
    assert chat.turn.replies[0].origin == "voortgang.decision"
    chat.types("terug").at("welkom.menu")


def test_a_question_of_the_sign_up_comes_first(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("ik kreeg een beschikking")
    assert chat.session.top.flow == "aanmelden"


def test_how_long_is_told_of_what_goes_on(chat: Chat) -> None:
    stands(chat, PLANNING).starts("voortgang").types("hoe lang duurt dit?").at("voortgang.where", notice=PLAN[3])


def test_its_buttons_last_also_in_a_hold(chat: Chat) -> None:
    stands(chat, FULL).starts("aanmelden").taps_data("!to:voortgang.where:1").at("voortgang.where")
    chat.held().taps_data("!to:voortgang.where:1")
    assert chat.buttons() == ["📨 Uitleg over de brief"]
    chat.taps_data("!to:voortgang.decision:1")
    assert chat.turn.replies[0].origin == "voortgang.decision"
    assert chat.buttons() == []


# ---- the help ended --------------------------------------------------------------------------------------------------


def test_whose_help_ended_sees_how_it_went_and_the_way_back(chat: Chat) -> None:
    done = standing({Phase.SIGN_UP: "done", Phase.TALK: "done", Phase.PLAN: "skipped"})
    stands(chat, replace(done, case=False, closed=date(2026, 11, 20))).starts("menu").taps("🧭 Waar sta ik?")
    chat.sees(
        "🏁 De hulp is afgesloten op vrijdag 20 november.",
        "✅ Klaar: Aanmelding en Gesprek.",
        "⏭️ Niet nodig voor u: Plan van aanpak.",
        "U blijft altijd welkom. Wilt u later verder? Dan kijken we samen wat er kan.",
        buttons=["💬 Praten met Fatma", "🗺️ Alle stappen", "🏠 Naar het menu"],
        picture=shown(chat)[1],
    )
