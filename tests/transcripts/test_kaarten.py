"""Kaarten: each in every language, whole, as a picture, aloud and as a message; and those that cannot be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from bot.channels.limits import LIMITS
from bot.play import CARDS
from flows import data
from flows.agenda import Meetings
from flows.cards import MOST, NAMES, Cards
from flows.grammar import Opened, Reply, Typed
from flows.text import Text, Value
from tests.transcripts.player import GEMEENTE, LANGUAGES, TONGUE, Chat

OURS: Mapping[str, Any] = data.load("cards")["card"]
SAID = {
    "nl": "terug",
    "en": "back",
    "ar": "رجوع",
    "tr": "geri",
    "pl": "wstecz",
    "uk": "назад",
    "fa": "برگشت",
    "fr": "retour",
}
ALL = [(name, language) for name in NAMES for language in SAID]
ON = ["📋 Alle tips", "🖼️ Als plaatje bewaren", "🔊 Lees het voor", "✉️ Voorbeeldbericht"]
ELSEWHERE = ["🤝 Samen bellen", "💬 Praten met een mens", "🔀 Andere situatie", "🏠 Naar het menu"]


def said(text: Text, language: str) -> str:
    """As the person reads it."""
    return TONGUE.say(text, language)


def own(context: str, dutch: str, language: str, **values: Value) -> str:
    """A text of the flow."""
    return TONGUE.say(Text(context, dutch, tuple(values.items())), language)


def plain(words: str) -> str:
    """Without what only tells in which order it is read."""
    return words.replace("\u2068", "").replace("\u2069", "")


def ours(chat: Chat) -> list[str]:
    """The buttons of the last turn, without those that explain a word."""
    return [label for label in chat.buttons() if not label.startswith("❓")]


def at_card(chat: Chat, name: str, language: str = "nl") -> Chat:
    """That card, from the menu."""
    return chat.starts("kaarten").speaking(language).taps_data(f"kaarten.which:{name}")


def only(chat: Chat, *names: str, withheld: tuple[str, ...] = ()) -> Chat:
    """A municipality that shows no other cards."""
    chat.known[Cards] = Cards(
        tuple(one for one in CARDS.cards if one.name in names), withheld, GEMEENTE.name, GEMEENTE.phone
    )
    return chat


def spoken() -> Chat:
    """Someone in a municipality whose machine has a voice for every language."""
    return Chat(replace(GEMEENTE, voices=frozenset(TONGUE.languages)))


def lines(name: str, kind: str, mark: str, language: str) -> str:
    """Under a heading, a mark before each."""
    head = {"do": ("kaarten.do", "Doe dit wel:"), "dont": ("kaarten.dont", "Let op:")}[kind]
    return "\n".join((own(*head, language), *(f"{mark} {said(line, language)}" for line in OURS[name][kind])))


# ---- what a card is made of ----------------------------------------------------------------------------------------


def test_there_are_eight_cards_and_each_is_whole() -> None:
    assert tuple(OURS) == NAMES
    assert len(NAMES) == 8
    for one in CARDS.cards:
        assert 1 <= len(one.do) <= MOST
        assert 1 <= len(one.dont) <= MOST
        assert one.review.year >= 2027
        assert all(TONGUE.has(text, language) for text in one.texts for language in LANGUAGES)
        assert one.owner == GEMEENTE.name


def test_every_language_of_the_catalogs_is_looked_at_here() -> None:
    assert set(SAID) == set(TONGUE.languages) == set(LANGUAGES)


@pytest.mark.parametrize("name", NAMES)
def test_no_card_asks_for_a_bsn_and_each_message_has_room_for_a_name(name: str) -> None:
    assert "[uw naam]" in OURS[name]["message"].msgid
    assert "bsn" not in " ".join(text.msgid for text in CARDS.cards[NAMES.index(name)].texts).lower()


# ---- every card in every language ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_card_says_what_to_do_and_what_to_say(chat: Chat, name: str, language: str) -> None:
    one = OURS[name]
    at_card(chat, name, language)
    in_own = plain(own("kaarten.quoted", "“{words}”", language, words=one["say"]))
    quoted = [*dict.fromkeys((f"“{one['say'].msgid}”", in_own))]
    assert [plain(words) for words in chat.texts()] == [
        f"{one['icon']} {plain(said(one['title'], language))}",
        plain(lines(name, "do", "✅", language)),
        plain(lines(name, "dont", "❌", language)),
        own("kaarten.say", "🗣️ Dit kunt u zeggen:", language),
        *quoted,
        f"📞 {plain(said(one['call'], language))}",
        plain(own("kaarten.contact", "{name}: {phone}", language, name="Waterdrecht", phone="010 123 45 67")),
        plain(own("kaarten.owner", _OWNER, language, owner="Waterdrecht", day="01-11-2027")),
    ]
    assert [button[0] for button in chat.buttons() if button[0] != "❓"] == ["🖼", "✉", "🤝", "💬", "🔀", "🏠"]
    assert chat.turn.effects == ()
    assert chat.turn.replies[0].beside_dutch
    assert not chat.turn.replies[0].sensitive


_OWNER = "Deze tips zijn van {owner}. Ze zijn goed tot en met {day}."


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_card_as_a_picture_says_all_of_it(chat: Chat, name: str, language: str) -> None:
    one = OURS[name]
    at_card(chat, name, language).taps_data("kaarten.card:picture").at("kaarten.picture")
    (alt,) = chat.pictures()
    everything = (one["title"], *one["do"], *one["dont"], one["say"], one["call"])
    for words in (*(said(text, language) for text in everything), one["say"].msgid, "Waterdrecht", "010 123 45 67"):
        assert plain(words) in plain(alt)
    picture = chat.turn.replies[0].picture
    assert picture is not None
    assert [block.role for block in picture.blocks] == ["do", "dont", "say", "call", "from"]
    chat.types(SAID[language]).at("kaarten.card")


@pytest.mark.parametrize(("name", "language"), ALL)
def test_a_card_is_read_aloud_where_there_is_a_voice(name: str, language: str) -> None:
    chat = at_card(spoken(), name, language)
    assert "🔊" in [button[0] for button in chat.buttons()]
    assert len(chat.buttons()) <= LIMITS["whatsapp"].rows  # on one page
    chat.taps_data("kaarten.card:aloud").at("kaarten.aloud")
    assert chat.turn.replies[0].aloud
    heard = plain(" ".join(chat.texts()))
    one = OURS[name]
    for text in (one["title"], *one["do"], *one["dont"], one["say"], one["call"]):
        assert plain(said(text, language)) in heard
    assert not set(heard) & set("✅❌📞🗣️“”")
    both = list(dict.fromkeys((one["say"].msgid, plain(said(one["say"], language)))))
    told = [plain(words) for words in chat.texts()]
    first = told.index(both[0])
    assert told[first - 1 : first + len(both)] == [own("kaarten.read.say", "Dit kunt u zeggen.", language), *both]


@pytest.mark.parametrize(("name", "language"), ALL)
def test_an_example_message_is_in_dutch_with_what_it_says(chat: Chat, name: str, language: str) -> None:
    message = OURS[name]["message"]
    at_card(chat, name, language).taps_data("kaarten.card:message").at("kaarten.message")
    expected = dict.fromkeys((message.msgid, plain(said(message, language))))
    assert [plain(words) for words in chat.texts()[1:]] == list(expected)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_calling_together_makes_an_appointment_of_that_kind(chat: Chat, name: str, language: str) -> None:
    at_card(chat, name, language).taps_data("kaarten.card:together").at("afspraak.day")
    assert chat.session.top.answers["kind"] == "call"
    chat.types(SAID[language]).at("kaarten.card")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_only_what_is_meant_for_the_other_side_is_in_dutch(name: str, language: str) -> None:
    chat = at_card(spoken(), name, language)
    replies: list[Reply] = [*chat.turn.replies]
    for before, screen in pairwise(("card", "picture", "message", "aloud")):
        replies += chat.taps_data(f"kaarten.{before}:{screen}").at(f"kaarten.{screen}").turn.replies
    meant = {OURS[name]["say"].msgid, OURS[name]["message"].msgid}
    dutch = {text.msgid for one in CARDS.cards for text in one.texts} - meant
    shown = plain(" ".join(TONGUE.say(text, language) for reply in replies for text in reply.paragraphs))
    assert not [words for words in dutch if words in shown]


def test_one_card_whole(chat: Chat) -> None:
    chat.starts("kaarten").sees(
        "Wat speelt er nu? Dan krijgt u tips.",
        buttons=[
            "📞 Een schuldeiser belt",
            "🚪 Een deurwaarder aan de deur",
            "✉️ Een brief of dwangbevel",
            "⚖️ Beslag op mijn geld",
            "💡 Ze willen mij afsluiten",
            "💶 Ik kan een lening krijgen",
            "☝️ Ik wil er één betalen",
            "🧾 Er gaat geld van mijn toeslag af",
            "💬 Praten met een mens",
            "🏠 Naar het menu",
        ],
    )
    chat.taps("🚪 Een deurwaarder aan de deur").at("kaarten.card")
    assert chat.texts() == [
        "🚪 Een deurwaarder aan de deur",
        "Doe dit wel:\n"
        "✅ Vraag rustig om een pasje en een naam.\n"
        "✅ Vraag om het vonnis of het dwangbevel te zien.\n"
        "✅ Zoek de naam op in het register van deurwaarders.\n"
        "✅ Bewaar alle papieren die u krijgt.",
        "Let op:\n"
        "❌ Teken of beloof niets aan de deur.\n"
        "❌ Geef geen geld of pinpas mee.\n"
        "❌ Laat de brief niet liggen.\n"
        "❌ Schrik niet van een incassobureau: dat kan geen beslag leggen.",
        "🗣️ Dit kunt u zeggen:",
        "“Mag ik uw pasje zien, en het vonnis of het dwangbevel?”",
        "📞 Bel ons meteen, ook als de deurwaarder er nog staat. Is er gevaar? Bel 112.",
        "Waterdrecht: 010 123 45 67",
        "Deze tips zijn van Waterdrecht. Ze zijn goed tot en met 01-11-2027.",
    ]
    assert chat.buttons() == [
        ON[1],
        ON[3],
        ELSEWHERE[0],
        "❓ Wat betekent deurwaarder?",
        "❓ Wat betekent vonnis?",
        *ELSEWHERE[1:],
    ]
    chat.taps("❓ Wat betekent vonnis?").at("woordenlijst.word").taps("👉 Verder").at("kaarten.card")
    chat.taps("🖼️ Als plaatje bewaren").sees(
        "Dit plaatje kunt u bewaren. Dan heeft u de tips altijd bij u.",
        buttons=[ON[0], ON[3], *ELSEWHERE],
        picture="Een deurwaarder aan de deur. Doe dit wel. Vraag rustig om een pasje en een naam. "
        "Vraag om het vonnis of het dwangbevel te zien. Zoek de naam op in het register van deurwaarders. "
        "Bewaar alle papieren die u krijgt. Let op. Teken of beloof niets aan de deur. "
        "Geef geen geld of pinpas mee. Laat de brief niet liggen. "
        "Schrik niet van een incassobureau: dat kan geen beslag leggen. "
        "Dit kunt u zeggen. Mag ik uw pasje zien, en het vonnis of het dwangbevel? "
        "Bel ons meteen, ook als de deurwaarder er nog staat. Is er gevaar? Bel 112. Waterdrecht 010 123 45 67",
    )
    chat.taps("✉️ Voorbeeldbericht").at("kaarten.message")
    assert chat.buttons() == [ON[0], ON[1], *ELSEWHERE]
    chat.taps("🔀 Andere situatie").at("kaarten.which")
    chat.taps("🏠 Naar het menu").at("welkom.menu")


def test_in_short_it_is_the_first_thing_to_do_and_what_to_say(chat: Chat) -> None:
    at_card(chat, "loan").types("kort").at("kaarten.card")
    assert chat.texts() == [
        "Neem de tijd en zeg nog geen ja. Zeg: “Nee, dank u, ik neem nu geen lening.”",
        "Waterdrecht: 010 123 45 67",
    ]
    assert ours(chat) == [ON[1], ON[3], *ELSEWHERE]
    at_card(chat, "bailiff")
    assert "Bel 112." in " ".join(chat.texts())


def test_the_caseworker_that_someone_knows_stands_on_the_card(chat: Chat) -> None:
    chat.known[Cards] = replace(CARDS, contact_name="Fatma", contact_phone="010 123 45 68")
    at_card(chat, "rings")
    assert "Fatma: 010 123 45 68" in chat.texts()
    chat.taps("🖼️ Als plaatje bewaren")
    assert chat.pictures()[0].endswith("Fatma 010 123 45 68")


def test_without_a_number_there_is_none_on_it(chat: Chat) -> None:
    chat.known[Cards] = replace(CARDS, contact_phone="")
    at_card(chat, "rings")
    assert not [words for words in chat.texts() if "Waterdrecht:" in words]
    chat.taps("🖼️ Als plaatje bewaren")
    assert chat.pictures()[0].rstrip().endswith("Waterdrecht")


def test_where_nobody_calls_together_it_is_not_offered(chat: Chat) -> None:
    chat.known[Meetings] = Meetings(("phone",))
    assert "🤝 Samen bellen" not in at_card(chat, "rings").buttons()


# ---- those that cannot be shown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_a_card_that_is_old_or_not_whole_is_said_in_words_with_a_human(chat: Chat, language: str) -> None:
    only(chat, "rings", withheld=("bailiff",)).starts("kaarten").speaking(language).types("blauwe paraplu")
    assert len(chat.buttons()) == 4
    chat.taps_data("kaarten.which:bailiff")
    first, contact = chat.texts()
    assert first == own(
        "kaarten.withheld", "Deze tips zijn nu even niet klaar. Een mens helpt u hier graag mee.", language
    )
    assert plain(contact) == "Waterdrecht: 010 123 45 67"
    assert [button.data.rpartition(":")[2] for button in chat.turn.replies[0].buttons] == ["mens", "other", "close"]


def test_a_card_that_was_switched_off_is_nowhere(chat: Chat) -> None:
    only(chat, "rings").starts("kaarten")
    assert chat.buttons() == ["📞 Een schuldeiser belt", "💬 Praten met een mens", "🏠 Naar het menu"]
    chat.types("er biedt iemand een lening aan").at("kaarten.card")
    assert chat.texts()[0].startswith("Deze tips zijn nu even niet klaar.")
    chat.taps("🔀 Andere situatie").at("kaarten.which")


def test_without_any_card_there_is_a_human(chat: Chat) -> None:
    only(chat).starts("kaarten").sees(
        "Deze tips zijn nu even niet klaar. Een mens helpt u hier graag mee.",
        "Waterdrecht: 010 123 45 67",
        buttons=["💬 Praten met een mens", "🏠 Naar het menu"],
    )
    chat.taps("💬 Praten met een mens").at("overdracht.asked", *chat.turn.effects)


def test_what_was_just_read_aloud_is_not_read_again(chat: Chat) -> None:
    chat = at_card(spoken(), "rings").taps_data("kaarten.card:aloud").types("dank u wel").at("kaarten.aloud")
    assert chat.texts()[-1] == "De tips staan hierboven."
    assert not chat.turn.replies[-1].aloud


@pytest.mark.parametrize("screen", ["picture", "aloud", "message"])
def test_a_card_that_went_while_someone_looked_is_not_shown(screen: str) -> None:
    chat = only(at_card(spoken(), "rings"), withheld=("rings",)).taps_data(f"kaarten.card:{screen}")
    assert chat.texts()[0] == "Deze tips zijn nu even niet klaar. Een mens helpt u hier graag mee."
    assert chat.pictures() == []
    assert not chat.turn.replies[0].aloud


# ---- how people come to one ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_deep_link_opens_a_card_after_the_first_hello(chat: Chat, name: str) -> None:
    chat.says(Opened("kaarten", "poster", place=name)).at("welkom.hello", *chat.turn.effects)
    chat.taps("🌍 Nederlands").at("kaarten.card", *chat.turn.effects)
    assert chat.texts()[0].endswith(TONGUE.say(OURS[name]["title"], "nl"))
    chat.types("terug").at("kaarten.which")


def test_a_deep_link_to_no_card_opens_all_of_them(chat: Chat) -> None:
    chat.starts("menu").says(Opened("kaarten", place="unknown")).at("kaarten.which")
    chat.says(Opened("kaarten", place="rings")).at("kaarten.card")
    chat.says(Opened("kaarten", place="loan")).at("kaarten.card")
    assert chat.texts()[0] == "💶 Iemand biedt u een lening aan"


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("nl", "een incassobureau belt steeds", "rings"),
        ("nl", "ik kan een lening krijgen", "loan"),
        ("nl", "ik wil er eentje vast betalen", "one_creditor"),
        ("nl", "ze houden mijn zorgtoeslag in", "set_off"),
        ("en", "a debt collector keeps calling me", "rings"),
        ("en", "can I get a loan?", "loan"),
        ("en", "I want to pay just one", "one_creditor"),
        ("ar", "مكتب تحصيل يتصل بي كل يوم", "rings"),
        ("ar", "هل يمكنني أخذ قرض؟", "loan"),
        ("ar", "أريد أن أدفع لواحد فقط", "one_creditor"),
    ],
)
def test_what_someone_tells_finds_its_card(language: str, text: str, name: str) -> None:
    title = TONGUE.say(OURS[name]["title"], language)
    at_menu = Chat().starts("menu").speaking(language).types(text).at("kaarten.card")
    assert plain(at_menu.texts()[0]).endswith(plain(title))
    among = Chat().starts("kaarten").speaking(language).types(text).at("kaarten.card")
    assert plain(among.texts()[0]).endswith(plain(title))
    other = next(one for one in NAMES if one != name)
    at_another = at_card(Chat(), other, language).types(text).at("kaarten.card")
    assert plain(at_another.texts()[0]).endswith(plain(title))


def test_the_first_words_of_all_may_tell_of_it(chat: Chat) -> None:
    chat.says(Typed("een incassobureau belt steeds")).at("welkom.hello", *chat.turn.effects)
    chat.taps("🌍 Nederlands").at("kaarten.card", *chat.turn.effects)
    assert chat.texts()[0] == "📞 Een schuldeiser belt"


def test_a_wish_for_something_else_is_no_situation(chat: Chat) -> None:
    chat.starts("menu").types("ik wil een afspraak over een lening die ik kan krijgen").at("afspraak.kind")
    chat.types("menu").types("ik kan mijn lening niet betalen").at("aanmelden.for_whom")


# ---- old buttons, and a human who holds the conversation -----------------------------------------------------------


def test_the_button_of_an_old_message_still_opens_its_card(chat: Chat) -> None:
    chat.starts("aanmelden").taps_data("!to:kaarten.card:2").at("kaarten.card")
    assert chat.texts()[0] == "🚪 Een deurwaarder aan de deur"
    chat.taps("👉 Verder").at("aanmelden.for_whom")


@pytest.mark.parametrize("number", ["0", "9", "999999"])
def test_a_button_of_no_card_is_said_to_be_none(chat: Chat, number: str) -> None:
    chat.starts("menu").taps_data(f"!to:kaarten.card:{number}").at("kaarten.card")
    assert chat.texts()[0].startswith("Deze tips zijn nu even niet klaar.")


def test_in_a_hold_the_chat_shows_no_cards(chat: Chat) -> None:
    chat.starts("menu").held().taps_data("!to:kaarten.card:2").is_silent()
    chat.types("een incassobureau belt steeds").is_silent()


def test_a_card_that_someone_looked_at_is_not_resumed(chat: Chat) -> None:
    at_card(chat, "loan").types("menu").at("welkom.menu")
    chat.taps("🗣️ Wat zeg ik tegen een schuldeiser?").at("kaarten.which")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_without_an_example_message_offers_none(chat: Chat, language: str) -> None:
    """Not every municipality wants that people write to creditors themselves."""
    chat.known[Cards] = replace(CARDS, cards=(replace(CARDS.cards[0], message=None), *CARDS.cards[1:]))
    at_card(chat, "rings", language)
    assert "✉️" not in [button[0] for button in chat.buttons()]
    chat.taps_data("kaarten.card:message").at("kaarten.card")
