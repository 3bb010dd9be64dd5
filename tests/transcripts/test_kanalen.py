"""Kanalen: how someone is reached, and how that changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.grammar import EmailInFull, JoinCode, Joined, LeaveChannel, Prefer, RefuseCode, SetContact, Way, Ways
from tests.transcripts.player import GEMEENTE, MENU, Chat

ALL = ("webchat", "telegram", "whatsapp", "email")


def town(*channels: str) -> Chat:
    """In a municipality with these channels."""
    return Chat(replace(GEMEENTE, channels=channels))


def reached(chat: Chat, *ways: Way, offered: tuple[str, ...] = ALL) -> Chat:
    """Someone who is reached in these ways, at the first screen."""
    chat.known[Ways] = Ways(ways, offered)
    return chat.starts("kanalen").at("kanalen.ways")


def test_the_menu_has_it_where_there_is_something_to_choose(chat: Chat) -> None:
    assert "🔔 Mijn berichten" not in chat.starts("menu").buttons()
    shown = town(*ALL).starts("menu").buttons()
    assert [button for button in shown if button != "🔔 Mijn berichten"] == MENU
    rest = ["🤝 Laat iemand meelezen", "💬 Praten met een mens", "🚨 Spoed"]
    assert shown[shown.index("🔔 Mijn berichten") + 1 :] == rest


def test_how_someone_is_reached_and_everything_that_can_change(chat: Chat) -> None:
    chat.starts("kanalen").sees(
        "Hier kunnen we u nu schrijven:",
        "Website: dat werkt.",
        "Telegram: dat werkt.",
        "WhatsApp: dat werkt nu niet.",
        "E-mail: u krijgt alleen een seintje.",
        "We schrijven u het eerst via Telegram.",
        "Wat wilt u doen?",
        buttons=[
            "🔗 Andere app erbij",
            "✉️ Mijn e-mailadres",
            "📄 Wat er in de e-mail staat",
            "⭐ Waar we u het eerst schrijven",
            "🔕 Ergens geen berichten meer",
            "👌 Zo is het goed",
        ],
    )
    chat.taps("👌 Zo is het goed").at("welkom.menu")


def test_on_one_channel_only_what_is_there_is_offered(chat: Chat) -> None:
    reached(chat, Way("webchat"), offered=("webchat", "telegram"))
    assert chat.buttons() == ["🔗 Andere app erbij", "👌 Zo is het goed"]


def test_another_app_with_a_link_and_without(chat: Chat) -> None:
    chat.known[JoinCode] = JoinCode("7K3D-9QX-2MF", 30, {"telegram": "https://t.me/bot?start=code-7K3D9QX2MF"})
    reached(chat, Way("webchat")).taps("🔗 Andere app erbij").sees(
        "Zo gaat u verder op een andere plek. Uw antwoorden gaan mee.",
        "1️⃣ Open Telegram: https://t.me/bot?start=code-7K3D9QX2MF",
        "Of open onze chat in WhatsApp.",
        "2️⃣ Staat de code er nog niet? Typ hem daar: 7K3D-9QX-2MF",
        "3️⃣ Druk op start of op versturen.",
        "De code werkt 30 minuten en één keer. Geef hem aan niemand anders.",
        buttons=["👉 Verder"],
    )
    chat.taps("👉 Verder").at("kanalen.ways")


def test_from_an_app_the_website_comes_last_and_its_chat_takes_the_code(chat: Chat) -> None:
    chat.known[JoinCode] = JoinCode(
        "7K3D-9QX-2MF", 30, {"whatsapp": "https://wa.me/31?text=7K3D-9QX-2MF", "webchat": "https://chat.example"}
    )
    reached(chat.on("telegram"), Way("telegram")).taps("🔗 Andere app erbij").at("kanalen.code")
    assert "1️⃣ Open WhatsApp: https://wa.me/31?text=7K3D-9QX-2MF" in chat.texts()
    assert "Of start de chat op onze website: https://chat.example" in chat.texts()


def test_who_joins_goes_on_in_the_other_app(chat: Chat) -> None:
    reached(chat, Way("webchat")).taps("🔗 Andere app erbij").on("telegram").says(Joined(ok=True))
    chat.at("welkom.own_phone", notice="Gelukt. Dit gesprek loopt nu ook hier.")
    chat.taps("🔒 Ja, alleen ik").at("welkom.menu")


@pytest.mark.parametrize(("channels", "apps"), [(("webchat", "telegram"), "Telegram"), (ALL, "Telegram en WhatsApp")])
def test_at_sign_up_an_app_takes_the_place_of_a_number(channels: tuple[str, ...], apps: str) -> None:
    chat = town(*channels).starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").taps("⏭️ Overslaan")
    chat.taps("⏭️ Overslaan").types("Sam").picks("💬 Hier in de chat").at("aanmelden.contact")
    assert chat.texts()[-1] == f"Berichten via {apps} kan ook."
    assert chat.buttons() == ["🔑 Ik kom zelf terug", "🔗 Liever een app", "⏭️ Overslaan", "✅ Zo is het genoeg"]
    chat.taps("🔗 Liever een app").at("kanalen.code").taps("👉 Verder").at("aanmelden.contact")
    chat.taps("🔗 Liever een app").on("whatsapp").says(Joined(ok=True)).at("welkom.own_phone")
    chat.taps("🔒 Ja, alleen ik").at("aanmelden.interpreter")


def test_who_asks_for_a_human_can_take_an_app_as_well() -> None:
    chat = (
        town(*ALL)
        .starts("menu")
        .types("mens")
        .taps("📞 Mijn nummer geven")
        .sees(
            "Op welk nummer kunnen we u bellen? Een e-mailadres mag ook.",
            "Berichten via Telegram en WhatsApp kan ook.",
            buttons=["🔗 Liever een app", "⏭️ Overslaan"],
        )
    )
    chat.taps("🔗 Liever een app").on("telegram").says(Joined(ok=True)).taps("🔒 Ja, alleen ik").at("welkom.menu")


def test_what_goes_first(chat: Chat) -> None:
    reached(chat, Way("webchat"), Way("telegram"), Way("whatsapp", works=False))
    chat.taps("⭐ Waar we u het eerst schrijven").sees(
        "Waar schrijven we u het eerst?", buttons=["🖥️ Website", "✈️ Telegram", "↩️ Toch niets"]
    )
    chat.types("telegram").sees(
        "Goed. We schrijven u het eerst via Telegram.", buttons=["👉 Verder"], effects=[Prefer("telegram")]
    )
    chat.taps("👉 Verder").at("kanalen.ways")


def test_a_channel_that_was_left_can_be_taken_up_again(chat: Chat) -> None:
    reached(chat, Way("webchat"), Way("whatsapp", works=False, left=True))
    assert chat.texts()[2] == "WhatsApp: daar wilde u geen berichten meer."
    chat.taps("⭐ Waar we u het eerst schrijven").taps("💬 WhatsApp").at("kanalen.first_saved", Prefer("whatsapp"))


def test_an_email_address_is_asked_and_confirmed_by_its_owner(chat: Chat) -> None:
    reached(chat, Way("webchat")).taps("✉️ Mijn e-mailadres").types("0612345678").at("kanalen.email")
    chat.types("sam@voorbeeld.example").sees(
        "Dank u. U krijgt zo een e-mail. Zegt u daarin ja? Dan weten we dat het adres klopt.",
        buttons=["👉 Verder"],
        effects=[SetContact(email="sam@voorbeeld.example")],
    )
    chat.taps("👉 Verder").at("welkom.own_phone").taps("🔒 Ja, alleen ik").at("kanalen.ways")


def test_an_email_address_need_not_be_given(chat: Chat) -> None:
    reached(chat, Way("webchat")).taps("✉️ Mijn e-mailadres").taps("⏭️ Overslaan").at("kanalen.ways")


def test_an_email_address_that_nobody_confirmed_gets_nothing_but_that_question(chat: Chat) -> None:
    reached(chat, Way("webchat"), Way("email", confirmed=False))
    assert chat.texts()[2] == "E-mail: nog niet. Open onze e-mail en zeg daarin ja, dan kan het."
    assert chat.buttons() == ["🔗 Andere app erbij", "✉️ Mijn e-mailadres", "👌 Zo is het goed"]


@pytest.mark.parametrize(
    ("tapped", "said", "full"),
    [
        ("📄 Het hele bericht", "Goed. Onze e-mail bevat vanaf nu het hele bericht.", True),
        ("🔔 Alleen een seintje", "Goed. In onze e-mail staat alleen dat er een bericht is.", False),
    ],
)
def test_what_stands_in_an_email(chat: Chat, tapped: str, said: str, full: bool) -> None:
    reached(chat, Way("webchat"), Way("email")).taps("📄 Wat er in de e-mail staat").sees(
        "Wat mag er in onze e-mail staan?",
        "Bij een seintje staat er alleen: u heeft een bericht. Met een link.",
        "Leest er iemand mee? Dan is een seintje veiliger.",
        buttons=["🔔 Alleen een seintje", "📄 Het hele bericht", "↩️ Toch niets"],
    )
    chat.taps(tapped).sees(said, buttons=["👉 Verder"], effects=[EmailInFull(full)])


def test_who_shares_a_telephone_gets_no_content_by_email(chat: Chat) -> None:
    chat.on("telegram").opens().taps("🌍 Nederlands").taps("👥 Nee, we delen dat").taps("👉 Verder")
    reached(chat, Way("telegram"), Way("email"))
    assert "📄 Wat er in de e-mail staat" not in chat.buttons()


def test_where_e_mail_is_only_a_notice_nobody_is_offered_more() -> None:
    chat = Chat(replace(GEMEENTE, channels=ALL, notices_on=frozenset({"email"})))
    reached(chat, Way("webchat"), Way("email", in_full=True))
    assert "📄 Wat er in de e-mail staat" not in chat.buttons()
    assert "E-mail: u krijgt alleen een seintje." in chat.texts()


def test_messages_end_somewhere_else_but_not_where_it_is_said(chat: Chat) -> None:
    reached(chat.on("telegram"), Way("telegram"), Way("webchat"), Way("whatsapp"))
    chat.taps("🔕 Ergens geen berichten meer").sees(
        "Waar wilt u geen berichten meer?",
        "Wilt u ook hier niets meer? Typ dan ‘stop’.",
        buttons=["💬 WhatsApp", "↩️ Toch niets"],
    )
    chat.taps("💬 WhatsApp").sees(
        "Goed. We sturen niets meer via WhatsApp.",
        "Schrijft u daar zelf iets? Dan lezen we dat gewoon.",
        buttons=["👉 Verder"],
        effects=[LeaveChannel("whatsapp")],
    )
    chat.taps("👉 Verder").at("kanalen.ways")


def test_it_begins_anew_each_time(chat: Chat) -> None:
    chat.starts("kanalen").taps("🔗 Andere app erbij").types("menu").at("welkom.menu")
    chat.taps_data("!go:kanalen").at("kanalen.ways")


def test_changing_ones_mind_changes_nothing(chat: Chat) -> None:
    chat.starts("kanalen").taps("🔕 Ergens geen berichten meer").taps("↩️ Toch niets").at("kanalen.ways")
    chat.taps("📄 Wat er in de e-mail staat").types("toch niets").at("kanalen.ways")


@pytest.mark.parametrize("shared", [True, False])
def test_where_only_a_notice_goes_the_answer_is_behind_a_link(shared: bool) -> None:
    chat = Chat(GEMEENTE if shared else replace(GEMEENTE, notices_on=frozenset({"telegram"}))).on("telegram")
    chat.opens().taps("🌍 Nederlands")
    if shared:
        chat.taps("👥 Nee, we delen dat").taps("👉 Verder")
    else:
        chat.taps("🔒 Ja, alleen ik")
    assert "Is er antwoord? Dan krijgt u hier een seintje met een link." in chat.types("mens").texts()


def test_on_the_web_chat_an_answer_stands_in_the_chat_whoever_reads_along() -> None:
    chat = Chat(replace(GEMEENTE, notices_on=frozenset({"telegram"})))
    assert "Het antwoord komt hier, in deze chat." in " ".join(chat.starts("menu").types("mens").texts())


def test_a_code_of_another_conversation_is_a_question_first(chat: Chat) -> None:
    chat.starts("aanmelden").says(Joined(ok=False, asks=True)).sees(
        "Deze code hoort bij een ander gesprek. Heeft u die code net zelf gemaakt?",
        "Dan maken we er één gesprek van.",
        "Heeft iemand anders u de code gestuurd? Kies dan nee: die persoon zou uw berichten kunnen lezen.",
        buttons=["✅ Ja, zelf gemaakt", "✋ Nee, niet van mij"],
    )
    chat.says(Joined(ok=False, asks=True)).at("kanalen.joining")
    chat.taps("✋ Nee, niet van mij").sees(
        "Goed dat u het zegt. Er is niets samengevoegd. De code werkt niet meer.",
        buttons=["👉 Verder"],
        effects=[RefuseCode()],
    )
    chat.taps("👉 Verder").at("aanmelden.for_whom")


def test_a_question_about_a_code_waits_on_top_of_where_they_were(chat: Chat) -> None:
    reached(chat, Way("webchat")).says(Joined(ok=False, asks=True)).says(Joined(ok=True)).at("welkom.menu")
    chat.taps_data("!go:aanmelden").says(Joined(ok=False, asks=True)).says(Joined(ok=False)).at("aanmelden.for_whom")


def test_words_that_may_be_a_yes_join_nothing(chat: Chat) -> None:
    chat.starts("aanmelden").says(Joined(ok=False, asks=True)).types("mijn man heeft die zelf gemaakt").sees(
        "Er is nog niets samengevoegd.",
        "Heeft u de code zelf gemaakt? Typ hem dan nog een keer.",
        buttons=["👉 Verder"],
    )
    chat.taps("👉 Verder").at("aanmelden.for_whom")


def test_who_is_new_is_asked_before_the_welcome(chat: Chat) -> None:
    chat.on("telegram").says(Joined(ok=False, asks=True)).at("kanalen.joining")
    chat.taps("✋ Nee, niet van mij").taps("👉 Verder").at("welkom.hello")


def test_in_a_hold_the_question_is_put_and_answered(chat: Chat) -> None:
    chat.starts("aanmelden").held().says(Joined(ok=False, asks=True)).at("kanalen.joining")
    chat.types("ja").is_silent()
    chat.taps_data("kanalen.joining:no").at("overdracht.held", RefuseCode())
    chat.is_handed_back().at("aanmelden.for_whom")
