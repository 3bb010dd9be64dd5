"""Contact houden: what a caseworker proposes, agrees on in a talk, or changes is told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.aftercare import AcceptPlan, AgreePlan, EndPlan, Means, PlanKind, Rhythm
from flows.grammar import Json, OptIn
from tests.transcripts.contact import MONTHLY, NOBODY, PROPOSED, QUARTERLY, STANDS, keeps, proposes, unknown
from tests.transcripts.player import Chat

ABOUT: Json = {"plan": 4}
MAY_CHANGE = "Wilt u het anders? Dat mag altijd. Kies ‘Contact houden’."
YOURSELF = "U kunt ons zelf altijd schrijven. Typ dan ‘contact houden’ of ‘mens’."
CHANGE = "Wilt u iets anders? Typ ‘contact houden’. Even pauze mag altijd."


# ---- a proposal ----------------------------------------------------------------------------------------------------


def test_a_proposal_and_yes(chat: Chat) -> None:
    proposes(chat).starts("menu").is_due("contact.proposed", ABOUT).sees(
        "Fatma wil graag contact met u houden.",
        QUARTERLY,
        "Dit hoort bij de hulp. Zo weten we of het goed blijft gaan.",
        "Dit loopt tot uiterlijk maandag 1 november.",
        "Is dat goed voor u?",
        buttons=["✅ Ja, dat is goed", "🔧 Liever anders", "🙅 Liever niet"],
    )
    chat.taps("✅ Ja, dat is goed").sees(
        "Fijn. Dat is afgesproken.",
        QUARTERLY,
        "Rond donderdag 25 februari wordt u gebeld door Noor.",
        "Dit loopt tot uiterlijk maandag 1 november.",
        CHANGE,
        buttons=["🤝 Contact houden", "📆 Moeilijke momenten", "👌 Zo is het goed"],
        effects=[AcceptPlan(4)],
    )
    chat.taps_data("!to:contact.accepted:4").at("contact.accepted")  # once more, on another telephone
    assert chat.texts()[0] == "Noor houdt contact met u. Dit spraken we af:"


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (PlanKind.FIXED, "Zo staat u er niet alleen voor."),
        (PlanKind.WATCH, "Verandert er iets terwijl u betaalt? Dan helpen we op tijd."),
        (PlanKind.FOLLOW, "Het gaat goed. We kijken nog even mee, zodat dat zo blijft."),
    ],
)
def test_why_it_is_proposed(chat: Chat, kind: PlanKind, why: str) -> None:
    proposed = replace(PROPOSED, kind=kind, rhythm=Rhythm.MONTH, until=None, name=None)
    proposes(chat, proposed, contact=NOBODY).starts("menu").is_due("contact.proposed", ABOUT)
    assert chat.texts()[0] == "We willen graag contact met u houden."
    assert chat.texts()[2] == why


def test_rather_something_else(chat: Chat) -> None:
    proposes(chat).starts("menu").is_due("contact.proposed", ABOUT).taps("🔧 Liever anders").at("contact.change")
    chat.taps("🔁 Hoe vaak").types("elk half jaar")
    chat.at("contact.agreed", AgreePlan("nazorg", "half_year", 3, "morning", "phone"))


def test_rather_not_of_aftercare(chat: Chat) -> None:
    proposes(chat).starts("menu").is_due("contact.proposed", ABOUT).types("liever niet").sees(
        "Dat is helemaal goed.",
        "We vragen nog één keer hoe het gaat, binnen een jaar. Daarna niet meer.",
        YOURSELF,
        buttons=["💬 Praten met Noor", "👌 Zo is het goed"],
        effects=[EndPlan(4)],
    )


def test_rather_not_of_another(chat: Chat) -> None:
    proposes(chat, replace(PROPOSED, kind=PlanKind.WATCH)).starts("menu").is_due("contact.proposed", ABOUT)
    chat.taps("🙅 Liever niet").at("contact.declined", EndPlan(4))
    assert chat.texts()[1] == "We vragen dan niet meer uit onszelf hoe het gaat."


@pytest.mark.parametrize("screen", ["accepted", "declined"])
def test_an_old_proposal(chat: Chat, screen: str) -> None:
    chat.starts("menu").taps_data(f"!to:contact.{screen}:4").sees(
        "Dit voorstel is er niet meer. Dat geeft niet.",
        buttons=["🤝 Contact houden", "👌 Zo is het goed"],
    )


def test_an_old_proposal_where_something_else_stands(chat: Chat) -> None:
    keeps(chat).starts("menu").taps_data("!to:contact.accepted:4").at("contact.accepted")
    assert chat.texts() == ["Dit voorstel is er niet meer. Dat geeft niet."]


def test_taken_back_before_it_was_told(chat: Chat) -> None:
    chat.starts("menu").is_due("contact.proposed", ABOUT).at("contact.proposed")
    assert chat.texts() == ["Dit voorstel is er niet meer. Dat geeft niet."]


def test_replaced_just_before_yes(chat: Chat) -> None:
    proposes(chat).starts("menu").is_due("contact.proposed", ABOUT).refused("no_plan").types("ja")
    assert chat.texts() == ["Dit kan nu niet meer worden afgesproken. Een mens kijkt graag met u mee."]


def test_it_is_found_again(chat: Chat) -> None:
    proposes(chat).starts("menu").types("contact houden").at("contact.plan")
    assert chat.texts()[0] == "Fatma wil graag contact met u houden."


def test_who_said_stop_and_says_yes(chat: Chat) -> None:
    proposes(chat).starts("menu").types("stop").is_due("contact.proposed", ABOUT).types("ja")
    assert chat.texts()[1] == "Mogen we u weer berichten sturen?"
    chat.taps("🔔 Ja, dat mag").at("contact.accepted", OptIn(), AcceptPlan(4))


def test_and_in_a_hold_a_human_asks_that(chat: Chat) -> None:
    proposes(chat).starts("menu").types("stop").held().taps_data("!to:contact.accepted:4")
    chat.sees("Er leest nu een medewerker met u mee. Typ gerust wat u liever wilt.")


def test_a_question_below_it_can_still_be_answered(chat: Chat) -> None:
    proposes(chat).starts("aanmelden").taps("🙋 Voor mijzelf").is_due("contact.proposed", ABOUT)
    chat.types("huur").at(
        "aanmelden.worries",
        notice="Ik lees dit als antwoord op mijn eerdere vraag. De knoppen van het laatste bericht blijven werken.",
    )


def test_while_a_human_holds_the_conversation(chat: Chat) -> None:
    proposes(chat).starts("menu").held().is_due("contact.proposed", ABOUT).at("contact.proposed")
    assert chat.buttons() == ["✅ Ja, dat is goed", "🔧 Liever anders", "🙅 Liever niet"]
    chat.taps_data("!to:contact.change:4").sees(
        "Er leest nu een medewerker met u mee. Typ gerust wat u liever wilt.",
    )
    chat.taps_data("!to:contact.accepted:4").at("contact.accepted", AcceptPlan(4))
    chat.is_handed_back().at("contact.change")


# ---- agreed in a talk, and changed ---------------------------------------------------------------------------------


def test_agreed_in_a_talk(chat: Chat) -> None:
    keeps(chat).starts("menu").is_due("contact.agreed", {"plan": 3}).sees(
        "Noor houdt contact met u. Dit spraken we af:",
        MONTHLY,
        "Rond dinsdag 1 december krijgt u hier een kort bericht: hoe gaat het?",
        "Uw antwoord wordt gelezen door Noor.",
        MAY_CHANGE,
        buttons=["🤝 Contact houden", "⏸️ Even niet", "👌 Zo is het goed"],
    )


@pytest.mark.parametrize(
    ("until", "says"),
    [
        (None, "We vragen nu even niet hoe het gaat, tot u zegt dat het weer mag."),
        (date(2026, 12, 21), "We vragen nu even niet hoe het gaat, tot en met maandag 21 december."),
    ],
)
def test_paused_by_us(chat: Chat, until: date | None, says: str) -> None:
    keeps(chat, replace(STANDS, state="paused", paused_until=until)).starts("menu")
    chat.is_due("contact.changed", {"plan": 3, "what": "paused"}).sees(
        says,
        YOURSELF,
        buttons=["▶️ Toch doorgaan", "💬 Praten met Noor", "👌 Zo is het goed"],
    )


def test_taken_up_again_by_us(chat: Chat) -> None:
    keeps(chat).starts("menu").is_due("contact.changed", {"plan": 3, "what": "resumed"}).sees(
        "We houden weer contact met u.",
        MONTHLY,
        MAY_CHANGE,
        buttons=["🤝 Contact houden", "⏸️ Even niet", "👌 Zo is het goed"],
    )


def test_ended_by_us(chat: Chat) -> None:
    unknown(chat).starts("menu").is_due("contact.changed", {"plan": 3, "what": "ended"}).sees(
        "We stoppen met contact houden zoals we dat afspraken.",
        YOURSELF,
        buttons=["💬 Praten met iemand van ons", "👌 Zo is het goed"],
    )


def test_ended_by_us_with_one_contact_left(chat: Chat) -> None:
    once = replace(STANDS, kind=PlanKind.AFTERCARE, rhythm=Rhythm.ONCE, means=Means.CHAT)
    keeps(chat, once).starts("menu").is_due("contact.changed", {"plan": 3, "what": "ended"})
    assert chat.texts()[1] == "We vragen nog één keer hoe het gaat, binnen een jaar. Daarna niet meer."


@pytest.mark.parametrize(("kind", "about"), [("agreed", {"plan": 3}), ("changed", {"plan": 3, "what": "resumed"})])
def test_gone_before_it_was_told(chat: Chat, kind: str, about: Json) -> None:
    unknown(chat).starts("menu").is_due(f"contact.{kind}", about)
    assert chat.texts() == ["Er is nu geen vast contact afgesproken."]


@pytest.mark.parametrize(
    ("kind", "about"),
    [("proposed", None), ("agreed", {}), ("changed", {"plan": 3, "what": "eaten"}), ("moment", {"moment": "x"})],
)
def test_what_says_nothing_is_not_said(chat: Chat, kind: str, about: Json) -> None:
    chat.starts("menu").is_due(f"contact.{kind}", about).is_silent()
