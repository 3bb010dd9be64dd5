"""Waar sta ik in English and in Arabic, whole."""

from __future__ import annotations

from datetime import date

import pytest

from flows.grammar import Json
from flows.progress import News, Phase
from tests.transcripts.player import Chat
from tests.transcripts.voortgang import PLANNING, shown, standing, stands

BEGINS: Json = {"what": "begin", "phase": "regelen", "also": ["rust"], "again": False}


def test_in_english(chat: Chat) -> None:
    stands(chat, PLANNING).starts("menu").speaking("en").types("where do i stand").sees(
        "📍 You are here now: Plan of action.",
        "Together we write down what you want to reach, and who does what.",
        "After that you get a letter with the decision. You do not have to sign the plan.",
        "👥 You choose your goals. Your caseworker writes the plan.",
        "⏳ This step usually takes 2 to 8 weeks. That is no promise: it goes differently for everyone.",
        "✅ Done: Sign-up and Talk.",
        "🔜 What usually comes next: Calm and overview.",
        "👤 Your contact is Fatma.",
        buttons=["📝 Plan of action", "🗺️ All steps", "📨 About the letter", "🏠 To the menu"],
        picture="The steps of the help, in order: Sign-up: done, Talk: done, Plan of action: you are here now, "
        "Calm and overview: still to come (usually 1 to 3 months), "
        "Settling the debts: still to come (usually about 18 months), "
        "Following: still to come (at most half a year) and Aftercare: still to come (at most a year).",
    )
    chat.taps("📨 About the letter").taps("✋ I do not agree with it")
    assert chat.texts()[0].startswith("Do you disagree with the decision? Then you may object.")
    settling = standing({Phase.CALM: "done", Phase.SETTLING: "now"})
    stands(chat, settling).starts("menu").is_due("voortgang.told", BEGINS)
    assert chat.texts()[:3] == [
        "There is news about your help.",
        "✅ Done: Calm and overview. Another step further!",
        "🤝 This step begins now: Settling the debts.",
    ]
    stands(chat, standing({Phase.SETTLING: "stopped"})).starts("voortgang")
    assert chat.texts()[0] == "The help has stopped for now."


def test_in_arabic(chat: Chat) -> None:
    stands(chat, PLANNING).starts("menu").speaking("ar").types("أين وصلت؟")
    blocks, alt = shown(chat)
    assert blocks[:4] == [
        ("done", "التسجيل", "انتهت"),
        ("done", "الحديث", "انتهت"),
        ("now", "خطة العمل", "أنت هنا الآن"),
        ("next", "الهدوء والوضوح", "عادةً من شهر إلى 3 أشهر"),
    ]
    assert alt.startswith("خطوات المساعدة بالترتيب: ")
    assert chat.texts()[0].startswith("📍 أنت الآن هنا: ")
    assert chat.buttons() == ["📝 خطة العمل", "🗺️ كل الخطوات", "📨 شرح الرسالة", "🏠 إلى القائمة"]
    stands(chat, standing({Phase.CALM: "done", Phase.SETTLING: "now"})).starts("menu")
    chat.is_due("voortgang.told", BEGINS)
    assert chat.texts()[0] == "هناك خبر جديد عن مساعدتك."
    delay: Json = {"what": "delay", "code": "judge", "words": "Het duurt lang.", "until": None, "by": "Fatma"}
    chat.is_due("voortgang.told", delay)
    assert chat.texts()[1:3] == ["ننتظر المحكمة.", "كلمات \u2068Fatma\u2069 بالهولندية: “\u2068Het duurt lang.\u2069”"]
    stands(chat, standing({Phase.SETTLING: "stopped"})).starts("voortgang")
    assert chat.texts()[0] == "المساعدة متوقفة الآن."


@pytest.mark.parametrize(
    ("language", "planned"), [("en", "After that we plan a talk."), ("ar", "بعد ذلك نحدد موعدًا للحديث.")]
)
def test_a_talk_that_is_left_out_is_not_said_to_come(chat: Chat, language: str, planned: str) -> None:
    stands(chat, standing({Phase.SIGN_UP: "now"})).starts("menu").speaking(language).taps_data("!go:voortgang")
    assert planned in chat.texts()
    skipped = standing({Phase.SIGN_UP: "now", Phase.TALK: "skipped"})
    stands(chat, skipped).starts("menu").speaking(language).taps_data("!go:voortgang")
    assert planned not in chat.texts()


def test_who_did_not_sign_up_in_arabic(chat: Chat) -> None:
    stands(chat).starts("menu").speaking("ar").taps_data("!go:voortgang")
    assert chat.buttons() == ["🙋 أود طلب المساعدة", "🗺️ كل الخطوات", "📨 شرح الرسالة", "🏠 إلى القائمة"]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "Sunday 22 November: ⏳ It takes a bit longer. It is busy here with us. So it is not because of you.",
                "Noor writes in Dutch: “Sorry.”",
                "You will hear from us again by Friday 4 December at the latest. Also if there is nothing new by then.",
            ],
        ),
        (
            "ar",
            [
                "\u2068الأحد، 22 نوفمبر\u2069: \u2068⏳ الأمر يستغرق وقتًا أطول قليلًا. "
                "\u2068لدينا ضغط عمل الآن. فالسبب ليس منك.\u2069\u2069",
                "كلمات \u2068Noor\u2069 بالهولندية: “\u2068Sorry.\u2069”",
                "ستسمع منا مرة أخرى في موعد أقصاه \u2068الجمعة، 4 ديسمبر\u2069، حتى لو لم يكن هناك جديد.",
            ],
        ),
    ],
)
def test_a_delay_is_found_back_whole(chat: Chat, language: str, lines: list[str]) -> None:
    delayed = News("delay", date(2026, 11, 22), "busy", words="Sorry.", by="Noor", until=date(2026, 12, 4))
    stands(chat, standing({Phase.PLAN: "now"}, delayed)).starts("menu").speaking(language).taps_data("!go:voortgang")
    chat.taps_data("voortgang.where:news")
    assert chat.texts()[1:] == lines
