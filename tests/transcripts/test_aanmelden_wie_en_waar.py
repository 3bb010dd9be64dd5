"""Aanmelden: from the menu to a promise with a day, in every way there is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.grammar import (
    Elsewhere,
    HandOver,
    Record,
    SetContact,
    SignUp,
)
from tests.transcripts.aanmelden import NUDGE, signed_up, to_summary
from tests.transcripts.player import GEMEENTE, Chat

# ---- for someone else ------------------------------------------------------------------------------------------------


def test_for_someone_close_who_knows(chat: Chat) -> None:
    chat.starts("aanmelden").types("mijn moeder").sees(
        "Mooi dat u meehelpt. Weet die persoon dat u ons schrijft?",
        buttons=["✅ Ja, die weet het", "🤫 Nee, nog niet", "⏭️ Overslaan"],
    )
    chat.taps("✅ Ja, die weet het").sees(
        "Hoe heet de persoon om wie het gaat? Een voornaam is genoeg.", buttons=["⏭️ Overslaan", "✅ Zo is het genoeg"]
    )
    chat.types("Ria").at("aanmelden.worries", NUDGE)
    chat.taps("✅ Zo is het genoeg").taps("✏️ Iets veranderen")
    assert "👤 Om wie het gaat" in chat.buttons()
    chat.taps("↩️ Toch niets").taps("✅ Ja, dat klopt")
    assert signed_up(chat) == SignUp("helper", {"for_whom": "helper", "knows": "yes", "about": {"text": "Ria"}})


def test_without_that_persons_knowledge_advice_only_and_nothing_is_kept(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").taps("🤫 Nee, nog niet").sees(
        "Fijn dat u meedenkt. We vragen dan niet naar de naam of de schulden.",
        "Wat vaak helpt: luister rustig en oordeel niet. Vertel dat er hulp is.",
        "Bied aan om samen te gaan. Samen aanmelden kan hier altijd.",
        "Zelf vragen? Geldfit denkt gratis mee: 0800-8115.",
        buttons=["🤝 We doen het samen", "💬 Praten met een mens", "🏠 Naar het menu"],
    )
    assert set(chat.answers()) == {"for_whom", "knows"}
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_who_skips_whether_the_person_knows_gets_advice_too(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").taps("⏭️ Overslaan").at("aanmelden.advice")
    chat.taps("💬 Praten met een mens").hands_over("vraagt om een mens")
    chat.taps("👉 Verder").taps("🤝 We doen het samen").at("aanmelden.about")
    assert chat.answers()["knows"] == "yes"


@pytest.mark.parametrize(
    ("label", "capacity"), [("💼 Voor mijn werk", "professional"), ("⚖️ Ik ben bewindvoerder", "bewindvoerder")]
)
def test_professionals_say_from_where_and_that_the_person_knows(chat: Chat, label: str, capacity: str) -> None:
    chat.starts("aanmelden").taps(label).at("aanmelden.knows")
    chat.taps("✅ Ja, die weet het").at("aanmelden.organisation")
    assert chat.texts() == ["Van welke organisatie bent u?"]
    chat.types("Wijkteam Zuid").at("aanmelden.about")
    chat.types("Ria").at("aanmelden.worries", NUDGE)
    chat.taps("✅ Zo is het genoeg").taps("✅ Ja, dat klopt")
    assert signed_up(chat) == SignUp(
        capacity,
        {
            "for_whom": capacity,
            "knows": "yes",
            "organisation": {"text": "Wijkteam Zuid"},
            "about": {"text": "Ria"},
        },
    )


def test_the_postcode_asked_is_that_of_the_person(chat: Chat) -> None:
    chat.starts("aanmelden").taps("💼 Voor mijn werk").taps("✅ Ja, die weet het").types("Wijkteam").types("Ria")
    chat.taps("👉 Klaar").taps("🙂 Nee, nu niet")
    assert chat.texts()[0] == "Wat is de postcode of buurt van die persoon?"


def test_changing_for_whom_asks_again_whether_the_person_knows(chat: Chat) -> None:
    to_summary(chat).taps("✏️ Iets veranderen").taps("🙋 Voor wie").taps("👥 Voor iemand anders").at("aanmelden.knows")
    chat.taps("✅ Ja, die weet het").at("aanmelden.summary")


def test_a_minor_gets_a_human_and_a_number_and_no_case(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🎒 Ik ben jonger dan 18").sees(
        "Wat goed dat u hulp zoekt. Voor jongeren helpen we op een andere manier.",
        "Een medewerker krijgt nu bericht en leest dit gesprek. Dat kan even duren.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "U kunt ook gratis praten met de Kindertelefoon: 0800-0432. Uw naam is niet nodig.",
        "U kunt hier alvast typen wat er speelt.",
        buttons=["↩️ Ik ben 18 of ouder", "🏠 Naar het menu"],
        effects=[HandOver(reason="jonger dan 18")],
    )
    chat.types("mijn ouders hebben schulden").at("overdracht.noted")
    chat.taps("👉 Verder").taps("🏠 Naar het menu").at("welkom.menu")


def test_a_mistake_about_being_a_minor(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🎒 Ik ben jonger dan 18").taps("↩️ Ik ben 18 of ouder").at("aanmelden.for_whom")


def test_a_detour_signs_up_no_minor(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🎒 Ik ben jonger dan 18").types("terug").taps("✅ Zo is het genoeg")
    chat.at("aanmelden.summary", HandOver("jonger dan 18"))
    assert chat.buttons() == ["↩️ Ik ben 18 of ouder", "🏠 Naar het menu"]
    chat.taps("↩️ Ik ben 18 of ouder").at("aanmelden.for_whom")


def test_a_detour_signs_up_nobody_without_their_knowledge(chat: Chat) -> None:
    chat.starts("aanmelden").taps("👥 Voor iemand anders").types("terug").taps("✅ Zo is het genoeg")
    chat.at("aanmelden.summary")
    assert chat.buttons()[0] == "🤝 We doen het samen"
    chat.taps("🤝 We doen het samen").at("aanmelden.summary")
    assert chat.buttons()[0] == "✅ Ja, dat klopt"


# ---- place -----------------------------------------------------------------------------------------------------------


def at_place(chat: Chat) -> Chat:
    return chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").taps("🙂 Nee, nu niet")


@pytest.mark.parametrize("text", ["2900", "2999AB", "2912 ab", "de Havenbuurt", "achter het station", "12"])
def test_places_that_are_ours_or_unknown_go_on(chat: Chat, text: str) -> None:
    at_place(chat).types(text).at("aanmelden.name")
    assert chat.answers()["place"] == {"text": text}


def test_another_municipality_that_we_know(chat: Chat) -> None:
    at_place(chat).types("3105 XX").sees(
        "Dit hoort bij Polderhoek. Daar helpen ze u graag.",
        "U kunt bellen: 010 765 43 21",
        "Of kijk op: polderhoek.example/geld",
        "Klopt dit niet, of komt u er niet uit? Dan gaan we hier verder.",
        buttons=["👉 Hier verdergaan", "📍 Postcode verbeteren", "💬 Praten met een mens", "👋 Ik weet genoeg"],
        effects=[Record(kind="doorverwijzing", detail={"naar": "Polderhoek"})],
    )
    chat.taps("📍 Postcode verbeteren").at("aanmelden.place")
    chat.types("Polderhoek-Oost").at("aanmelden.elsewhere", Record("doorverwijzing", {"naar": "Polderhoek"}))
    chat.taps("👉 Hier verdergaan").at("aanmelden.name")


def test_another_municipality_that_we_do_not_know(chat: Chat) -> None:
    at_place(chat).types("9999").sees(
        "Deze postcode hoort bij een andere gemeente. Daar helpen ze u graag.",
        "Geldfit zoekt gratis met u de juiste plek: 0800-8115.",
        "Klopt dit niet, of komt u er niet uit? Dan gaan we hier verder.",
        buttons=["👉 Hier verdergaan", "📍 Postcode verbeteren", "💬 Praten met een mens", "👋 Ik weet genoeg"],
        effects=[Record(kind="doorverwijzing", detail={"naar": "Geldfit"})],
    )
    chat.taps("👋 Ik weet genoeg").at("welkom.menu")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "2912"),
        ("nl", "ik woon in 2912"),
        ("nl", "nee, mijn postcode is 2912 AB"),
        ("en", "2912"),
        ("en", "no its 2912"),
        ("en", "sorry, my postcode is 2912"),
        ("ar", "2912"),
        ("ar", "٢٩١٢"),
        ("ar", "لا، الرمز البريدي هو 2912"),
    ],
)
def test_who_mistyped_a_postcode_types_the_right_one(language: str, text: str) -> None:
    chat = Chat().starts("aanmelden").speaking(language)
    for choice in ("for_whom:self", "worries:done", "urgency:none"):
        chat.taps_data(f"aanmelden.{choice}")
    chat.types("1011").at("aanmelden.elsewhere", Record("doorverwijzing", {"naar": "Geldfit"}))
    chat.types(text).at("aanmelden.name")
    assert chat.answers()["place"] == {"text": text}


def test_another_postcode_of_elsewhere_leads_to_the_place_of_that_one(chat: Chat) -> None:
    at_place(chat).types("9999").types("nee 3105").at(
        "aanmelden.elsewhere", Record("doorverwijzing", {"naar": "Polderhoek"})
    )
    assert "Dit hoort bij Polderhoek. Daar helpen ze u graag." in chat.texts()
    chat.types("verder").at("aanmelden.name")


def test_a_telephone_number_where_a_postcode_is_of_elsewhere_is_no_postcode(chat: Chat) -> None:
    at_place(chat).types("9999").types("010 123 2912").at("aanmelden.elsewhere")
    assert chat.answers()["place"] == {"text": "9999", "elsewhere": ""}


def test_a_postcode_is_put_right_from_the_summary_too(chat: Chat) -> None:
    at_place(chat).taps("✅ Zo is het genoeg").taps("✏️ Iets veranderen").taps("📍 Postcode of buurt")
    chat.types("9999").types("2912").at("aanmelden.summary")
    assert chat.answers()["place"] == {"text": "2912"}


def test_a_municipality_of_which_we_know_only_the_name() -> None:
    chat = Chat(replace(GEMEENTE, elsewhere=(Elsewhere("Polderhoek", ((3100, 3199),)),)))
    assert "Geldfit zoekt gratis met u de juiste plek: 0800-8115." in at_place(chat).types("3100").texts()


def test_without_postcodes_everyone_is_ours() -> None:
    at_place(Chat(replace(GEMEENTE, postcodes=(), elsewhere=()))).types("9999").at("aanmelden.name")


# ---- reaching someone ------------------------------------------------------------------------------------------------


def at_how(chat: Chat) -> Chat:
    return at_place(chat).taps("⏭️ Overslaan").taps("⏭️ Overslaan").at("aanmelden.how")


def test_off_the_web_chat_no_number_is_asked_of_who_wants_to_write(chat: Chat) -> None:
    at_how(chat.on("telegram")).picks("💬 Hier in de chat").at("aanmelden.interpreter")


def test_a_call_needs_a_number_where_the_channel_gives_none(chat: Chat) -> None:
    at_how(chat.on("telegram")).picks("📞 Telefoon").picks("🌅 In de ochtend").picks("🗓️ Vrijdag").sees(
        "Op welk nummer kunnen we u bellen?", buttons=["⏭️ Overslaan", "✅ Zo is het genoeg"]
    )
    chat.types("tja").types("020-1234567").at("aanmelden.interpreter")
    chat.taps("⏭️ Overslaan").at("aanmelden.anything", SetContact(phone="0201234567"))


def test_whatsapp_gives_the_number_itself(chat: Chat) -> None:
    at_how(chat.on("whatsapp")).picks("📞 Telefoon").picks().picks().at("aanmelden.interpreter")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("0612345678", {"text": "0612345678", "phone": "0612345678"}),
        ("mijn nummer is +31 6 12 34 56 78 hoor", {"text": "+31 6 12 34 56 78", "phone": "+31612345678"}),
        ("(020) 123 45 67", {"text": "(020) 123 45 67", "phone": "0201234567"}),
        ("Sam@Voorbeeld.example", {"text": "Sam@Voorbeeld.example", "email": "Sam@Voorbeeld.example"}),
    ],
)
def test_numbers_and_addresses_are_read_from_a_sentence(chat: Chat, text: str, kept: dict[str, str]) -> None:
    at_how(chat).picks("💬 Hier in de chat").types(text).at("welkom.own_phone")
    assert chat.answers()["contact"] == kept


@pytest.mark.parametrize("text", ["morgen", "12345", "sam@", "mijn oude"])
def test_what_is_no_number_is_asked_again(chat: Chat, text: str) -> None:
    at_how(chat).picks("💬 Hier in de chat").types(text).at("aanmelden.contact")


def test_coming_back_by_oneself_with_a_code(chat: Chat) -> None:
    at_how(chat).picks("💬 Hier in de chat").taps("🔑 Ik kom zelf terug").at("aanmelden.interpreter")
