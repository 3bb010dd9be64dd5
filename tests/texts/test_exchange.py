"""Files for an agency: out, in again, and what comes in that is not ours."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.desk import texts_words
from bot.errors import Refused
from bot.texts import acts, checks, exchange, looking
from bot.texts.exchange import Looked, Which
from storage import tables
from tests.support.town import Colleague, Town

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

LABEL, OTHER = "step.skip", "step.resume"
HEAD = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
async def noor(town: Town) -> Colleague:
    return await town.colleague()


async def out(town: Town, which: Which = "all", language: str = "en") -> bytes:
    known = await looking.others(town.house)
    return exchange.export(town.house, language, which, known, texts_words.note, texts_words.room)


def messages(data: bytes) -> dict[str, Message]:
    """What a file holds, by context."""
    return {one.context or "": one for one in read_po(BytesIO(data)) if one.id}


def entry(town: Town, context: str, words: str, *, dutch: str | None = None, flags: str = "") -> str:
    """One line of a file."""
    dutch = town.house.tongue.dutch[context] if dutch is None else dutch
    return f'{flags}msgctxt "{context}"\nmsgid "{dutch}"\nmsgstr "{words}"\n\n'


async def look(town: Town, one: Colleague, text: str, language: str = "en") -> Looked:
    return (await exchange.look(town.house, one.id, language, text.encode()))[1]


async def change(town: Town, one: Colleague, context: str, language: str, words: str) -> None:
    said = looking.said(town.house, context, language, {})
    assert said is not None
    await acts.change(town.house, one.id, context, language, words, seen=said.mark, anyway=True)


async def confirm(town: Town, one: Colleague, context: str) -> None:
    said = looking.said(town.house, context, "en", {})
    assert said is not None
    await acts.confirm(town.house, one.id, context, "en", seen=said.mark, speaks=True)


async def test_what_goes_out_comes_in_as_it_was(town: Town, noor: Colleague) -> None:
    for language in ("en", "ar"):
        data = await out(town, language=language)
        assert set(messages(data)) == set(looking.contexts(town.house))
        number, looked = await exchange.look(town.house, noor.id, language, data)
        assert (looked.changes, looked.refused) == ((), ())
        assert looked.same + looked.skipped == len(looking.contexts(town.house))
        assert await exchange.take(town.house, noor.id, number) == 0
    assert await town.rows(tables.wording) == []


async def test_what_the_agency_changed_comes_in_as_a_draft(town: Town, noor: Colleague) -> None:
    await confirm(town, noor, LABEL)
    data = (await out(town)).decode()
    before = town.house.tongue.shown(LABEL, "en")
    assert before is not None
    changed = re.sub(rf'(msgctxt "{LABEL}"\nmsgid .*\n)msgstr ".*"', r'\1msgstr "Pass"', data)
    number, looked = await exchange.look(town.house, noor.id, "en", changed.encode())
    assert [(one.context, one.before, one.after) for one in looked.changes] == [(LABEL, before.words, "Pass")]
    assert town.house.tongue.shown(LABEL, "en") == before
    assert await exchange.take(town.house, noor.id, number) == 1
    shown = town.house.tongue.shown(LABEL, "en")
    assert shown is not None
    assert (shown.words, town.house.tongue.text_state(LABEL, "en")) == ("Pass", "draft")
    (_, row) = await town.rows(tables.wording)
    assert (row.act, row.version, row.dutch) == ("imported", 2, town.house.tongue.dutch[LABEL])
    assert await town.rows(tables.wording_import) == []
    with pytest.raises(Refused, match="po_gone"):
        await exchange.take(town.house, noor.id, number)
    again = await out(town)
    assert messages(again)[LABEL].string == "Pass"


async def test_an_agency_gets_the_dutch_of_now_the_state_and_how_much_fits(town: Town, noor: Colleague) -> None:
    await confirm(town, noor, LABEL)
    await change(town, noor, LABEL, "nl", "Sla over")
    await confirm(town, noor, OTHER)
    data = await out(town)
    sent = messages(data)
    stale = sent[LABEL]
    assert (stale.id, stale.fuzzy) == ("Sla over", True)
    assert f'#| msgid "Overslaan"\nmsgctxt "{LABEL}"' in data.decode()
    room = checks.limit_of(LABEL)
    assert room is not None
    assert stale.auto_comments == [texts_words.note("stale"), texts_words.room(room)]
    assert (sent[OTHER].fuzzy, sent[OTHER].auto_comments) == (False, [texts_words.note("confirmed")])
    work = messages(await out(town, "work"))
    assert LABEL in work
    assert OTHER not in work
    assert len(work) == len(sent) - 1


async def test_what_is_refused_is_said_and_the_rest_is_taken(town: Town, noor: Colleague) -> None:
    await change(town, noor, OTHER, "nl", "We gaan weer verder.")
    text = HEAD + "".join(
        [
            entry(town, LABEL, "Pass"),
            entry(town, OTHER, "We go on"),  # the Dutch changed since
            entry(town, "walk.draft", "Type ‘blurb’."),
            entry(town, "woordenlijst.ask", "What is it?"),
            entry(town, "step.why", "", flags=""),
            entry(town, "step.more", "Anything else?", flags="#, fuzzy\n"),
            entry(town, "step.unclear", town.house.tongue.dutch["step.unclear"]),
            'msgctxt "no.such.text"\nmsgid "Hoi"\nmsgstr "Hi"\n\n',
            'msgid "Zonder naam"\nmsgstr "Nameless"\n\n',
            'msgctxt "step.masked"\nmsgid "een"\nmsgid_plural "meer"\nmsgstr[0] "one"\nmsgstr[1] "more"\n\n',
        ]
    )
    number, looked = await exchange.look(town.house, noor.id, "en", text.encode())
    assert [one.context for one in looked.changes] == [LABEL]
    assert {one.context: one.findings[0].code for one in looked.refused} == {
        OTHER: "po_other_dutch",
        "walk.draft": "other_words_to_type",
        "woordenlijst.ask": "other_values",
        "step.unclear": "still_dutch",
        "no.such.text": "gone_text",
        "": "gone_text",
        "step.masked": "po_plural",
    }
    assert looked.skipped == 2
    assert await exchange.take(town.house, noor.id, number) == 1


async def test_what_changed_between_the_look_and_the_yes_is_refused_then(town: Town, noor: Colleague) -> None:
    text = HEAD + entry(town, LABEL, "Pass") + entry(town, OTHER, "We go on")
    number, looked = await exchange.look(town.house, noor.id, "en", text.encode())
    assert len(looked.changes) == 2
    await change(town, noor, LABEL, "nl", "Sla over")
    assert await exchange.take(town.house, noor.id, number) == 1
    assert town.house.tongue.text_state(LABEL, "en") == "stale"


async def test_a_file_waits_an_hour_and_for_who_looked_at_it(town: Town, noor: Colleague) -> None:
    samir = await town.colleague("Samir")
    text = (HEAD + entry(town, LABEL, "Pass")).encode()
    number, _ = await exchange.look(town.house, noor.id, "en", text)
    with pytest.raises(Refused, match="po_gone"):
        await exchange.take(town.house, samir.id, number)
    town.clock.forward(hours=exchange.WAITS / timedelta(hours=1), seconds=1)
    with pytest.raises(Refused, match="po_gone"):
        await exchange.take(town.house, noor.id, number)
    other, _ = await exchange.look(town.house, samir.id, "en", text)
    assert [row.id for row in await town.rows(tables.wording_import)] == [other]
    await exchange.forget(town.house, samir.id)
    assert await town.rows(tables.wording_import) == []


async def test_a_stale_one_that_was_looked_at_is_for_the_dutch_of_now(town: Town, noor: Colleague) -> None:
    await change(town, noor, OTHER, "nl", "We gaan weer verder.")
    before = town.house.tongue.shown(OTHER, "en")
    assert before is not None
    same = entry(town, OTHER, before.words, dutch="We gaan weer verder.")
    assert (await look(town, noor, HEAD + "#, fuzzy\n" + same)).skipped == 1
    number, looked = await exchange.look(town.house, noor.id, "en", (HEAD + same).replace("\n", "\r\n").encode())
    assert [(one.before, one.after) for one in looked.changes] == [(before.words, before.words)]
    assert town.house.tongue.text_state(OTHER, "en") == "stale"
    await exchange.take(town.house, noor.id, number)
    assert town.house.tongue.text_state(OTHER, "en") == "draft"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "po_language"),
        ("just words", "po_language"),
        (HEAD.replace("Language: en", "Language: ar"), "po_language"),
        (HEAD.replace("Language: en", "Language: en\\nx"), "po_language"),
        (HEAD, "po_empty"),
        (HEAD + "msgid unquoted\n", "po_shape"),
        (HEAD + 'msgctxt "step.skip"\nmsgid "Overslaan"\nmsgstr "Pas', "po_shape"),  # cut off half-way
        (HEAD + 'msgctxt "step.skip"\nmsgid "Overslaan"\nmsgstr "Passer"\n\nmsgid "oops', "po_shape"),
        (HEAD + 'msgctxt "a"\nmsgstr "b"\nmsgid\n', "po_shape"),
        (HEAD + 'msgid "a\nmsgstr "b"\n', "po_shape"),
        (HEAD + 'msgctxt "step.skip"\nmsgid "Overslaan"\nmsgstr "Pa\0ss"\n', "po_shape"),
        ("PK\x03\x04 not text" + HEAD, "po_shape"),
        (HEAD + "".join(f'msgid "{n}"\nmsgstr "x"\n\n' for n in range(exchange.MOST + 1)), "po_many"),
        (HEAD + 'msgid "the same"\nmsgstr "x"\n\n' * (exchange.MOST + 1), "po_many"),
        ("x" * (exchange.LARGEST + 1), "po_big"),
        ("\n" * 200_000 + HEAD.replace("msgid", "x"), "po_shape"),
        ("# \n \t\n" * 200_000 + HEAD.replace("msgid", "x"), "po_shape"),
    ],
    ids=lambda value: value if len(value) < 20 else "",
)
async def test_what_is_no_file_of_translations_is_refused(town: Town, noor: Colleague, text: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        await look(town, noor, text)
    assert await town.rows(tables.wording_import) == []


async def test_notes_and_what_is_obsolete_say_nothing(town: Town, noor: Colleague) -> None:
    gone = '#, fuzzy\n#~| msgid "Ooit"\n#~ msgctxt "gone.text"\n#~ msgid "Weg"\n#~ msgstr "Gone"\n\n'
    notes = '# A note\n#. Another\n#: somewhere.py:1\n#| msgid "Vroeger"\n#\n'
    looked = await look(town, noor, HEAD + gone + notes + entry(town, LABEL, "#1 Pass"))
    assert [(one.context, one.after) for one in looked.changes] == [(LABEL, "#1 Pass")]
    assert (looked.refused, looked.skipped) == ((), 0)


async def test_other_encodings_and_languages_are_refused(town: Town, noor: Colleague) -> None:
    for language in ("nl", "fr", "xx", ""):
        with pytest.raises(Refused, match="po_language"):
            await look(town, noor, HEAD, language)
    with pytest.raises(Refused, match="po_encoding"):
        await exchange.look(town.house, noor.id, "en", HEAD.encode("utf-16"))


@pytest.mark.parametrize(
    "head",
    [
        '"Content-Type: text/plain; charset=rot13\\n"\n',
        '"Content-Type: text/plain; charset=utf-7\\n"\n',
        '"Plural-Forms: nplurals=99999999999; plural=__import__(\\"os\\")\\n"\n',
        '"POT-Creation-Date: never\\n"\n"PO-Revision-Date: 9999999-99-99\\n"\n',
        '"X-State: confirmed\\n"\n',
    ],
)
async def test_the_head_of_a_file_decides_nothing(town: Town, noor: Colleague, head: str) -> None:
    plain = HEAD.replace('"Content-Type: text/plain; charset=utf-8\\n"\n', head)
    number, looked = await exchange.look(town.house, noor.id, "en", (plain + entry(town, LABEL, "Pass")).encode())
    assert [one.after for one in looked.changes] == ["Pass"]
    await exchange.take(town.house, noor.id, number)
    assert town.house.tongue.text_state(LABEL, "en") == "draft"


async def test_what_cannot_be_seen_does_not_come_in(town: Town, noor: Colleague) -> None:
    text = HEAD + entry(town, OTHER, "\u202eWe go\u2066 on\u200b\u0007 from\\nwhere you were")
    looked = await look(town, noor, text)
    assert [one.after for one in looked.changes] == ["We go on from where you were"]
