"""A municipality's own words in its configuration."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot.config import check
from bot.errors import ConfigError
from flows.text import Text
from locales import load
from tests.test_config import GUIDE, LEAST, read


def test_own_words_per_language(tmp_path: Path) -> None:
    config = read(tmp_path / "gemeente.toml", LEAST + '[texts.en]\n"gemeente.outside_hours" = "Call 1"\n')
    assert config.texts == {"en": {"gemeente.outside_hours": "Call 1"}}


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ("[texts.xx]\na = 'b'", "texts.xx: is no language of yours"),
        ("[texts.en]\na = 1", "texts.en: is not a table of texts"),
        (
            "[texts.en]\n'overdracht.day' = 'By {dag}'",
            r"texts.en.overdracht.day: cannot be used: .*dag. This text has {day}",
        ),
        ("[texts.nl]\n'overdracht.day' = 'Op {day'", "texts.nl.overdracht.day: cannot be used"),
        ("[texts.nl]\n'overdracht.day' = 'Over {day, plural, other {# dagen}}'", "not a number to count: day"),
        ("[texts.nl]\n'overdracht.dag' = 'Op {day'", "texts.nl.overdracht.dag: cannot be used"),
        ("[texts.nl]\n'gemeente.food_help' = 'Op {day}'", "texts.nl.gemeente.food_help: cannot .* has no placeholders"),
    ],
)
def test_own_words_that_cannot_be_used(tmp_path: Path, texts: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        read(tmp_path / "gemeente.toml", LEAST + texts)


def test_placeholders_are_known_whatever_languages_are_offered(tmp_path: Path) -> None:
    """Dutch alone has no catalog to compare with, and the screen would fail when someone sees it."""
    only_dutch = LEAST.replace("[crisis]", 'languages = ["nl"]\n[crisis]')
    with pytest.raises(ConfigError, match="no such placeholder: dag"):
        read(tmp_path / "gemeente.toml", only_dutch + "[texts.nl]\n'overdracht.day' = 'Uiterlijk {dag}.'\n")
    config = read(tmp_path / "gemeente.toml", only_dutch + "[texts.nl]\n'overdracht.day' = 'Uiterlijk {day}.'\n")
    said = load(config.identity.languages, config.texts).say(
        Text("overdracht.day", "?", (("day", date(2026, 11, 24)),)), "nl"
    )
    assert said == "Uiterlijk dinsdag 24 november."


def test_all_wrong_wordings_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "gemeente.toml", LEAST + "[texts.nl]\n'overdracht.day' = '{a}'\n'welkom.menu' = '{b}'\n")
    assert [finding.key for finding in caught.value.findings] == ["texts.nl.overdracht.day", "texts.nl.welkom.menu"]


def test_a_wording_of_a_text_that_does_not_exist_deserves_a_look(tmp_path: Path) -> None:
    config = read(tmp_path / "gemeente.toml", LEAST + "[texts.nl]\n'welkom.menuu' = 'Hoi'\n'welkom.menu' = 'Hoi'\n")
    found = [finding for finding in check(config) if finding.key.startswith("texts.nl")]
    assert [str(finding) for finding in found] == [
        "texts.nl.welkom.menuu: is no text of Klopaan's: nobody sees it. Did you mean welkom.menu?"
    ]


def test_the_examples_in_the_guide_word_texts_that_exist(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `(\[texts\.\w+\])` \| `(.+)` \|$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert rows
    config = read(tmp_path / "gemeente.toml", LEAST + "".join(f"{table}\n{line}\n" for table, line in rows))
    assert not [finding for finding in check(config) if finding.key.count(".") > 1]
