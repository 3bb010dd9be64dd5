"""What the desk tells of the progress: a phase that moved, a delay, a creditor's answer, another contact."""

from __future__ import annotations

import pytest

from flows.grammar import Json
from flows.progress import Phase
from tests.transcripts.player import Chat
from tests.transcripts.test_voortgang import PLAN
from tests.transcripts.voortgang import DUES, PLANNING, shown, standing, stands

AFTER = ["🧭 Waar sta ik?", "👌 Zo is het goed"]
ASKS = ["🧭 Waar sta ik?", "💬 Praten met een mens", "👌 Zo is het goed"]


def told(chat: Chat, **about: Json) -> Chat:
    """The desk tells this."""
    return chat.is_due("voortgang.told", about)


# ---- phases ----------------------------------------------------------------------------------------------------------


def test_a_phase_begins_after_another(chat: Chat) -> None:
    told(stands(chat, PLANNING).starts("menu"), what="begin", phase="plan", also=["gesprek"], again=False).sees(
        "Er is nieuws over uw hulp.",
        "✅ Klaar: Gesprek. Weer een stap verder!",
        "📝 Nu begint deze stap: Plan van aanpak.",
        *PLAN,
        buttons=AFTER,
        picture=shown(chat)[1],
    )
    chat.taps("🧭 Waar sta ik?").at("voortgang.where")


def test_a_phase_begins_beside_another(chat: Chat) -> None:
    both = standing({Phase.CALM: "now", Phase.SETTLING: "now"})
    told(stands(chat, both).starts("menu"), what="begin", phase="regelen", also=[], again=False)
    assert chat.texts()[1:3] == [
        "🤝 Nu begint deze stap: Schulden regelen.",
        "Dit gaat ook gewoon door: Rust en overzicht.",
    ]


def test_a_phase_begins_again(chat: Chat) -> None:
    again = standing({Phase.CALM: "now"}, times={Phase.CALM: 2})
    told(stands(chat, again).starts("menu"), what="begin", phase="rust", also=[], again=True)
    assert chat.texts()[1:3] == [
        "🌿 Dit doen we nog een keer: Rust en overzicht.",
        "We doen deze stap opnieuw. Dat is normaal, en u heeft niets fout gedaan.",
    ]


def test_a_phase_ends(chat: Chat) -> None:
    ended = standing({Phase.SIGN_UP: "done", Phase.TALK: "done"})
    told(stands(chat, ended).starts("menu"), what="end", phase="gesprek", also=[]).sees(
        "🎉 Deze stap is klaar: Gesprek. Dat hebben we samen gedaan.",
        "🔜 Daarna komt meestal: Plan van aanpak. U hoort het als dat begint.",
        buttons=AFTER,
        picture=shown(chat)[1],
    )


def test_the_last_phase_ends(chat: Chat) -> None:
    ended = standing(dict.fromkeys(Phase, "done"))
    told(stands(chat, ended).starts("menu"), what="end", phase="nazorg", also=[])
    assert chat.texts() == ["🎉 Deze stap is klaar: Nazorg. Dat hebben we samen gedaan."]


def test_a_phase_is_left_out(chat: Chat) -> None:
    skipped = standing({Phase.PLAN: "now", Phase.CALM: "skipped"})
    told(stands(chat, skipped).starts("menu"), what="skip", phase="rust", also=[]).sees(
        "⏭️ Deze stap is voor u niet nodig: Rust en overzicht.",
        "Dat is geen probleem. Is hij later toch nodig? Dan kan dat nog.",
        buttons=AFTER,
        picture=shown(chat)[1],
    )


def test_a_phase_stops_and_another_goes_on(chat: Chat) -> None:
    goes_on = standing({Phase.CALM: "now", Phase.SETTLING: "stopped"})
    told(stands(chat, goes_on).starts("menu"), what="stop", phase="regelen", also=[]).sees(
        "⏸️ We stoppen met: Schulden regelen.",
        "Dit gaat ook gewoon door: Rust en overzicht.",
        buttons=ASKS,
        picture=shown(chat)[1],
    )


def test_all_of_it_stops_and_the_door_stays_open(chat: Chat) -> None:
    over = standing({Phase.CALM: "stopped", Phase.SETTLING: "stopped"})
    told(stands(chat, over).starts("menu"), what="stop", phase="regelen", also=["rust"]).sees(
        "⏸️ We stoppen met: Schulden regelen en Rust en overzicht.",
        "Dat gebeurt vaker. Wat u al deed, is niet voor niets geweest.",
        "U blijft altijd welkom. Wilt u later verder? Dan kijken we samen wat er kan.",
        "Heeft u vragen, of gaat het niet goed? Praat dan met een van ons.",
        buttons=ASKS,
        picture=shown(chat)[1],
    )


def test_what_was_wrong_is_put_right(chat: Chat) -> None:
    told(stands(chat, PLANNING).starts("menu"), what="undo", phase="rust", also=[]).sees(
        "Er stond iets verkeerd bij uw stappen. Dat was een foutje van ons, sorry.",
        "📍 U bent nu hier: Plan van aanpak.",
        buttons=AFTER,
        picture=shown(chat)[1],
    )


# ---- news ------------------------------------------------------------------------------------------------------------


def test_it_takes_longer_and_nobody_knows_how_long(chat: Chat) -> None:
    told(stands(chat, PLANNING).starts("menu"), what="delay", code="creditors", words="", until=None, by="Fatma").sees(
        "⏳ Het duurt iets langer. Dat is vervelend om te horen.",
        "We wachten op antwoord van een of meer schuldeisers.",
        "We weten nog niet hoelang het duurt. Weten we meer, dan hoort u het meteen.",
        buttons=ASKS,
    )


def test_it_takes_longer_with_us_and_one_hears_by_a_day(chat: Chat) -> None:
    chat = stands(chat, PLANNING).starts("menu")
    told(chat, what="delay", code="busy", words="Sorry daarvoor.", until="2026-12-04", by="Fatma").sees(
        "⏳ Het duurt iets langer. Dat is vervelend om te horen.",
        "Het is druk bij ons. Dat ligt dus niet aan u.",
        "Fatma schrijft: “Sorry daarvoor.”",
        "U hoort uiterlijk vrijdag 4 december weer van ons. Ook als er dan nog niets nieuws is.",
        buttons=ASKS,
    )


@pytest.mark.parametrize(
    ("answer", "said", "means"),
    [
        (
            "agreed",
            "👍 Goed nieuws: Vattenkracht doet mee met het voorstel.",
            ["Dat is weer een stap verder. U hoeft hier niets voor te doen."],
        ),
        (
            "refused",
            "✋ Vattenkracht doet nu niet mee met het voorstel.",
            [
                "Dat gebeurt vaker, en het ligt niet aan u.",
                "Wij kijken nu wat er nog meer kan. Belt deze schuldeiser u? Zeg dan dat u hulp heeft.",
            ],
        ),
        (
            "asks",
            "❓ Vattenkracht wil eerst nog iets weten.",
            ["Wij geven antwoord. Hebben we u daarbij nodig? Dan hoort u het."],
        ),
        (
            "other_offer",
            "🔁 Vattenkracht doet een ander voorstel.",
            ["We kijken er samen naar. U hoeft niet alleen te kiezen."],
        ),
    ],
)
def test_a_creditor_answered(chat: Chat, answer: str, said: str, means: list[str]) -> None:
    told(stands(chat).starts("menu"), what="creditor", code=answer, name="Vattenkracht", words="", by="Fatma").sees(
        said, *means, buttons=ASKS
    )
    assert chat.turn.replies[0].sensitive


def test_the_decision_was_sent(chat: Chat) -> None:
    told(stands(chat, PLANNING).starts("menu"), what="decision").sees(
        "📨 Er komt een brief van de gemeente naar u toe.",
        "Daarin staat het besluit over uw hulp. Zo’n brief heet een beschikking.",
        "Zo’n brief is vaak lastig. We leggen hem graag uit.",
        buttons=["📨 Uitleg over de brief", "💬 Praten met een mens", "👌 Zo is het goed"],
    )
    chat.taps("📨 Uitleg over de brief").at("voortgang.decision")


# ---- another contact -------------------------------------------------------------------------------------------------


def test_someone_else_is_the_contact_and_both_say_so(chat: Chat) -> None:
    chat = stands(chat, PLANNING).starts("menu")
    told(chat, what="contact", name="Samir", was="Fatma", code="glad", words="", welcome="").sees(
        "👋 Uw contact is vanaf nu: Samir.",
        "Fatma: “Ik heb u graag geholpen. Vanaf nu gaat mijn collega met u verder.”",
        "Samir: “Fijn om u te leren kennen. Ik help u graag verder.”",
        "U hoeft uw verhaal niet nog een keer te vertellen. Samir kent uw dossier.",
        "Alles wat we met u hebben afgesproken, blijft staan.",
        buttons=["🧭 Waar sta ik?", "🗓️ Wat we hebben afgesproken", "👌 Zo is het goed"],
    )
    chat.taps("🗓️ Wat we hebben afgesproken")
    assert chat.turn.replies[0].origin.startswith("afspraken.")


def test_in_words_of_their_own(chat: Chat) -> None:
    chat = stands(chat, PLANNING).starts("menu").speaking("ar")
    told(chat, what="contact", name="Samir", was="Fatma", code="", words="Het ga u goed!", welcome="Tot gauw.").sees(
        "👋 من يتابع معك من الآن هو: \u2068Samir\u2069.",
        "كلمات \u2068Fatma\u2069 بالهولندية: “\u2068Het ga u goed!\u2069”",
        "كلمات \u2068Samir\u2069 بالهولندية: “\u2068Tot gauw.\u2069”",
        "لا داعي لأن تحكي قصتك مرة أخرى. ملفك معروف لدى \u2068Samir\u2069.",
        "كل ما اتفقنا عليه معك يبقى كما هو.",
        buttons=["🧭 أين وصلت؟", "🗓️ ما اتفقنا عليه", "👌 هذا جيد"],
    )


def test_who_had_no_contact_yet_is_only_welcomed(chat: Chat) -> None:
    told(stands(chat).starts("menu"), what="contact", name="Samir", was=None, code="", words="", welcome="")
    assert chat.texts()[:2] == [
        "👋 Uw contact is vanaf nu: Samir.",
        "Samir: “Fijn om u te leren kennen. Ik help u graag verder.”",
    ]


# ---- wherever it comes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "about"), DUES)
def test_it_comes_on_top_of_a_question_that_stays(chat: Chat, kind: str, about: Json) -> None:
    stands(chat, PLANNING).starts("aanmelden").taps("🙋 Voor mijzelf").is_due(kind, about)
    assert chat.turn.replies[0].origin.startswith("voortgang.told_")
    chat.types("huur")
    assert chat.answers()["worries"] == ["rent"]


@pytest.mark.parametrize(("kind", "about"), DUES)
def test_in_a_hold_it_is_said_beside_it(chat: Chat, kind: str, about: Json) -> None:
    stands(chat, PLANNING).starts("aanmelden").held().is_due(kind, about)
    assert chat.session.top.flow == "aanmelden"
    assert chat.buttons() in (["🧭 Waar sta ik?"], ["📨 Uitleg over de brief"])


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize(("kind", "about"), DUES)
def test_it_is_told_in_the_persons_language(chat: Chat, kind: str, about: Json, language: str) -> None:
    dutch = stands(Chat(), PLANNING).starts("menu").is_due(kind, about).texts()
    stands(chat, PLANNING).starts("menu").speaking(language).is_due(kind, about)
    assert len(chat.texts()) == len(dutch)
    assert not set(chat.texts()) & set(dutch)


@pytest.mark.parametrize("about", [None, {}, [], {"what": "x"}, {"what": "begin"}, {"what": "end", "phase": "x"}])
def test_what_makes_no_sense_is_not_said(chat: Chat, about: Json) -> None:
    stands(chat, PLANNING).starts("menu").is_due("voortgang.told", about).is_silent()
