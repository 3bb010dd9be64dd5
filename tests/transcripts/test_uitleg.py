"""Uitleg: how debt help works, in six screens, from which one can always do something."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.local import Link
from flows.uitleg import STEPS
from tests.transcripts.player import GEMEENTE, Chat

DAY = date(2026, 11, 23)
FILM = Link("uitleg", "nl", "Film: zo werkt het", "https://waterdrecht.example/film", DAY)
ARABIC = Link("uitleg", "ar", "فيلم", "https://waterdrecht.example/film-ar", DAY)


def test_six_screens_to_the_end(chat: Chat) -> None:
    chat.starts("menu").taps("📖 Uitleg").sees(
        "Stap 1 van 6.",
        "🚪 Eerst klopt u aan. Elke zorg telt, groot of klein. U heeft geen papieren nodig.",
        "Binnen 2 werkdagen hoort u van ons.",
        "Let op: uw schuldeisers stoppen dan nog niet. Dat kan pas als wij hun schrijven of bellen.",
        buttons=["👉 Verder", "🙋 Ik wil hulp", "❓ Wat betekent schuldeiser?", "✅ Zo is het genoeg"],
    )
    chat.taps("👉 Verder").sees(
        "Stap 2 van 6.",
        "💬 Dan praten we met elkaar. U vertelt wat er speelt, zonder papieren.",
        "U kiest waar: thuis, bij ons of aan de telefoon. Neem gerust iemand mee.",
        "Samen kijken we wat het eerst nodig is.",
        buttons=["👉 Verder", "↩️ Vorige", "📅 Afspraak maken", "✅ Zo is het genoeg"],
    )
    chat.taps("👉 Verder").sees(
        "Stap 3 van 6.",
        "🗺️ Samen maken we een plan van aanpak. Daarin staat wie wat doet, en wanneer.",
        "Het is uw plan. Ondertekenen hoeft niet.",
        "Over uw hulp krijgt u een besluit per brief: de beschikking.",
        buttons=[
            "👉 Verder",
            "↩️ Vorige",
            "🧭 Waar sta ik?",
            "❓ Wat betekent plan van aanpak?",
            "❓ Wat betekent beschikking?",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("👉 Verder").sees(
        "Stap 4 van 6.",
        "🌱 Daarna komt er rust. Eerst zorgen we voor huur, energie en zorg.",
        "U krijgt weer overzicht: wat komt erin, en wat gaat eruit?",
        "We kijken ook of u geld misloopt.",
        buttons=[
            "👉 Verder",
            "↩️ Vorige",
            "🧾 Waar heb ik recht op?",
            "❓ Wat betekent stabiliseren?",
            "✅ Zo is het genoeg",
        ],
    )
    chat.types("ok").sees(
        "Stap 5 van 6.",
        "🤝 Dan vragen we uw schuldeisers om een schuldregeling.",
        "Die duurt nu vaak rond 18 maanden. Het kan ook korter of langer zijn.",
        "Wanneer zij antwoorden, weten we niet vooraf. We vertellen u steeds wat we horen.",
        "Zegt er een nee? Dan kan de rechter soms helpen, met de Wsnp.",
        buttons=[
            "👉 Verder",
            "↩️ Vorige",
            "💬 Praten met een mens",
            "❓ Wat betekent schuldregeling?",
            "❓ Wat betekent Wsnp?",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("👉 Verder").sees(
        "Stap 6 van 6.",
        "🌤️ Is het klaar? Dan houden we nog contact, als u dat wilt.",
        "Wordt het weer moeilijk? Kom dan gerust terug. Dat gebeurt bij veel mensen.",
        "Liefst spreekt u dan iemand die u al kent.",
        buttons=[
            "👉 Verder",
            "↩️ Vorige",
            "💬 Praten met een mens",
            "❓ Wat betekent nazorg?",
            "✅ Zo is het genoeg",
        ],
    )
    chat.taps("👉 Verder").sees(
        "Dit was de uitleg. Wat wilt u nu doen?",
        buttons=[
            "🙋 Ik wil hulp",
            "📅 Afspraak maken",
            "📚 Moeilijke woorden",
            "🧾 Waar heb ik recht op?",
            "💬 Praten met een mens",
            "🔐 Mijn gegevens",
            "↩️ Vorige",
            "🏠 Naar het menu",
        ],
    )
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_in_english(chat: Chat) -> None:
    chat.starts("uitleg").speaking("en").taps("👉 Go on").taps("👉 Go on").sees(
        "Step 3 of 6.",
        "🗺️ Together we make a plan of action. It says who does what, and when.",
        "It is your plan. You do not have to sign it.",
        "The decision about your help comes by letter: the beschikking (decision letter).",
        buttons=[
            "👉 Go on",
            "↩️ Previous",
            "🧭 Where am I now?",
            "❓ What does plan of action mean?",
            "❓ What does decision letter mean?",
            "✅ That is enough",
        ],
    )
    chat.taps("❓ What does decision letter mean?")
    assert chat.texts()[0] == "📨 decision letter (beschikking)"
    chat.taps("👉 Go on").at("uitleg.plan")


def test_in_arabic(chat: Chat) -> None:
    chat.starts("uitleg").speaking("ar").taps("👉 متابعة").sees(
        "الخطوة \u20682\u2069 من \u20686\u2069.",
        "💬 ثم نتحدث معًا عما يحدث معك، بدون أوراق.",
        "المكان من اختيارك: في البيت أو عندنا أو بالهاتف. يمكن أن يأتي معك شخص آخر.",
        "معًا ننظر ما هو الضروري أولًا.",
        buttons=["👉 متابعة", "↩️ السابق", "📅 حجز موعد", "✅ هذا يكفي"],
    )


@pytest.mark.parametrize("place", range(len(STEPS)))
def test_back_enough_and_a_human_from_every_screen(chat: Chat, place: int) -> None:
    chat.starts("uitleg")
    for _ in range(place):
        chat.taps("👉 Verder")
    chat.at(f"uitleg.{STEPS[place]}")
    chat.types("mens").hands_over("vraagt om een mens").types("terug").at(f"uitleg.{STEPS[place]}")
    chat.taps("✅ Zo is het genoeg").at("uitleg.now").types("terug").at(f"uitleg.{STEPS[place]}")
    if place:
        chat.taps("↩️ Vorige").at(f"uitleg.{STEPS[place - 1]}")


def test_what_one_can_do_now_leads_there_and_back(chat: Chat) -> None:
    chat.starts("uitleg").taps("👉 Verder").taps("📅 Afspraak maken").at("afspraak.kind").types("terug").at(
        "uitleg.talk"
    )
    chat.taps("✅ Zo is het genoeg").taps("📚 Moeilijke woorden").at("woordenlijst.groups").taps("👉 Verder").at(
        "uitleg.now"
    )
    chat.taps("🧾 Waar heb ik recht op?").at("recht.monthly").types("terug").at("uitleg.now")
    chat.taps("🙋 Ik wil hulp").at("aanmelden.for_whom")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nl", "uitleg graag"),
        ("nl", "hoe werkt schuldhulpverlening?"),
        ("en", "how does debt help work"),
        ("ar", "اشرح لي"),
    ],
)
def test_asked_for_in_own_words(chat: Chat, language: str, text: str) -> None:
    chat.starts("menu").speaking(language).types(text).at("uitleg.start")


def test_what_is_not_promised_is_not_said(chat: Chat) -> None:
    chat.moment = replace(chat.moment, gemeente=replace(GEMEENTE, promises=frozenset()))
    chat.starts("uitleg")
    assert not any("werkdagen" in text for text in chat.texts())


# ---- links -----------------------------------------------------------------------------------------------------------


def _with(chat: Chat, *links: Link) -> Chat:
    chat.moment = replace(chat.moment, gemeente=replace(GEMEENTE, links=links))
    return chat


def test_a_link_in_the_persons_language_else_in_dutch_and_said_so(chat: Chat) -> None:
    _with(chat, FILM, ARABIC).starts("uitleg")
    assert chat.texts()[-1] == "🔗 Film: zo werkt het\nhttps://waterdrecht.example/film"
    chat.speaking("en").taps("👉 Go on").types("back")
    assert chat.texts()[-1] == "🔗 Film: zo werkt het (in Dutch)\nhttps://waterdrecht.example/film"
    chat.speaking("ar").taps("✅ هذا يكفي")
    assert [text for text in chat.texts() if "🔗" in text] == [
        "🔗 \u2068فيلم\u2069\n\u2068https://waterdrecht.example/film-ar\u2069"
    ]


def test_a_link_past_its_review_is_withheld(chat: Chat) -> None:
    _with(chat, replace(FILM, reviewed=date(2026, 11, 22))).starts("uitleg")
    assert not any("🔗" in text for text in chat.texts())


def test_a_link_stands_under_a_word_that_is_explained(chat: Chat) -> None:
    _with(chat, replace(FILM, about="woord.dwangbevel")).starts("menu").types("wat is een dwangbevel?")
    assert chat.texts()[-1] == "🔗 Film: zo werkt het\nhttps://waterdrecht.example/film"
    chat.types("wat is een vonnis?")
    assert not any("🔗" in text for text in chat.texts())
