"""What a municipality adds to Uitleg and Waar heb ik recht op: read, refused in words, and passed on to the flows."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.config.guidance import RIGHTS
from flows.local import Link
from flows.text import Text
from tests.test_config import LEAST, read, wrong

#: Of a municipality that speaks three languages.
THREE = LEAST.replace("[gemeente]", '[gemeente]\nlanguages = ["nl", "en", "ar"]')
LINK = """
[[links]]
about = "uitleg"
language = "nl"
title = "Film: zo werkt het"
url = "https://voorbeeldstad.example/film/"
reviewed = 2027-12-31
"""
OWN = """
[[recht.own]]
name = "zwemles"
icon = "🏊"
group = "daily"
title = { nl = "Zwemles", en = "Swimming lessons", ar = "دروس السباحة" }
line = { nl = "gratis {nu}.", en = "free.", ar = "مجانا." }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gemeente.toml"


def test_a_link_is_passed_on_as_it_is(file: Path) -> None:
    gemeente = read(file, THREE + LINK).gemeente()
    assert gemeente.links == (
        Link("uitleg", "nl", "Film: zo werkt het", "https://voorbeeldstad.example/film", date(2027, 12, 31)),
    )


@pytest.mark.parametrize(
    ("before", "after", "key", "said"),
    [
        ('"uitleg"', '"uitlek"', "links.1.about", "Did you mean uitleg?"),
        ('"uitleg"', '"recht.zwemles"', "links.1.about", "names nothing that there is."),
        ('"uitleg"', '"woord.dwangbevl"', "links.1.about", "Did you mean woord.dwangbevel?"),
        ('"nl"', '"tr"', "links.1.language", "is no language of yours."),
        ("https://", "http://", "links.1.url", "does not begin with https://."),
        ("https://voorbeeldstad.example/film/", "film", "links.1.url", "is not a web address."),
        ("2027-12-31", '"31 december"', "links.1.reviewed", "is not a date."),
        ("reviewed = 2027-12-31", "", "links.1.reviewed", "is missing."),
        ("[[links]]", "[links]", "links", "Write each as [[links]]."),
        ("title", "titel", "links.1.titel", "Did you mean title?"),
    ],
)
def test_what_is_wrong_with_a_link_is_said_in_words(file: Path, before: str, after: str, key: str, said: str) -> None:
    assert said in str(wrong(file, THREE + LINK.replace(before, after))[key])


def test_what_a_municipality_does_not_have_is_left_out_and_its_own_come_along(file: Path) -> None:
    link = LINK.replace('"uitleg"', '"recht.zwemles"')
    gemeente = read(file, f'{THREE}{link}\n[recht]\nwithout = ["stadspas"]\n{OWN}').gemeente()
    assert gemeente.rights_without == {"stadspas"}
    (right,) = gemeente.rights_own
    assert (right.name, right.icon, right.group) == ("zwemles", "🏊", "daily")
    assert right.title == Text(
        "recht.own.zwemles.title", "Zwemles", own=(("en", "Swimming lessons"), ("ar", "دروس السباحة"))
    )
    assert right.line.msgid == "gratis (nu)."
    assert gemeente.links[0].about == "recht.zwemles"


@pytest.mark.parametrize(
    ("before", "after", "key", "said"),
    [
        (', ar = "دروس السباحة"', "", "recht.own.1.title", "has no words in ar."),
        ('nl = "Zwemles", ', "", "recht.own.1.title", "has no words in nl."),
        ('ar = "مجانا."', 'tr = "bedava"', "recht.own.1.line", "has no words in ar."),
        ('ar = "مجانا."', 'tr = "bedava"', "recht.own.1.line.tr", "is no language of yours."),
        ('"Zwemles"', '""', "recht.own.1.title", "is not a table of languages."),
        ('"Zwemles"', '"Zwemles voor het hele gezin"', "recht.own.1.title", "is longer than 20 characters."),
        ('"zwemles"', '"huurtoeslag"', "recht.own.1.name", "is a name that Klopaan uses itself."),
        ('"zwemles"', '"done"', "recht.own.1.name", "is a name that Klopaan uses itself."),
        ('"zwemles"', '"Zwem les"', "recht.own.1.name", "does not have the form"),
        ('"daily"', '"weekly"', "recht.own.1.group", "Choose from: monthly, local, daily."),
        ("[[recht.own]]", "[recht.own]", "recht.own", "Write each as [[recht.own]]."),
    ],
)
def test_what_is_wrong_with_an_own_one_is_said_in_words(
    file: Path, before: str, after: str, key: str, said: str
) -> None:
    assert said in str(wrong(file, THREE + OWN.replace(before, after))[key])


def test_a_name_is_given_once_and_what_is_left_out_exists(file: Path) -> None:
    assert "a second time" in str(wrong(file, THREE + OWN + OWN)["recht.own.2.name"])
    assert "Choose from" in str(wrong(file, f'{THREE}\n[recht]\nwithout = ["zwembad"]\n')["recht.without"])
    assert "is not a table" in str(wrong(file, f"recht = 3\n{THREE}")["recht"])
    assert read(file, f"{THREE}\n[recht]\nwithout = {list(RIGHTS)}\n").gemeente().rights_without == set(RIGHTS)
