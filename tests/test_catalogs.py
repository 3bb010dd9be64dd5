"""Every language is whole: each text of the code has a current translation, and its labels fit every channel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.channels.limits import LIMITS, Limits
from bot.channels.rendering import render
from flows.grammar import Button, Reply
from flows.known import LANGUAGES
from flows.text import Text, verbatim
from flows.understanding import global_word
from locales import extraction, load
from locales.catalog import path_of
from locales.template import parse

SOURCES = extraction.extract()
TONGUE = load(("nl", *extraction.languages()), strict=True)
PO = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.mark.parametrize("language", extraction.languages())
def test_language_is_whole(language: str) -> None:
    assert extraction.problems(language, SOURCES) == []


@pytest.mark.parametrize("language", extraction.languages())
def test_catalog_is_as_the_extraction_writes_it(language: str) -> None:
    assert path_of(language).read_bytes() == extraction.updated(language, SOURCES), "run python -m locales"


def test_whoever_looks_for_software_is_told_the_languages_that_come_with_it() -> None:
    told = (extraction.ROOT / "publiccode.yml").read_text("utf-8").partition("availableLanguages:\n")[2]
    assert tuple(re.findall(r"    - (\w+)\n", told.partition("dependsOn:")[0])) == LANGUAGES
    assert set(LANGUAGES) == {"nl", *extraction.languages()}


def test_texts_can_be_extracted_and_a_context_stands_for_one_text() -> None:
    assert extraction.unreadable_calls() == ()
    assert extraction.clashes(SOURCES) == []
    assert {"step.skip", "channels.more"} <= {source.context for source in SOURCES}


def test_only_texts_that_exist_may_be_the_same() -> None:
    assert extraction.allowed_to_be_same() <= {source.context for source in SOURCES}


def labels() -> list[tuple[str, Text, Text | None]]:
    """Icon, label and short form of every choice that is written out in a flow and has nothing to fill in."""
    plain = {one.context: Text(one.context, one.msgid) for one in SOURCES if not parse(one.msgid).names}
    return [
        (one.icon, plain[one.label], plain.get(one.short or "")) for one in extraction.choices() if one.label in plain
    ]


@pytest.mark.parametrize("language", TONGUE.languages)
@pytest.mark.parametrize("limits", [one for one in LIMITS.values() if one.buttons], ids=lambda limits: limits.channel)
def test_every_label_or_its_short_form_fits(language: str, limits: Limits) -> None:
    assert len(labels()) >= 3
    for icon, label, short in labels():
        button = Button("flow.screen:choice", icon, label, short)
        (message,) = render(Reply((verbatim("?"),), (button,)), language, TONGUE, limits)
        assert len(message.buttons) == 1


def meanings(text: Text, language: str) -> list[str | None]:
    """What the words that a text tells people to type mean: ‘menu’ → menu."""
    return [global_word(word) for word in re.findall("‘([^’]+)’", TONGUE.say(text, language))]


@pytest.mark.parametrize("language", extraction.languages())
def test_words_that_people_are_told_to_type_are_understood(language: str) -> None:
    # what is filled in between the quotes is a button's label, and no word to type
    told = [Text(source.context, source.msgid) for source in SOURCES if re.search("‘[^{]", source.msgid)]
    assert any("menu" in meanings(text, "nl") for text in told)
    for text in told:
        assert meanings(text, language) == meanings(text, "nl"), text.context


@pytest.mark.parametrize("language", TONGUE.languages)
def test_synonyms_are_words_between_plain_commas(language: str) -> None:
    synonyms = [Text(source.context, source.msgid) for source in SOURCES if source.context.endswith(".words")]
    assert synonyms
    for text in synonyms:
        assert all(re.fullmatch(r"[^،;]+", word) for word in TONGUE.say(text, language).split(",")), text.context


@pytest.mark.parametrize("language", extraction.languages())
def test_a_label_that_is_typed_means_no_global_word_unless_it_does_in_dutch(language: str) -> None:
    for _, label, short in labels():
        for text in filter(None, (label, short)):
            in_dutch = global_word(TONGUE.say(text, "nl"))
            assert global_word(TONGUE.say(text, language)) in (None, in_dutch), text.context


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of three texts in one file, with an English that lags behind."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "groet.py").write_text(
        't("a", "Dag {name}", name=n)\nt("b", "Tot " "ziens")\nt("c", "Nieuw")\n', "utf-8"
    )
    path = path_of("en", tmp_path)
    path.parent.mkdir(parents=True)
    entries = [("a", "Dag {name}", "Hello {nom}"), ("b", "Ajuus", "Bye"), ("d", "Weg", "Gone")]
    path.write_text(PO + "\n".join(f'msgctxt "{c}"\nmsgid "{i}"\nmsgstr "{s}"\n' for c, i, s in entries), "utf-8")
    return tmp_path


def test_the_gate_sees_what_is_wrong(project: Path) -> None:
    assert sorted(extraction.problems("en", extraction.extract(project), project)) == [
        "missing: c",
        "obsolete: d",
        "other placeholders: a",
        "stale: b",
    ]


def test_texts_that_are_data_are_texts_like_any_other(project: Path) -> None:
    (project / "flows" / "data").mkdir()
    (project / "flows" / "data" / "things.toml").write_text(
        'prefix = "things"\n[one]\nicon = "📞"\nname = "Een"\ndo = ["Bel", "Schrijf"]\nreview = 2027-01-01\n', "utf-8"
    )
    found = [source for source in extraction.extract(project) if source.files == ("flows/data/things.toml",)]
    assert [(source.context, source.msgid) for source in found] == [
        ("things.one.name", "Een"),
        ("things.one.do.1", "Bel"),
        ("things.one.do.2", "Schrijf"),
    ]
    assert "missing: things.one.name" in extraction.problems("en", extraction.extract(project), project)


def test_an_update_keeps_the_old_translation_of_a_changed_text_marked_stale(project: Path) -> None:
    assert extraction.update(project, project) == {"en": 2}
    written = path_of("en", project).read_text("utf-8")
    assert '# was: Ajuus\n#: flows/groet.py\n#, fuzzy\nmsgctxt "b"\nmsgid "Tot ziens"\nmsgstr "Bye"' in written
    assert "Gone" not in written
    assert sorted(extraction.problems("en", extraction.extract(project), project)) == [
        "missing: c",
        "other placeholders: a",
        "stale: b",
    ]
    assert load(("en",), folder=project).say(Text("b", "Tot ziens"), "en") == "Tot ziens"
    extraction.update(project, project)
    assert path_of("en", project).read_text("utf-8") == written, "a second update changes nothing"


def test_the_gate_sees_texts_that_no_extractor_can_read(project: Path) -> None:
    (project / "flows" / "fout.py").write_text('t("x", f"Dag {name}")\nt(context, "Dag")\nt("a", "Hoi")\n', "utf-8")
    assert extraction.unreadable_calls(project) == ("flows/fout.py:1", "flows/fout.py:2")
    assert extraction.clashes(extraction.extract(project)) == ["two texts: a"]


def test_the_gate_sees_dutch_left_standing_and_missing_plural_forms(project: Path) -> None:
    (project / "flows" / "groet.py").write_text(
        't("a", "Dag")\nt("b", "{n, plural, one {dag} other {dagen}}")\n', "utf-8"
    )
    entries = [("a", "Dag", "Dag"), ("b", "{n, plural, one {dag} other {dagen}}", "{n, plural, other {days}}")]
    path_of("en", project).write_text(
        PO + "\n".join(f'msgctxt "{c}"\nmsgid "{i}"\nmsgstr "{s}"\n' for c, i, s in entries), "utf-8"
    )
    assert extraction.problems("en", extraction.extract(project), project) == [
        "still Dutch: a",
        "plural forms missing: b",
    ]
