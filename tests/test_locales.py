"""Texts said in a language: values, isolates, own wordings, what happens when a translation is missing."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from flows.text import Euro, Json, Short, Text, t, text_from_json, text_to_json, verbatim
from locales import Catalogs, MissingTranslation, direction, formatting, load, own_name
from locales.formatting import CLOSE, OPEN
from locales.template import parse

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"X-State: {}\\n"\n\n'
TRANSLATIONS = {
    "en": {
        ("day", "Tot {day}."): "See you {day}.",
        ("who", "Met {who}."): "With {who}.",
        ("days", "{days, plural, one {Eén dag} other {# dagen}}"): "{days, plural, one {One day} other {# days}}",
    },
    "ar": {
        ("day", "Tot {day}."): "إلى اللقاء {day}.",
        ("who", "Met {who}."): "مع {who}.",
        ("call", "Bel Veilig Thuis: 0800-2000, of 112."): "اتصل بـ Veilig Thuis: 0800-2000 أو 112.",
        ("days", "{days, plural, one {Eén dag} other {# dagen}}"): (
            "{days, plural, one {يوم واحد} two {يومان} few {# أيام} many {# يومًا} other {# يوم}}"
        ),
    },
}
DAY = t("day", "Tot {day}.", day=date(2026, 11, 24))
DAYS = "{days, plural, one {Eén dag} other {# dagen}}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for language, texts in TRANSLATIONS.items():
        path = tmp_path / language / "LC_MESSAGES" / "klopaan.po"
        path.parent.mkdir(parents=True)
        entries = [
            f'msgctxt "{context}"\nmsgid "{dutch}"\nmsgstr "{other}"\n' for (context, dutch), other in texts.items()
        ]
        path.write_text(HEADER.format("confirmed" if language == "en" else "draft") + "\n".join(entries), "utf-8")
    return tmp_path


@pytest.fixture
def tongue(folder: Path) -> Catalogs:
    return load(folder=folder, strict=True)


def said(tongue: Catalogs, text: Text) -> list[str]:
    return [tongue.say(text, language) for language in ("nl", "en", "ar")]


def test_a_date_is_weekday_day_and_month_in_the_language(tongue: Catalogs) -> None:
    assert said(tongue, DAY) == [
        "Tot dinsdag 24 november.",
        "See you Tuesday 24 November.",
        f"إلى اللقاء {OPEN}الثلاثاء، 24 نوفمبر{CLOSE}.",
    ]


def test_an_instant_is_told_on_the_clock_of_the_municipality(tongue: Catalogs) -> None:
    summer, winter = datetime(2027, 10, 30, 22, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert tongue.say(DAY.but(day=summer), "nl") == "Tot zondag 31 oktober, 00:30."
    assert tongue.say(DAY.but(day=winter), "en") == "See you Sunday 31 October, 02:30."
    assert tongue.say(DAY.but(day=time(9, 5)), "en") == "See you 09:05."


def test_a_label_has_room_for_a_short_day_and_its_hour(tongue: Catalogs) -> None:
    day = DAY.but(day=Short(date(2026, 11, 25)))
    assert said(tongue, day) == [
        "Tot wo 25 nov.",
        "See you Wed 25 Nov.",
        f"إلى اللقاء {OPEN}الأربعاء، 25 نوفمبر{CLOSE}.",
    ]
    moment = DAY.but(day=Short(datetime(2026, 11, 25, 13, 5, tzinfo=UTC)))
    assert said(tongue, moment) == [
        "Tot wo 25 nov, 14:05.",
        "See you Wed 25 Nov, 14:05.",
        f"إلى اللقاء {OPEN}25 نوفمبر، 14:05{CLOSE}.",  # its days have no short names: the name goes
    ]
    for text in (day, moment):
        assert text_from_json(text_to_json(text)) == text


def test_the_first_of_a_month_is_the_first_in_french() -> None:
    first = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert formatting.say_date(first.date(), "fr") == "mardi 1er décembre"
    assert formatting.say_datetime(first, "fr") == "mardi 1er décembre, 09:00"
    assert formatting.say_short_datetime(first, "fr") == "mar. 1er déc., 09:00"
    assert formatting.say_date(first.date() + timedelta(days=1), "fr") == "mercredi 2 décembre"


def test_numbers_have_western_digits_and_the_separators_of_the_language(tongue: Catalogs) -> None:
    assert said(tongue, t("day", "Tot {day}.", day=1234)) == [
        "Tot 1.234.",
        "See you 1,234.",
        f"إلى اللقاء {OPEN}1,234{CLOSE}.",
    ]


def test_a_list_is_joined_as_the_language_does(tongue: Catalogs) -> None:
    three = t("who", "Met {who}.", who=(verbatim("A"), verbatim("B"), verbatim("C")))
    assert said(tongue, three) == [
        "Met A, B en C.",
        "With A, B and C.",
        f"مع {OPEN}A{CLOSE} و{OPEN}B{CLOSE} و{OPEN}C{CLOSE}.",
    ]


def test_a_text_inside_a_text_is_said_in_the_same_language(tongue: Catalogs) -> None:
    assert tongue.say(t("who", "Met {who}.", who=DAY), "en") == "With See you Tuesday 24 November.."
    assert tongue.say(t("who", "Met {who}.", who=DAY), "ar").count(OPEN) == 2


@pytest.mark.parametrize(
    ("count", "arabic"), [(1, "يوم واحد"), (2, "يومان"), (3, "3 أيام"), (10, "10 أيام"), (11, "11 يومًا")]
)
def test_plurals_follow_the_language(tongue: Catalogs, count: int, arabic: str) -> None:
    assert said(tongue, t("days", DAYS, days=count)) == [
        "Eén dag" if count == 1 else f"{count} dagen",
        "One day" if count == 1 else f"{count} days",
        arabic,
    ]


def test_right_to_left_names_do_not_disturb_a_left_to_right_sentence(tongue: Catalogs) -> None:
    assert tongue.say(t("who", "Met {who}.", who="سمر"), "nl") == f"Met {OPEN}سمر{CLOSE}."
    assert tongue.say(t("who", "Met {who}.", who="Samar"), "nl") == "Met Samar."


def test_a_value_cannot_turn_the_text_around_it(tongue: Catalogs) -> None:
    assert tongue.say(t("who", "Met {who}.", who="\u202eSamar\u2069"), "nl") == "Met Samar."


def test_names_and_phone_numbers_in_arabic_keep_their_own_direction(tongue: Catalogs) -> None:
    text = t("call", "Bel Veilig Thuis: 0800-2000, of 112.")
    assert tongue.say(text, "ar") == f"اتصل بـ {OPEN}Veilig Thuis: 0800-2000{CLOSE} أو 112."


def test_words_without_context_are_the_same_everywhere(tongue: Catalogs) -> None:
    assert said(tongue, verbatim("Türkçe {niet} ingevuld")) == ["Türkçe {niet} ingevuld"] * 3


def test_a_value_is_never_read_as_a_placeholder(tongue: Catalogs) -> None:
    assert tongue.say(t("who", "Met {who}.", who="{who.__class__} {day}"), "en") == "With {who.__class__} {day}."


def test_own_wordings_win_and_keep_their_values(folder: Path) -> None:
    tongue = load(overrides={"nl": {"day": "Dag, tot {day}!"}, "en": {"day": "Bye, till {day}!"}}, folder=folder)
    assert said(tongue, DAY)[:2] == ["Dag, tot dinsdag 24 november!", "Bye, till Tuesday 24 November!"]


@pytest.mark.parametrize(
    ("overrides", "complaint"),
    [
        ({"nl": {"day": "Tot {when}."}}, "own wording nl day: no such placeholder: when"),
        ({"nl": {"day": "Tot {day."}}, "own wording nl day: a placeholder is a name between braces"),
        ({"fr": {"day": "A {day}."}}, "not switched on: fr"),
    ],
)
def test_own_wordings_are_checked_at_the_start(
    folder: Path, overrides: dict[str, dict[str, str]], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        load(overrides=overrides, folder=folder)


def test_a_missing_translation_is_counted_and_logged_without_its_words(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tongue = load(folder=folder)
    with caplog.at_level(logging.WARNING):
        assert [tongue.say(t("new", "Hallo {who}", who="Samar"), "en") for _ in range(2)] == ["Hallo Samar"] * 2
    assert tongue.missing == {("en", "new"): 2}
    assert [record.getMessage() for record in caplog.records] == ["no translation: language=en context=new"]


def test_a_missing_or_outdated_translation_fails_a_test(tongue: Catalogs) -> None:
    for text in (t("new", "Hallo"), t("day", "Tot ziens op {day}.", day=1)):
        with pytest.raises(MissingTranslation):
            tongue.say(text, "en")


def test_a_stored_text_is_said_the_same(tongue: Catalogs) -> None:
    text = t("who", "Met {who}.", who=(DAY, verbatim("Samar")))
    assert said(tongue, text_from_json(text_to_json(text))) == said(tongue, text)


def test_languages_know_their_name_direction_and_state(tongue: Catalogs) -> None:
    assert [own_name(language) for language in tongue.languages] == ["Nederlands", "English", "العربية"]
    assert [direction(language) for language in tongue.languages] == ["ltr", "ltr", "rtl"]
    assert [tongue.state(language) for language in tongue.languages] == ["confirmed", "confirmed", "draft"]


@pytest.mark.parametrize(
    "words", ["{", "}", "{}", "{a.b}", "{0[x]}", "{a!r}", "{n, plural, one {x}}", "{n, plural, one {x other {y}}"]
)
def test_braces_that_make_no_sense_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(words)


# ---- texts that bring their translations along, and amounts ---------------------------------------------------------

OWN = Text(
    "phrasebook.own.1.you",
    "Lever {what} in.",
    (("what", t("day", "Tot {day}.", day=date(2026, 11, 24))),),
    (("en", "Hand in {what}"),),
)


def test_a_text_with_translations_of_its_own_is_said_in_those(tongue: Catalogs) -> None:
    assert tongue.say(OWN, "nl") == "Lever Tot dinsdag 24 november. in."
    assert tongue.say(OWN, "en") == "Hand in See you Tuesday 24 November."


def test_no_catalog_translates_what_brings_its_own(folder: Path) -> None:
    text = Text("day", "Tot {day}.", (("day", "1"),), (("en", "Own {day}"),))
    with pytest.raises(MissingTranslation):
        load(folder=folder, strict=True).say(text, "ar")
    lenient = load(folder=folder)
    assert lenient.say(text, "ar") == f"Tot {OPEN}1{CLOSE}."
    assert lenient.missing["ar", "day"] == 1


def test_it_is_known_beforehand_whether_a_text_can_be_said(tongue: Catalogs) -> None:
    assert [tongue.has(OWN, language) for language in ("nl", "en", "ar")] == [True, True, False]
    assert tongue.has(DAY, "ar")
    assert not tongue.has(t("unknown", "Onbekend"), "en")
    assert tongue.has(verbatim("Onbekend"), "en")
    inside = t("who", "Met {who}.", who=(verbatim("Noor"), t("unknown", "Onbekend")))
    assert [tongue.has(inside, language) for language in ("nl", "en")] == [True, False]


def test_own_words_of_the_municipality_are_a_translation(folder: Path) -> None:
    tongue = load(overrides={"en": {"unknown": "Known after all"}}, folder=folder, strict=True)
    assert tongue.has(t("unknown", "Onbekend"), "en")


def test_texts_with_their_own_translations_come_back_from_storage() -> None:
    assert text_from_json(text_to_json(OWN)) == OWN
    assert len(text_to_json(DAY)) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [[], ["a", "b"], ["a", "b", {}, [], 1], ["a", "b", {}, "own"], ["a", 1, {}]])
def test_what_is_no_text_is_refused(data: Json) -> None:
    with pytest.raises(ValueError, match="not a text"):
        text_from_json(data)


@pytest.mark.parametrize(
    ("cents", "nl", "en", "ar"),
    [
        (1250, "€ 12,50", "€12.50", "12.50 €"),
        (5000, "€ 50", "€50", "50 €"),
        (123456, "€ 1.234,56", "€1,234.56", "1,234.56 €"),
    ],
)
def test_an_amount_is_written_as_in_the_language(tongue: Catalogs, cents: int, nl: str, en: str, ar: str) -> None:
    text = Text("own", "{amount}", (("amount", Euro(cents)),), (("en", "{amount}"), ("ar", "{amount}")))
    assert [words.replace("\xa0", " ") for words in said(tongue, text)] == [nl, en, f"{OPEN}{ar}{CLOSE}"]
    assert text_from_json(text_to_json(text)) == text
