"""Contact houden: reached from anywhere in own words, in Dutch, English and Arabic; and whole in the other two."""

from __future__ import annotations

from datetime import date

import pytest

from flows.aftercare import AcceptPlan, AgreePlan, PausePlan
from flows.grammar import Opened, SetLanguage
from tests.transcripts.contact import ENDED, GONE, keeps, proposes, unknown
from tests.transcripts.player import Chat

#: What keeps names and numbers in their place between Arabic letters.
_ISOLATES = dict.fromkeys((0x2068, 0x2069))
FOUR_WEEKS = PausePlan(3, date(2026, 12, 21))


@pytest.mark.parametrize(
    ("language", "typed", "screen"),
    [
        ("nl", "contact houden", "plan"),
        ("nl", "check-in", "plan"),
        ("nl", "hoe vaak hebben we contact?", "plan"),
        ("nl", "stop de check-in", "stopping"),
        ("nl", "ik wil geen contact meer", "stopping"),
        ("nl", "ik wil minder vaak", "rhythm"),
        ("nl", "liever wat vaker contact graag", "rhythm"),
        ("nl", "mag de check-in op een andere dag?", "change"),
        ("nl", "een andere dag voor de check-in", "change"),
        ("nl", "mijn moeilijke momenten", "moments"),
        ("en", "keeping in touch", "plan"),
        ("en", "stop the check-ins", "stopping"),
        ("en", "less often please", "rhythm"),
        ("en", "a different day for the check-in", "change"),
        ("en", "my difficult moments", "moments"),
        ("ar", "البقاء على تواصل", "plan"),
        ("ar", "أوقفوا التواصل", "stopping"),
        ("ar", "رسائل أقل", "rhythm"),
        ("ar", "تغيير موعد التواصل", "change"),
        ("ar", "الأوقات الصعبة", "moments"),
    ],
)
def test_words_lead_there(chat: Chat, language: str, typed: str, screen: str) -> None:
    keeps(chat).starts("menu").speaking(language).types(typed).at(f"contact.{screen}")


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("nl", "even geen berichten"),
        ("nl", "stuur me even geen berichtjes alstublieft"),
        ("nl", "ik wil een tijdje geen contact"),
        ("nl", "ik wil voorlopig even geen berichten meer krijgen"),
        ("nl", "even geen check-in graag"),
        ("nl", "even geen contact met jullie"),
        ("nl", "pauze"),
        ("nl", "ik wil graag pauze"),
        ("en", "no messages for now"),
        ("en", "pause"),
        ("ar", "استراحة"),
        ("ar", "توقف مؤقت"),
        ("ar", "إيقاف مؤقت للرسائل"),
    ],
)
def test_a_pause_from_anywhere(chat: Chat, language: str, typed: str) -> None:
    keeps(chat).starts("menu").speaking(language).types(typed).at("contact.pause", FOUR_WEEKS)


@pytest.mark.parametrize(
    ("typed", "screen"),
    [
        ("pauze", "pause"),
        ("minder vaak", "rhythm"),
        ("stop met de check-in", "stopping"),
        ("een andere dag voor de check-in", "change"),
        ("contact houden", "plan"),
        ("moeilijke momenten", "moments"),
    ],
)
def test_also_from_one_screen_of_it_to_another(chat: Chat, typed: str, screen: str) -> None:
    keeps(chat).starts("menu").taps_data("!to:contact.talk:1").taps("👌 Zo is het goed")
    chat.types("moeilijke momenten").types(typed)
    assert [reply.origin for reply in chat.turn.replies] == [f"contact.{screen}"]


def test_in_the_middle_of_its_questions(chat: Chat) -> None:
    keeps(chat).starts("menu").types("minder vaak").types("toch maar even pauze").at("contact.pause", FOUR_WEEKS)


def test_as_a_very_first_message(chat: Chat) -> None:
    keeps(chat).types("even geen berichten").taps("🌍 Nederlands")
    chat.at("contact.pause", SetLanguage("nl"), FOUR_WEEKS)


def test_where_nothing_is_agreed_the_usual_is_shown_and_changed(chat: Chat) -> None:
    chat.starts("menu").types("minder vaak").taps("🔁 Elke maand")
    chat.at("contact.agreed", AgreePlan("vast", "month", None, "morning", "chat"))
    unknown(chat).says(Opened("contact", place="change")).at("contact.change")
    assert chat.texts()[0] == "Met ‘contact houden’ vragen we af en toe hoe het met u gaat."


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("nl", "ik heb geen contact meer met mijn kinderen"),
        ("nl", "ik heb even geen contact met mijn ex"),
        ("nl", "ik kan even geen contact opnemen met de deurwaarder"),
        ("nl", "ik heb voorlopig geen contact met het cjib"),
        ("nl", "ik krijg tijdelijk geen berichten van de belasting"),
        ("nl", "ik krijg even geen berichten meer van mijn werk"),
        ("nl", "kan ik even niet op berichten reageren"),
        ("en", "i have no contact with my ex right now"),
        ("ar", "إيقاف مؤقت للدفعات"),
    ],
)
def test_who_has_no_contact_with_someone_else_is_not_meant(chat: Chat, language: str, typed: str) -> None:
    keeps(chat).starts("menu").speaking(language).types(typed)
    assert not chat.turn.replies[0].origin.startswith("contact.")
    assert chat.turn.effects == ()


def test_twice_not_understood_is_a_human(chat: Chat) -> None:
    keeps(chat).starts("menu").types("contact houden").types("blauwe paraplu").at("contact.plan")
    chat.types("groene fiets").at("overdracht.offer")


@pytest.mark.parametrize("screen", ["rhythm", "weekday", "part", "means"])
def test_a_crisis_at_any_question(chat: Chat, screen: str) -> None:
    keeps(chat).starts("menu").types("contact houden").taps("🔧 Iets veranderen")
    chat.taps_data(f"contact.change:{screen}").types("mijn man slaat mij")
    assert [reply.origin for reply in chat.turn.replies] == ["crisis.violence"]


# ---- in English and in Arabic --------------------------------------------------------------------------------------


def test_in_english(chat: Chat) -> None:
    proposes(chat).starts("menu").speaking("en").is_due("contact.proposed", {"plan": 4}).sees(
        "Fatma would like to keep in touch with you.",
        "🔁 Every 3 months\n📅 Thursday\n🌅 In the morning\n📞 Telephone",
        "This is part of the help. This way we know whether it keeps going well.",
        "This goes on until Monday 1 November at the latest.",
        "Is that fine for you?",
        buttons=["✅ Yes, that is fine", "🔧 Something else", "🙅 Rather not"],
    )
    chat.types("yes please").at("contact.accepted", AcceptPlan(4))
    chat.types("hard moments").taps("➕ Add a moment").types("Birthday").types("my mum").types("May 4th")
    chat.types("I call her.")
    assert chat.texts() == [
        "That is kept. A few days before Tuesday 4 May we think of it together.",
        "💡 Your own plan: I call her.",
    ]


def test_agreed_in_english(chat: Chat) -> None:
    chat.starts("menu").speaking("en").types("keep in touch").types("something else").types("every other week")
    chat.types("on friday please").types("in the evening").types("phone")
    chat.at("contact.agreed", AgreePlan("vast", "two_weeks", 4, "evening", "phone"))


def test_in_arabic(chat: Chat) -> None:
    proposes(chat).starts("menu").speaking("ar").is_due("contact.proposed", {"plan": 4})
    assert [text.translate(_ISOLATES) for text in chat.texts()] == [
        "يُسعد Fatma البقاء على تواصل معك.",
        "🔁 كل 3 أشهر\n📅 الخميس\n🌅 صباحًا\n📞 الهاتف",
        "هذا جزء من المساعدة. هكذا نعرف إن بقيت الأمور جيدة.",
        "يستمر هذا حتى الاثنين، 1 نوفمبر على الأكثر.",
        "هل هذا مناسب لك؟",
    ]
    assert chat.buttons() == ["✅ نعم، هذا جيد", "🔧 أفضّل غير ذلك", "🙅 لا أفضّل ذلك"]
    chat.types("نعم").at("contact.accepted", AcceptPlan(4))


def test_agreed_in_arabic(chat: Chat) -> None:
    chat.starts("menu").speaking("ar").types("البقاء على تواصل").types("شيء آخر").types("كل شهر").types("يوم الخميس")
    chat.types("في المساء").types("اتصال").at("contact.agreed", AgreePlan("vast", "month", 3, "evening", "phone"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Noor writes in Dutch: Het ga u goed.", "This is still going on (in Dutch):"]),
        ("ar", ["كلمة من Noor بالهولندية: Het ga u goed.", "هذا ما زال جاريًا (بالهولندية):"]),
    ],
)
def test_what_a_human_typed_stays_dutch(chat: Chat, language: str, said: list[str]) -> None:
    keeps(chat, None, contact=GONE).starts("menu").speaking(language).is_due("contact.closed", ENDED)
    assert [text.translate(_ISOLATES) for text in chat.texts()[2:4]] == said


@pytest.mark.parametrize(
    ("language", "typed", "screen"),
    [
        *[("nl", "contact houden", "plan"), ("nl", "pauze graag", "pause"), ("en", "keep in touch", "plan")],
        ("ar", "البقاء على تواصل", "plan"),
    ],
)
def test_as_we_tell_people_to_type_it_also_where_notes_are_taken(
    chat: Chat, language: str, typed: str, screen: str
) -> None:
    keeps(chat).starts("aanmelden").types("voor mijzelf").types("genoeg").types("ja")
    assert chat.turn.replies[-1].origin == "aanmelden.registered"
    chat.speaking(language).types(typed)
    assert chat.turn.replies[-1].origin == f"contact.{screen}"


def test_a_story_with_contact_in_it_is_still_a_note(chat: Chat) -> None:
    keeps(chat).starts("aanmelden").types("voor mijzelf").types("genoeg").types("ja")
    chat.types("ik wil over mijn schulden praten want contact houden lukt niet")
    assert chat.turn.replies[-1].origin == "overdracht.noted"
