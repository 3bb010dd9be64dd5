"""Which card a sentence is about; what only looks like one of these situations is about none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.cards import NAMES
from flows.understanding import card
from flows.understanding.cards import LONGEST, card_in
from flows.understanding.loading import tables
from tests.understanding.sentences import LANGUAGES, sentences

SAID = {
    "rings": (
        "een incassobureau belt steeds",
        "incasobureau belt mij elke dag",
        "insasobureau belt",
        "incasso blijft maar bellen",
        "ik word gebeld door een schuldeiser",
        "wat moet ik zeggen tegen een deurwaarder",
        "a debt collector keeps calling me",
        "debt collectors phone me all day",
        "what do I say to a creditor?",
        "مكتب تحصيل يتصل بي كل يوم",
        "شركة التحصيل تتصل كل يوم",
        "شو احكي للدائن",
        "incasso",
        "debt collector",
        "شركة تحصيل",
        "ماذا أقول للدائن؟",
    ),
    "bailiff": (
        "er staat een deurwaarder voor de deur",
        "deurwaarder",
        "Deurwaarder!!",
        "bailiff",
        "the bailiff",
        "المحضر",
        "مأمور التنفيذ",
        "er staat een deuwaarder aan de deur",
        "gerechtsdeurwaarder aan de deur",
        "de deurwaarder komt morgen langs",
        "mag ik een deurwaarder binnenlaten",
        "the bailiff is at my door",
        "should I let the bailiff in",
        "the bailiff came to my house",
        "المحضر عند الباب",
        "مأمور التنفيذ عند الباب",
    ),
    "letter": (
        "ik heb een dwangbevel gekregen",
        "brief van de deurwaarder",
        "ik kreeg een aanmaning",
        "ik heb een dagvaarding gekregen",
        "een brief van een incassobureau",
        "I got a summons",
        "collection agency sent me a letter",
        "وصلتني رسالة من المحكمة",
        "رسالة من مكتب التحصيل",
        "وصلني dwangbevel",
    ),
    "seized": (
        "beslag op mijn loon",
        "er zit loonbeslag op mijn salaris",
        "mijn bankrekening is geblokkeerd",
        "de helft van mijn loon wordt ingehouden",
        "my wages are seized",
        "they garnish my salary",
        "my bank account is frozen",
        "حجزوا على راتبي",
        "البنك جمد حسابي",
    ),
    "cut_off": (
        "ze gaan mijn stroom afsluiten",
        "ze dreigen me af te sluiten",
        "eneco dreigt met afsluiten",
        "they want to cut off my electricity",
        "يريدون قطع الكهرباء",
    ),
    "loan": (
        "ik kan een lening krijgen",
        "lening",
        "loan",
        "قرض",
        "ik kan een leningg krijgen",
        "mag ik een lening afsluiten",
        "iemand biedt mij een lening aan",
        "kan ik geld lenen",
        "mag ik op afbetaling kopen",
        "can I get a loan?",
        "someone offers me a loan",
        "should I take out a loan to pay my debts",
        "هل يمكنني أخذ قرض؟",
        "عرضوا علي قرض",
        "بدي اخد قرض لادفع ديوني",
    ),
    "one_creditor": (
        "ik wil er eentje vast betalen",
        "ik wil er één vast betalen",
        "mag ik één schuldeiser eerst betalen",
        "welke schuld moet ik eerst betalen",
        "wie moet ik eerst betalen",
        "I want to pay just one",
        "can i pay one creditor first",
        "who should I pay first",
        "أريد أن أدفع لواحد فقط",
        "لمن أدفع أولا",
    ),
    "set_off": (
        "mijn toeslag wordt ingehouden",
        "mijn toeslag word ingehoude",
        "ze houden mijn zorgtoeslag in",
        "ik krijg minder huurtoeslag",
        "mijn kindgebonden budget wordt verrekend",
        "they took money from my allowance",
        "my allowance is being deducted",
        "يخصمون من إعانتي",
        "خصموا من اعانتي",
    ),
}
LOOKS_ALIKE = (
    "ik kan mijn lening niet betalen",
    "ik moet mijn lening terugbetalen",
    "ik heb een lening bij de bank",
    "ik heb geld geleend van mijn zus",
    "ik heb veel schulden",
    "ik wil alles betalen",
    "ik heb een brief van school",
    "mijn toeslag is nog niet binnen",
    "hoe vraag ik zorgtoeslag aan",
    "mijn deur is kapot",
    "kunnen jullie mij bellen",
    "ik kan maar één rekening per maand betalen",
    "I cannot pay my loan",
    "I have a loan with the bank",
    "I got a letter from school",
    "when do I get my allowance",
    "can someone call me",
    "my door is broken",
    "لا أستطيع دفع القرض",
    "عندي قرض من البنك",
    "أريد حجز موعد",
    "متى تصل الإعانة",
    "وصلتني رسالة من المدرسة",
)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SAID.items() for text in texts])
def test_a_situation_finds_its_card(name: str, text: str) -> None:
    assert card(text) == name


@pytest.mark.parametrize("text", LOOKS_ALIKE)
def test_what_only_looks_like_it_finds_none(text: str) -> None:
    assert card(text) is None


def test_every_language_knows_every_card() -> None:
    assert set(SAID) == set(NAMES)
    for table in tables():
        if table.code in LANGUAGES:
            assert set(table.cards) == set(NAMES), table.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_what_is_no_crisis_hardly_anything_is_about_a_card(language: str) -> None:
    ordinary = [one.text for one in sentences(language) if one.category == "none"]
    assert len(ordinary) >= 100
    assert len([text for text in ordinary if card(text)]) <= 0.05 * len(ordinary)


def test_a_story_wants_more_than_a_card_but_in_a_crisis_it_is_read_too() -> None:
    story = "vanmorgen " + "heel vroeg " * LONGEST + "stond de deurwaarder aan de deur"
    assert card(story) is None
    assert card_in(story) == "bailiff"


@given(st.text(max_size=200))
def test_nothing_raises(text: str) -> None:
    assert card(text) in {None, *NAMES}
