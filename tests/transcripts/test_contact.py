"""Contact houden: what is agreed, agreeing it in a few taps, and changing one thing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.aftercare import AgreePlan, Plan, PlanKind, Rhythm
from flows.grammar import OptIn, OptOut
from flows.progress import Phase
from tests.transcripts.contact import GONE, MONTHLY, NOBODY, STANDS, WEEKLY, keeps, unknown
from tests.transcripts.player import MENU, Chat
from tests.transcripts.voortgang import standing, stands

USUAL = AgreePlan("vast", "week", None, "morning", "chat")
CHANGE = "Wilt u iets anders? Typ ‘contact houden’. Even pauze mag altijd."


# ---- nothing is agreed yet -----------------------------------------------------------------------------------------


def test_the_usual_by_one_tap(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").sees(
        "We houden graag contact met u. Dan vragen we af en toe hoe het gaat.",
        "Dit doen we meestal:",
        WEEKLY,
        "Is dat goed voor u?",
        buttons=["✅ Ja, graag", "🔧 Liever anders", "📆 Moeilijke momenten", "👋 Nee, dank u"],
    )
    chat.taps("✅ Ja, graag").sees(
        "Fijn. Dat is afgesproken.",
        WEEKLY,
        "Rond maandag 30 november krijgt u hier een kort bericht: hoe gaat het?",
        "Uw antwoord wordt gelezen door Noor.",
        CHANGE,
        buttons=["📆 Moeilijke momenten", "👌 Zo is het goed"],
        effects=[USUAL],
    )
    chat.taps("👌 Zo is het goed").at("welkom.menu")


def test_it_is_not_in_the_menu(chat: Chat) -> None:
    assert chat.starts("menu").buttons() == MENU


def test_each_question(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").taps("🔧 Liever anders").sees(
        "Hoe vaak wilt u contact?",
        buttons=[
            "🔁 Elke week",
            "🔁 Elke 2 weken",
            "🔁 Elke maand",
            "⏭️ Overslaan",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("🔁 Elke 2 weken").sees(
        "Welke dag komt u goed uit?",
        buttons=[
            "📅 Elke dag is goed",
            "📅 Maandag",
            "📅 Dinsdag",
            "📅 Woensdag",
            "📅 Donderdag",
            "📅 Vrijdag",
            "📅 Zaterdag",
            "📅 Zondag",
            "⏭️ Overslaan",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("📅 Donderdag").sees(
        "Wanneer op de dag?",
        buttons=[
            "🌅 In de ochtend",
            "🌇 In de middag",
            "🌙 In de avond",
            "⏭️ Overslaan",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("🌙 In de avond").sees(
        "Op welke manier wilt u contact?",
        buttons=["💬 Hier in de chat", "📞 Telefoon", "🏢 Een gesprek", "⏭️ Overslaan"],
    )
    chat.taps("📞 Telefoon").sees(
        "Fijn. Dat is afgesproken.",
        "🔁 Elke 2 weken\n📅 Donderdag\n🌙 In de avond\n📞 Telefoon",
        "Rond donderdag 3 december wordt u gebeld door Noor.",
        CHANGE,
        buttons=["📆 Moeilijke momenten", "👌 Zo is het goed"],
        effects=[AgreePlan("vast", "two_weeks", 3, "evening", "phone")],
    )


def test_everything_can_be_skipped(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").taps("🔧 Liever anders")
    for _ in range(3):
        chat.taps("⏭️ Overslaan")
    chat.taps("⏭️ Overslaan").at("contact.agreed", USUAL)


def test_enough_is_enough(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").taps("🔧 Liever anders").taps("🔁 Elke maand")
    chat.taps("✅ Zo is het genoeg").at("contact.agreed", AgreePlan("vast", "month", None, "morning", "chat"))


def test_who_is_not_known_is_someone_of_us(chat: Chat) -> None:
    keeps(chat, None, contact=NOBODY).keeping.kind = PlanKind.FIXED
    chat.starts("menu").types("contact houden").taps("✅ Ja, graag")
    assert chat.texts()[3] == "Uw antwoord wordt gelezen door een medewerker."


def test_no_is_an_answer(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").types("nee dank u").at("welkom.menu")


def test_on_a_sunday_nobody_of_us_calls(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").taps("🔧 Liever anders").taps("⏭️ Overslaan").taps("📅 Zondag")
    chat.taps("⏭️ Overslaan").taps("📞 Telefoon")
    chat.at("contact.agreed", AgreePlan("vast", "week", None, "morning", "phone"))
    chat.types("contact houden").taps("🔧 Iets veranderen").taps("📅 Welke dag")
    assert "📅 Zondag" not in chat.buttons()


def test_a_talk_is_an_appointment(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").taps("🔧 Liever anders")
    for _ in range(3):
        chat.taps("⏭️ Overslaan")
    chat.types("langskomen")
    assert chat.texts()[2] == "Rond maandag 30 november maakt Noor een afspraak met u."


@pytest.mark.parametrize("case", [False, True])
def test_without_a_sign_up(chat: Chat, case: bool) -> None:
    unknown(chat).keeping.contact = replace(NOBODY, open_case=case)
    chat.starts("menu").types("contact houden").sees(
        "Met ‘contact houden’ vragen we af en toe hoe het met u gaat.",
        "We weten dan wat er speelt, en helpen op tijd."
        if case
        else "Dat doen we met mensen die we helpen. Wilt u hulp? Dat is gratis.",
        buttons=[*([] if case else ["🙋 Ik wil hulp"]), "💬 Praten met een mens", "👌 Zo is het goed"],
    )
    if not case:
        chat.types("ik wil hulp").at("aanmelden.for_whom")


def test_after_the_end_of_help(chat: Chat) -> None:
    keeps(chat, None, contact=GONE).starts("menu").types("contact houden").at("contact.plan")
    assert chat.texts()[0] == "Welkom terug. Goed dat u er weer bent."


# ---- it stands -----------------------------------------------------------------------------------------------------


def test_what_is_agreed(chat: Chat) -> None:
    keeps(chat).starts("menu").types("contact houden").sees(
        "Noor houdt contact met u. Dit spraken we af:",
        MONTHLY,
        "De volgende keer is op dinsdag 1 december.",
        buttons=[
            "⏸️ Even niet",
            "🔧 Iets veranderen",
            "📆 Moeilijke momenten",
            "🔕 Stoppen",
            "💬 Praten met een mens",
            "👌 Zo is het goed",
        ],
    )


def test_how_long_it_lasts_and_that_it_is_paused(chat: Chat) -> None:
    plan = replace(STANDS, kind=PlanKind.FOLLOW, state="paused", until=date(2027, 4, 1))
    keeps(chat, replace(plan, paused_until=date(2026, 12, 21)), contact=NOBODY).starts("menu").types("contact houden")
    assert chat.texts() == [
        "We houden contact met u. Dit spraken we af:",
        MONTHLY,
        "⏸️ Nu even niet, tot en met maandag 21 december.",
        "Dit loopt tot uiterlijk donderdag 1 april.",
    ]
    assert chat.buttons()[0] == "▶️ Toch doorgaan"
    keeps(chat, plan).types("contact houden")
    assert chat.texts()[2] == "⏸️ Nu even niet. U zegt zelf wanneer het weer mag."
    chat.keeping.stopped = True
    chat.types("contact houden")
    assert chat.texts()[2] == "⏸️ Nu even niet. U wilde geen berichten meer."


def test_one_thing_is_changed(chat: Chat) -> None:
    keeps(chat).starts("menu").types("contact houden").taps("🔧 Iets veranderen").sees(
        "Wat wilt u anders?",
        MONTHLY,
        buttons=[
            "🔁 Hoe vaak",
            "📅 Welke dag",
            "🕒 Welk dagdeel",
            "📱 Op welke manier",
            "↩️ Niets veranderen",
        ],
    )
    chat.taps("📅 Welke dag")
    assert chat.buttons()[-1] == "⏭️ Overslaan"
    chat.taps("📅 Elke dag is goed").at("contact.agreed", AgreePlan("waakvlam", "month", None, "afternoon", "chat"))


@pytest.mark.parametrize(
    ("thing", "answer", "wanted"),
    [
        ("🔁 Hoe vaak", "om de maand", AgreePlan("waakvlam", "two_months", 1, "afternoon", "chat")),
        ("📅 Welke dag", "liever op vrijdag", AgreePlan("waakvlam", "month", 4, "afternoon", "chat")),
        ("🕒 Welk dagdeel", "'s avonds graag", AgreePlan("waakvlam", "month", 1, "evening", "chat")),
        ("📱 Op welke manier", "bel mij maar", AgreePlan("waakvlam", "month", 1, "afternoon", "phone")),
    ],
)
def test_in_own_words(chat: Chat, thing: str, answer: str, wanted: AgreePlan) -> None:
    keeps(chat).starts("menu").types("contact houden").taps("🔧 Iets veranderen").taps(thing)
    chat.types(answer).at("contact.agreed", wanted)


def test_nothing_is_changed_after_all(chat: Chat) -> None:
    keeps(chat).starts("menu").types("contact houden").taps("🔧 Iets veranderen").taps("🔁 Hoe vaak")
    chat.taps("⏭️ Overslaan").sees(
        "Dat is goed. Alles blijft zoals het was.",
        MONTHLY,
        "De volgende keer is op dinsdag 1 december.",
        buttons=["👌 Zo is het goed"],
    )
    chat.types("contact houden").taps("🔧 Iets veranderen").taps("↩️ Niets veranderen").at("contact.plan")


def test_who_changes_what_is_paused_goes_on(chat: Chat) -> None:
    keeps(chat, replace(STANDS, state="paused")).starts("menu").types("contact houden").taps("🔧 Iets veranderen")
    chat.taps("🔁 Hoe vaak").taps("🔁 Elke maand")
    chat.at("contact.agreed", AgreePlan("waakvlam", "month", 1, "afternoon", "chat"))


def test_further_on_it_is_of_another_kind(chat: Chat) -> None:
    keeps(chat, Plan(3, PlanKind.FIXED, Rhythm.WEEK, "active")).keeping.kind = PlanKind.WATCH
    chat.starts("menu").types("contact houden").taps("🔧 Iets veranderen").taps("🕒 Welk dagdeel")
    chat.taps("🌇 In de middag").at("contact.agreed", AgreePlan("waakvlam", "month", None, "afternoon", "chat"))


def test_once_more_and_then_none(chat: Chat) -> None:
    keeps(chat, replace(STANDS, kind=PlanKind.AFTERCARE, rhythm=Rhythm.QUARTER, until=date(2027, 11, 1)))
    chat.starts("menu").types("contact houden").taps("🔧 Iets veranderen").taps("🔁 Hoe vaak")
    assert chat.buttons()[:5] == [
        "🔁 Elke 3 maanden",
        "🔁 Elke maand",
        "🔁 Elke 2 maanden",
        "🔁 Elk half jaar",
        "1️⃣ Nog één keer",
    ]
    chat.types("nog maar 1 keer").at("contact.agreed", AgreePlan("nazorg", "once", 1, "afternoon", "chat"))
    assert chat.texts()[2:] == ["We vragen nog één keer hoe het gaat, binnen een jaar. Daarna niet meer.", CHANGE]


def test_it_cannot_be_agreed_any_more(chat: Chat) -> None:
    chat.starts("menu").types("contact houden").refused("no_plan").taps("✅ Ja, graag").sees(
        "Dit kan nu niet meer worden afgesproken. Een mens kijkt graag met u mee.",
        buttons=["💬 Praten met Noor", "👌 Zo is het goed"],
    )
    chat.starts("menu").types("contact houden").taps("🔧 Liever anders")
    unknown(chat).taps("🔁 Elke week").at("contact.weekday")
    assert chat.texts()[0] == "Met ‘contact houden’ vragen we af en toe hoe het met u gaat."


# ---- who said stop -------------------------------------------------------------------------------------------------


def test_after_stop_messages_are_asked_for_first(chat: Chat) -> None:
    chat.starts("menu").types("stop").at("woorden.stopped", OptOut())
    chat.types("contact houden").taps("✅ Ja, graag").sees(
        "U wilde geen berichten meer. Zonder berichten kunnen we geen contact houden.",
        "Mogen we u weer berichten sturen?",
        buttons=["🔔 Ja, dat mag", "👋 Nee, liever niet"],
    )
    chat.taps("🔔 Ja, dat mag").at("contact.agreed", OptIn(), USUAL)


def test_what_was_chosen_is_kept_while_that_is_asked(chat: Chat) -> None:
    chat.starts("menu").types("stop").types("contact houden").taps("🔧 Liever anders").taps("🔁 Elke maand")
    chat.taps("📅 Vrijdag").taps("✅ Zo is het genoeg").types("ja graag")
    chat.at("contact.agreed", OptIn(), AgreePlan("vast", "month", 4, "morning", "chat"))


def test_and_no_leaves_it(chat: Chat) -> None:
    chat.starts("menu").types("stop").types("contact houden").taps("✅ Ja, graag").taps("👋 Nee, liever niet")
    chat.at("welkom.menu")


# ---- how one gets here ---------------------------------------------------------------------------------------------


def test_from_a_deep_link(chat: Chat) -> None:
    chat.starts("menu").opens("contact", "poster")
    assert [reply.origin for reply in chat.turn.replies] == ["contact.plan"]


@pytest.mark.parametrize("phase", [Phase.FOLLOWING, Phase.AFTERCARE])
def test_from_the_last_steps(chat: Chat, phase: Phase) -> None:
    stands(chat, standing({phase: "now"})).starts("voortgang")
    assert "🤝 Contact houden" in chat.buttons()
    chat.taps_data(f"voortgang.where:{phase.value}").taps("🤝 Contact houden").at("contact.plan")
    chat.taps("👋 Nee, dank u").at(f"voortgang.{phase.value}")


def test_not_from_a_step_that_is_far_off(chat: Chat) -> None:
    stands(chat, standing({Phase.TALK: "now"})).starts("voortgang")
    assert "🤝 Contact houden" not in chat.buttons()
