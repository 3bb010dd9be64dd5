"""Contact houden: a pause by one tap, going on, and none any more; however old the button, and in a hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.aftercare import AgreePlan, EndPlan, PausePlan, PlanKind, ResumePlan
from flows.grammar import OptIn
from tests.transcripts.contact import MONTHLY, STANDS, keeps, unknown
from tests.transcripts.player import Chat

PAUSED = "!to:contact.pause:4"
FOUR_WEEKS = date(2026, 12, 21)
YOURSELF = "U kunt ons zelf altijd schrijven. Typ dan ‘contact houden’ of ‘mens’."


def test_by_one_tap(chat: Chat) -> None:
    keeps(chat).starts("menu").taps_data(PAUSED).sees(
        "Dat is goed. We vragen nu even niet hoe het gaat, tot en met maandag 21 december.",
        "Is er iets? Typ ‘mens’, dan helpen we u ook nu.",
        buttons=[
            "⏸️ 2 weken pauze",
            "⏸️ 3 maanden pauze",
            "⏸️ Tot ik het zeg",
            "▶️ Toch doorgaan",
            "🔕 Geen contact meer",
            "👌 Zo is het goed",
        ],
        effects=[PausePlan(3, FOUR_WEEKS)],
    )
    chat.taps("👌 Zo is het goed").at("welkom.menu")


@pytest.mark.parametrize(
    ("button", "until"),
    [
        ("⏸️ 2 weken pauze", date(2026, 12, 7)),
        ("⏸️ 3 maanden pauze", date(2027, 2, 22)),
        ("⏸️ Tot ik het zeg", None),
    ],
)
def test_for_another_time(chat: Chat, button: str, until: date | None) -> None:
    keeps(chat).starts("menu").taps_data(PAUSED).taps(button).at("contact.pause", PausePlan(3, until))
    assert button not in chat.buttons()
    if until is None:
        assert chat.texts()[0] == "Dat is goed. We wachten tot u zegt dat het weer mag."


def test_without_an_end_by_an_old_button(chat: Chat) -> None:
    keeps(chat).starts("menu").taps_data("!to:contact.pause:0").at("contact.pause", PausePlan(3, None))
    chat.taps_data("!to:contact.pause:0").at("contact.pause")


def test_and_after_all_not(chat: Chat) -> None:
    keeps(chat).starts("menu").taps_data(PAUSED).taps("▶️ Toch doorgaan").sees(
        "Fijn. We houden weer contact, zoals we afspraken.",
        MONTHLY,
        buttons=["🤝 Contact houden", "⏸️ Even niet", "👌 Zo is het goed"],
        effects=[ResumePlan(3)],
    )
    chat.taps_data("!to:contact.resume:1").at("contact.resume")


def test_old_buttons_twice_and_from_another_device_do_no_harm(chat: Chat) -> None:
    keeps(chat).starts("menu").taps_data(PAUSED).at("contact.pause", PausePlan(3, FOUR_WEEKS))
    chat.taps_data(PAUSED).at("contact.pause")
    chat.on("whatsapp").taps_data(PAUSED).at("contact.pause")
    chat.taps_data("!to:contact.pause:999").at("contact.pause")  # no such time: the usual one


def test_an_old_button_takes_no_question_away(chat: Chat) -> None:
    keeps(chat).starts("aanmelden").taps("🙋 Voor mijzelf").taps_data(PAUSED).at(
        "contact.pause", PausePlan(3, FOUR_WEEKS)
    )
    chat.taps("👌 Zo is het goed").at("aanmelden.worries")


@pytest.mark.parametrize("button", ["pause:4", "resume:1", "ended:1"])
def test_where_nothing_is_agreed(chat: Chat, button: str) -> None:
    unknown(chat).starts("menu").taps_data(f"!to:contact.{button}")
    assert chat.buttons() == ["🤝 Contact houden", "👌 Zo is het goed"]
    assert chat.turn.effects == ()


def test_who_wants_no_messages_at_all_is_told_how(chat: Chat) -> None:
    unknown(chat).starts("menu").types("even geen berichten").sees(
        "We hebben nu geen vast contact afgesproken.",
        "Wilt u helemaal geen berichten meer? Typ ‘stop’.",
        buttons=["🤝 Contact houden", "👌 Zo is het goed"],
    )


def test_in_a_hold_it_pauses_too(chat: Chat) -> None:
    keeps(chat).starts("menu").held().taps_data(PAUSED).at("contact.pause", PausePlan(3, FOUR_WEEKS))
    assert chat.buttons() == [
        "⏸️ 2 weken pauze",
        "⏸️ 3 maanden pauze",
        "⏸️ Tot ik het zeg",
        "▶️ Toch doorgaan",
        "🔕 Geen contact meer",
    ]
    chat.taps_data("!to:contact.ended:1").at("contact.ended", EndPlan(3))
    assert chat.buttons() == []


# ---- none any more -------------------------------------------------------------------------------------------------


def test_stopping_offers_a_pause(chat: Chat) -> None:
    keeps(chat).starts("menu").types("contact houden").taps("🔕 Stoppen").sees(
        "Dat kan. Wilt u even pauze, of helemaal geen contact meer?",
        MONTHLY,
        buttons=["⏸️ Even niet", "🔕 Geen contact meer", "👌 Laat het zo"],
    )
    chat.taps("👌 Laat het zo").at("welkom.menu")


def test_none_any_more_and_back_by_one_tap(chat: Chat) -> None:
    keeps(chat).starts("menu").types("stop de check-in").taps("🔕 Geen contact meer").sees(
        "Dat is goed.",
        "We vragen dan niet meer uit onszelf hoe het gaat.",
        YOURSELF,
        buttons=["↩️ Toch wel contact", "👌 Zo is het goed"],
        effects=[EndPlan(3)],
    )
    chat.keeping.kind = PlanKind.WATCH
    chat.taps("↩️ Toch wel contact").at("contact.agreed", AgreePlan("waakvlam", "month", 1, "afternoon", "chat"))


def test_and_on_any_day(chat: Chat) -> None:
    keeps(chat, replace(STANDS, weekday=None)).starts("menu").taps_data("!to:contact.ended:1")
    chat.keeping.kind = PlanKind.WATCH
    chat.taps("↩️ Toch wel contact").at("contact.agreed", AgreePlan("waakvlam", "month", None, "afternoon", "chat"))


def test_of_aftercare_one_contact_stays(chat: Chat) -> None:
    keeps(chat, replace(STANDS, kind=PlanKind.AFTERCARE)).starts("menu").taps_data("!to:contact.ended:1").sees(
        "Dat is goed.",
        "We vragen nog één keer hoe het gaat, binnen een jaar. Daarna niet meer.",
        YOURSELF,
        buttons=["↩️ Toch wel contact", "👌 Zo is het goed"],
        effects=[EndPlan(3)],
    )


def test_nothing_to_stop(chat: Chat) -> None:
    unknown(chat).starts("menu").types("stop de check-in").at("contact.stopping")
    assert chat.texts()[0] == "We hebben nu geen vast contact afgesproken."


def test_who_said_stop_and_goes_on_is_asked_for_messages(chat: Chat) -> None:
    keeps(chat, replace(STANDS, state="paused")).starts("menu").types("stop")
    chat.taps_data("!to:contact.resume:1").at("contact.resume")
    assert chat.texts()[1] == "Mogen we u weer berichten sturen?"
    chat.types("ja dat mag").at("contact.resume", OptIn(), ResumePlan(3))


def test_the_global_word_keeps_its_meaning(chat: Chat) -> None:
    keeps(chat).starts("menu").types("contact houden").types("stop")
    assert [reply.origin for reply in chat.turn.replies] == ["woorden.stopped"]
