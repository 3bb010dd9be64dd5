"""Gegevens: what we know of someone, who looked, what they said yes to, and erasing it."""

from __future__ import annotations

from datetime import date

import pytest

from flows.grammar import EmailInFull, HandOver, LeaveChannel, OptIn, OptOut, Way, Ways
from flows.own_data import Asked, AskOwnData, OwnConsents, OwnData, WithdrawOwnData
from tests.transcripts.player import Chat

LIST, DONE = "↩️ Mijn gegevens", "🏠 Naar het menu"
ONLY_PHONE = OwnData("none")
LINK = "https://waterdrecht.example/mijn/abcdefghijklmnopqrstuvwxyz012345"
SURE = "We willen eerst zeker weten dat u het bent. Een telefoon alleen is niet genoeg."
HUMAN = "Een medewerker die u kent, kan zeggen dat u het bent. Zullen we dat vragen?"
ALL_OF_IT = "Op uw eigen pagina staat alles wat we van u weten."


def own(chat: Chat, known: OwnData) -> Chat:
    """Who can show in this way that it is them."""
    chat.known[OwnData] = known
    return chat.starts("gegevens").at("gegevens.what")


@pytest.mark.parametrize("words", ["wat weten jullie van mij", "mijn gegevens inzien", "wis mijn gegevens"])
def test_it_is_found_in_own_words(chat: Chat, words: str) -> None:
    chat.starts("menu").types(words).at("gegevens.what")


def test_the_explanation_leads_there_and_back(chat: Chat) -> None:
    chat.starts("uitleg").taps("✅ Zo is het genoeg").taps("🔐 Mijn gegevens").at("gegevens.what")
    chat.taps("👌 Niets, zo is het goed").at("uitleg.now")


def test_who_has_a_pin_gets_a_link_and_types_it_there(chat: Chat) -> None:
    chat.starts("gegevens").sees(
        "Dit gaat over uw eigen gegevens. Wat wilt u?",
        buttons=[
            "📄 Wat weten jullie van mij?",
            "👀 Wie zag mijn gegevens?",
            "✅ Waar ik ja op zei",
            "🗑️ Wis mijn gegevens",
            "👌 Niets, zo is het goed",
        ],
    )
    chat.taps("📄 Wat weten jullie van mij?").sees(
        ALL_OF_IT,
        f"Open uw pagina: {LINK}",
        "Daar vult u uw pincode in. Doe dat nooit hier in de chat.",
        "De link werkt 60 minuten en één keer. Geef hem aan niemand anders.",
        buttons=["🙋 Pincode vergeten", LIST, DONE],
    )
    chat.taps(LIST).taps("👀 Wie zag mijn gegevens?").at("gegevens.seen")
    assert chat.texts()[0] == "Op uw eigen pagina staat wie van ons uw gegevens bekeek, en wanneer."
    chat.taps(DONE).at("welkom.menu")


def test_who_forgot_the_pin_asks_a_human_and_may_still_try(chat: Chat) -> None:
    own(chat, OwnData("pin", LINK)).taps("🗑️ Wis mijn gegevens").taps("🗑️ Laat eerst zien").types("vergeten")
    assert chat.turn.effects == (AskOwnData(Asked.ERASURE),)
    chat.known[OwnData] = OwnData("pin", LINK, due=date(2026, 12, 23), open=True)
    chat.taps(LIST).taps("🗑️ Wis mijn gegevens").taps("🗑️ Laat eerst zien")
    assert chat.texts()[-1] == "Uw vraag ligt bij een medewerker. U hoort uiterlijk woensdag 23 december van ons."
    chat.taps("✋ Vraag intrekken").at("gegevens.withdrawn_wipe", WithdrawOwnData(Asked.ERASURE))


def test_who_is_known_may_still_take_it_back(chat: Chat) -> None:
    own(chat, OwnData("known", LINK, open=True)).taps("🗑️ Wis mijn gegevens").taps("🗑️ Laat eerst zien")
    chat.taps("✋ Vraag intrekken").sees(
        "Goed. We vergeten uw vraag. U kunt het altijd weer vragen.",
        buttons=[LIST, DONE],
        effects=[WithdrawOwnData(Asked.ERASURE)],
    )


def test_the_telephone_alone_is_not_enough(chat: Chat) -> None:
    own(chat, ONLY_PHONE).taps("📄 Wat weten jullie van mij?").sees(
        ALL_OF_IT, SURE, HUMAN, buttons=["🙋 Vraag een mens", LIST, DONE]
    )
    assert "mijn/" not in " ".join(chat.texts())
    chat.taps("🙋 Vraag een mens").sees(
        "Goed. Een medewerker kijkt ernaar. U hoort uiterlijk woensdag 23 december van ons.",
        "Weten we dat u het bent? Dan krijgt u hier bericht en opent u uw pagina.",
        buttons=[LIST, DONE],
        effects=[AskOwnData(Asked.ACCESS)],
    )


def test_who_asked_hears_until_when_and_can_take_it_back(chat: Chat) -> None:
    own(chat, OwnData("none", due=date(2026, 12, 23))).taps("👀 Wie zag mijn gegevens?").sees(
        "Uw vraag ligt bij een medewerker. U hoort uiterlijk woensdag 23 december van ons.",
        buttons=["✋ Vraag intrekken", LIST, DONE],
    )
    chat.taps("✋ Vraag intrekken").sees(
        "Goed. We vergeten uw vraag. U kunt het altijd weer vragen.",
        buttons=[LIST, DONE],
        effects=[WithdrawOwnData(Asked.ACCESS)],
    )


def test_a_pin_of_this_morning_proves_nothing_yet(chat: Chat) -> None:
    own(chat, OwnData("new_pin", hours=17)).taps("📄 Wat weten jullie van mij?").sees(
        ALL_OF_IT,
        SURE,
        "Uw pincode is nog nieuw. Over 17 uur kunt u er zelf mee verder.",
        HUMAN,
        buttons=["🙋 Vraag een mens", LIST, DONE],
    )


def test_erasing_is_explained_before_anything_else(chat: Chat) -> None:
    own(chat, ONLY_PHONE).taps("🗑️ Wis mijn gegevens").sees(
        "U kunt uw gegevens laten wissen. Soms zegt de wet dat we iets nog even bewaren.",
        "Eerst ziet u wat weg kan en wat blijft. Daarna kiest u pas.",
        buttons=["🗑️ Laat eerst zien", "💬 Praten met een mens", LIST],
    )
    chat.taps("🗑️ Laat eerst zien").sees(
        "Op uw eigen pagina ziet u wat weg kan en wat blijft.",
        SURE,
        HUMAN,
        buttons=["🙋 Vraag een mens", LIST, DONE],
    )
    chat.taps("🙋 Vraag een mens").at("gegevens.asked_wipe", AskOwnData(Asked.ERASURE))


def test_who_is_helped_hears_that_help_needs_the_file(chat: Chat) -> None:
    own(chat.has_case("Noor"), OwnData("pin", LINK)).taps("🗑️ Wis mijn gegevens").at("gegevens.wipe")
    assert chat.texts()[1] == "U krijgt nu hulp van ons. Zonder uw gegevens kan die hulp niet goed doorgaan."
    chat.taps("🗑️ Laat eerst zien").at("gegevens.wipe_page")
    assert chat.texts()[1] == f"Open uw pagina: {LINK}"


def test_erasing_that_is_taken_back(chat: Chat) -> None:
    own(chat, OwnData("none", due=date(2026, 12, 23))).taps("🗑️ Wis mijn gegevens").taps("🗑️ Laat eerst zien")
    chat.taps("✋ Vraag intrekken").at("gegevens.withdrawn_wipe", WithdrawOwnData(Asked.ERASURE))


def test_a_colleague_said_that_it_is_them(chat: Chat) -> None:
    chat.known[OwnData] = OwnData("known", LINK)
    chat.starts("menu").is_due("gegevens.known", {"kind": "access"}).sees(
        "U vroeg iets over uw gegevens. Een medewerker zegt dat u het bent. U kunt verder.",
        buttons=["🔓 Naar mijn pagina", DONE],
    )
    assert all(reply.sensitive for reply in chat.turn.replies)
    chat.taps("🔓 Naar mijn pagina").at("gegevens.know")
    assert chat.texts()[2] == "Een medewerker weet dat u het bent. Een pincode is nu niet nodig."
    chat.is_due("gegevens.known", {"kind": "erasure"}).taps("🔓 Naar mijn pagina").at("gegevens.wipe_page")


def test_what_is_not_done_comes_with_why_and_what_one_can_do(chat: Chat) -> None:
    chat.starts("menu").is_due("gegevens.refused", {"why": "We weten niet zeker wie dit vroeg."}).sees(
        "U vroeg iets over uw gegevens. Dat doen we nu niet. Dit is waarom:",
        "We weten niet zeker wie dit vroeg.",
        "Bent u het er niet mee eens? U kunt bezwaar maken bij Waterdrecht.",
        "U kunt ook klagen bij de Autoriteit Persoonsgegevens, of naar de rechter gaan.",
        buttons=["💬 Praten met een mens", LIST, DONE],
    )


def test_what_someone_says_yes_to_ends_with_one_tap(chat: Chat) -> None:
    chat.known[Ways] = Ways((Way("webchat"), Way("telegram"), Way("email", in_full=True)), ("webchat", "telegram"))
    chat.starts("gegevens").taps("✅ Waar ik ja op zei").sees(
        "Zo staat het nu:",
        "📨 We mogen u uit onszelf berichten sturen.",
        "✉️ In onze e-mail mag het hele bericht staan.",
        "✈️ We mogen u schrijven via Telegram.",
        "✉️ We mogen u schrijven via E-mail.",
        "🤝 Leest er iemand mee? Dat kiest u in het menu: Laat iemand meelezen.",
        "Wilt u iets veranderen?",
        buttons=["🔕 Stop die berichten", "🔔 Alleen een seintje", "🚫 Niet via Telegram", "🚫 Niet via E-mail", LIST],
    )
    chat.taps("🔔 Alleen een seintje").sees(
        "Goed. In onze e-mail staat vanaf nu alleen dat er een bericht is.",
        buttons=["👉 Verder"],
        effects=[EmailInFull(False)],
    )
    chat.taps("👉 Verder").taps("🚫 Niet via Telegram").sees(
        "Goed. We sturen niets meer via Telegram.", buttons=["👉 Verder"], effects=[LeaveChannel("telegram")]
    )
    chat.taps("👉 Verder").taps("🔕 Stop die berichten").sees(
        "Goed. We sturen u uit onszelf niets meer. Schrijft u ons? Dan antwoorden we gewoon.",
        buttons=["👉 Verder"],
        effects=[OptOut()],
    )


def test_who_wants_no_messages_can_want_them_again(chat: Chat) -> None:
    chat.known[OwnConsents] = OwnConsents(unasked=False)
    chat.known[Ways] = Ways((Way("webchat"),), ("webchat",))
    chat.starts("gegevens").taps("✅ Waar ik ja op zei").sees(
        "Zo staat het nu:",
        "🔕 We sturen u uit onszelf geen berichten.",
        "🤝 Leest er iemand mee? Dat kiest u in het menu: Laat iemand meelezen.",
        "Wilt u iets veranderen?",
        buttons=["📨 Weer berichten", LIST],
    )
    chat.taps("📨 Weer berichten").sees(
        "Fijn. We mogen u weer berichten sturen.", buttons=["👉 Verder"], effects=[OptIn()]
    )


def test_in_a_crisis_it_is_the_crisis_that_counts(chat: Chat) -> None:
    own(chat, ONLY_PHONE).taps("🗑️ Wis mijn gegevens").types("ik wil niet meer leven")
    assert chat.turn.replies[0].origin.startswith("crisis.")


def test_while_a_human_holds_it_nothing_odd_happens(chat: Chat) -> None:
    own(chat, ONLY_PHONE).held().types("wat weten jullie van mij").is_silent()
    chat.known[OwnData] = OwnData("known", LINK)
    chat.is_due("gegevens.known", {"kind": "access"}).at("gegevens.known")


def test_the_words_that_always_work_work_here(chat: Chat) -> None:
    own(chat, ONLY_PHONE).taps("🗑️ Wis mijn gegevens").types("waarom")
    assert chat.texts()[0].startswith("Wat weg is, kan niemand meer terughalen.")
    chat.types("terug").at("gegevens.what").types("mens")
    assert any(isinstance(effect, HandOver) for effect in chat.turn.effects)
