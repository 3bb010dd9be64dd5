"""What is typed about an appointment, in the three languages: a question, a reply, another way to meet."""

from __future__ import annotations

import pytest

from flows.understanding import question, reply, way


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("waar is het", "where"),
        ("waar?", "where"),
        ("waar moet ik zijn", "where"),
        ("welk adres is het?", "where"),
        ("hoe laat", "when"),
        ("wanneer is mijn afspraak", "when"),
        ("hoe lang duurt het", "long"),
        ("hoelang duurt het gesprek", "long"),
        ("met wie", "who"),
        ("hallo, ik heb een vraag: wie belt mij?", "who"),
        ("wat moet ik meenemen", "bring"),
        ("moet ik iets meenemen?", "bring"),
        ("moet ik mijn paspoort meenemen", "bring"),
        ("kan ik mijn dochter meenemen", "company"),
        ("mag er iemand mee?", "company"),
        ("can I bring my sister", "company"),
        ("can my son come along", "company"),
        ("هل يمكن أن أحضر صديقي", "company"),
        ("mijn vrouw komt mee", None),
        ("where is it", "where"),
        ("where do I need to go", "where"),
        ("what time", "when"),
        ("is het vandaag?", "when"),
        ("donderdag toch?", "when"),
        ("is dat om 10 uur?", "when"),
        ("is it tomorrow?", "when"),
        ("thursday, right?", "when"),
        ("هل هو اليوم؟", "when"),
        ("is het mogelijk morgen?", None),
        ("how long does it take", "long"),
        ("who with", "who"),
        ("what should I bring", "bring"),
        ("do i need to bring anything", "bring"),
        ("أين هو", "where"),
        ("وين", "where"),
        ("متى الموعد", "when"),
        ("كم الساعة", "when"),
        ("كم يستغرق", "long"),
        ("مع من", "who"),
        ("ماذا أحضر معي", "bring"),
        ("شو لازم جيب", "bring"),
        ("ik kom", None),
        ("waarom", None),
        ("wie bent u", None),
        ("who are you", None),
        ("ik weet niet waar ik moet beginnen", None),
        ("2901", None),
        ("", None),
    ],
)
def test_a_question_about_an_appointment(text: str, fact: str | None) -> None:
    assert question(text) == fact


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ik kom", "coming"),
        ("weet niet of ik kom", "cancelling"),
        ("ik denk niet dat ik kom", "cancelling"),
        ("ik durf niet te komen", "cancelling"),
        ("ik kom misschien", "cancelling"),
        ("misschien", "cancelling"),
        ("ik durf niet", "cancelling"),
        ("weet ik nog niet", "cancelling"),
        ("weet ik niet", None),
        ("not sure", "cancelling"),
        ("maybe", "cancelling"),
        ("ربما", "cancelling"),
        ("ja maar ik heb geen oppas", "cancelling"),
        ("not sure if I can come", "cancelling"),
        ("I don't think I will be there", "cancelling"),
        ("I will come if I can", "cancelling"),
        ("لا أعرف إن كنت سآتي", "cancelling"),
        ("donderdag lukt niet, vrijdag wel", "moving"),
        ("ik kan niet, morgen wel", "moving"),
        ("verzet maar", "moving"),
        ("annuleer maar", "cancelling"),
        ("moet ik komen?", None),
        ("هل سآتي؟", None),
        ("tot morgen", "coming"),
        ("ik ben onderweg", "coming"),
        ("on my way", "coming"),
        ("أنا في الطريق", "coming"),
        ("was ik vergeten", None),
        ("dat komt goed uit", "coming"),
        ("ik ben er", "coming"),
        ("kan niet", "cancelling"),
        ("komt niet goed uit", "cancelling"),
        ("het lukt niet", "cancelling"),
        ("ik kan helaas niet komen want mijn kind is ziek", "cancelling"),
        ("mijn zoon is ziek", "cancelling"),
        ("kan het later", "moving"),
        ("kan het op een andere dag", "moving"),
        ("I can't make it", "cancelling"),
        ("see you then", "coming"),
        ("can we do another day", "moving"),
        ("سأحضر", "coming"),
        ("لن أستطيع الحضور", "cancelling"),
        ("لا أستطيع", "cancelling"),
        ("أنا مريض", "cancelling"),
        ("أريد تأجيل الموعد", "moving"),
        ("ik kan mijn huur niet betalen", None),
        ("ik kom er niet uit", None),
        ("I can't pay my rent", None),
        ("لا أستطيع دفع الإيجار", None),
        ("ik woon in de Kerkstraat", None),
        ("", None),
    ],
)
def test_a_reply_to_an_appointment(text: str, said: str | None) -> None:
    assert reply(text) == said


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("kan het ook telefonisch", "phone"),
        ("bellen", "phone"),
        ("liever bij mij thuis", "home"),
        ("thuis", "home"),
        ("kunt u bij mij komen", "home"),
        ("op kantoor", "office"),
        ("kan ik langskomen", "office"),
        ("liever niet telefonisch maar op kantoor", "office"),
        ("kan het via video", "video"),
        ("ergens anders graag", "elsewhere"),
        ("samen een schuldeiser bellen", "call"),
        ("samen de post uitzoeken", "papers"),
        ("can we call", "phone"),
        ("by phone please", "phone"),
        ("at my place please", "home"),
        ("in person", "office"),
        ("somewhere else", "elsewhere"),
        ("هل يمكن بالهاتف", "phone"),
        ("في بيتي", "home"),
        ("في المكتب", "office"),
        ("مكان آخر", "elsewhere"),
        ("dan ben ik niet thuis", None),
        ("ik ben dan thuis", None),
        ("ik bel morgen", None),
        ("dinsdag", None),
        ("maakt niet uit", None),
        ("", None),
    ],
)
def test_another_way_to_meet(text: str, kind: str | None) -> None:
    assert way(text) == kind


@pytest.mark.parametrize("read", [question, reply, way])
def test_a_story_is_none_of_these(read: object) -> None:
    story = (
        "ik weet niet waar ik het zoeken moet en ik kan niet meer slapen want de huur is te hoog en thuis is het koud"
    )
    assert callable(read)
    assert read(story) is None
