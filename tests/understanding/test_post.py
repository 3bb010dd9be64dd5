"""A letter that someone does not understand is no crisis; with one word more it is judged as ever."""

from __future__ import annotations

import pytest

from flows.understanding import crisis
from flows.understanding.normalising import words_of
from flows.understanding.post import only_post
from scripts.learn import UNSEEN, examples

LETTERS = (
    "Ik heb een brief gekregen en ik weet niet wat ik ermee moet",
    "er is post gekomen en ik weet niet wat ik moet doen",
    "Ik heb weer een aanmaning en ik weet niet wat ik nu moet. Help!",
    "er ligt een stapel enveloppen en ik weet niet waar ik moet beginnen",
    "I got another letter and I don't know what to do with it.",
    "i was sent a bill, i do not understand what it says, can you help me",
    "there is a pile of post and i have no idea where to start",
    "وصلتني رسالة من البنك ولا أعرف ماذا أفعل بها",
    "yine bir mektup aldım ve ne yapmam gerektiğini bilmiyorum",
    "przyszedł kolejny list i nie wiem, co mam robić",
    "прийшов ще один лист, і я не знаю, що мені робити",
    "باز هم نامه آمده و نمی‌دانم چه باید بکنم",
    "j'ai reçu une lettre et je ne sais pas quoi en faire",
)


@pytest.mark.parametrize("text", LETTERS)
def test_a_letter_that_nobody_understands_is_no_crisis(text: str) -> None:
    assert crisis(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "ik heb een brief gekregen",
        "ik weet niet wat ik moet doen",
        "nog een brief en ik spring",
        "ik heb een brief gekregen en ik weet niet wat ik ermee moet, ik wil dood",
        "one more letter and i jump",
        "i got a letter and i do not know why i go on",
        "",
    ],
)
def test_less_or_more_than_that_is_not_only_that(text: str) -> None:
    assert not only_post(words_of(text))


def test_no_crisis_that_we_know_is_told_so() -> None:
    told = [row for row in (*examples(), *examples(UNSEEN)) if only_post(words_of(row.text))]
    assert {row.category for row in told} == {"none"}
