"""What the privacy officer reads of what is stored is all that is stored: column by column, in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

import pytest

from bot.config.retention import Retention
from bot.desk.roles import ROLES
from bot.own_data.parts import CONVERSATION, PARTS, PERSON
from bot.privacy.retention_rules import RULES
from scripts.stored import (
    LIST,
    OTHERS,
    PAGE,
    UNDER,
    WHOSE,
    Kind,
    in_clear,
    instant,
    kinds,
    only_compared,
    page,
    sealed,
    shared_out,
    stored,
)
from storage import erasing

LISTED = kinds(LIST.read_text("utf-8"))


def missed(listed: list[Kind]) -> list[str]:
    """Columns that no kind tells of, or several, or that are not there (any more)."""
    columns = stored()
    told = shared_out(listed, list(columns))
    wrong = [name for name, found in told.items() if len(found) != 1 or name not in columns]
    known = {name.split(".")[0] for name in columns}
    return wrong + [name for kind in listed for name in kind.columns if name.split(".")[0] not in known]


def of_kinds() -> Iterator[tuple[Kind, list[str]]]:
    told = shared_out(LISTED, list(stored()))
    for kind in LISTED:
        yield kind, [name for name, found in told.items() if found == [kind]]


def test_every_column_of_both_databases_is_told_of_once() -> None:
    assert len(stored()) > 400
    assert missed(LISTED) == []


@pytest.mark.parametrize(
    ("table", "column"), [("person", "person.name_sealed"), ("look", "look.*"), ("person_key", "person_key.*")]
)
def test_one_that_is_left_out_is_missed(table: str, column: str) -> None:
    less = [replace(kind, columns=tuple(name for name in kind.columns if name != column)) for kind in LISTED]
    less = [kind for kind in less if column != "person.name_sealed" or "person.*" not in kind.columns]
    assert any(name.startswith(f"{table}.") for name in missed(less))


def test_one_that_is_gone_or_told_of_twice_is_missed() -> None:
    more = replace(LISTED[0], columns=("person.shoe_size",))
    twice = replace(LISTED[0], columns=("person.name_sealed",))
    assert missed([*LISTED, more]) == ["person.shoe_size"]
    assert missed([*LISTED, twice]) == ["person.name_sealed"]


def test_every_kind_has_something_and_says_of_whom_and_who_sees_it() -> None:
    for kind, columns in of_kinds():
        assert columns, kind.what
        assert kind.whose in WHOSE, kind.what
        assert kind.until, kind.what
        assert set(kind.seen) <= {*ROLES, *OTHERS}, kind.what


def test_what_is_encrypted_and_what_is_in_clear_is_said() -> None:
    columns = stored()
    for kind, names in of_kinds():
        mine = [columns[name] for name in names]
        assert bool(kind.under) == any(map(sealed, mine)), kind.what
        assert not kind.under or kind.under in UNDER, kind.what
        assert bool(kind.clear) == any(map(in_clear, mine)), kind.what


def test_every_column_that_can_be_read_without_a_key_is_named() -> None:
    """A new one is told of where the list says what is in clear; then it is named under ``open``."""
    columns = stored()
    for kind, names in of_kinds():
        read = [name for name in names if in_clear(columns[name]) and not instant(columns[name])]
        assert sorted(read) == sorted(kind.open), kind.what


def test_what_is_sealed_under_the_persons_key_is_what_erasing_seals_anew() -> None:
    """`storage.erasing.SEALED` is what makes erasure whole; the list must say the same."""
    columns = stored()
    ours = {
        f"{column.table.name}.{column.name}"
        for kind, names in of_kinds()
        if kind.under == "person"
        for column in map(columns.__getitem__, names)
        if sealed(column)
    }
    assert ours == {f"{column.table.name}.{column.name}" for column in erasing.SEALED}


def test_residents_see_what_stands_in_their_own_file() -> None:
    """Beside it: their code, who looked, what colleagues are called, and the texts themselves."""
    parts = (PERSON, CONVERSATION, *PARTS)
    shown = {
        f"{part.table.name}.{name}" for part in parts for name in (*part.gives, *(one.column for one in part.sealed))
    }
    in_file = {kind.what for kind, names in of_kinds() if shown & set(names)}
    said = {kind.what for kind in LISTED if "resident" in kind.seen}
    assert in_file - said == set()
    beside = {name.split(".")[0] for kind in LISTED if kind.what in said - in_file for name in kind.columns}
    assert beside == {"person", "look", "anchor", "staff", "wording", "wording_import", "phrase", "card"}


def test_terms_are_settings_and_every_setting_is_a_term_of_something() -> None:
    named = {name for kind in LISTED for name in kind.keep}
    assert named == {one.name for one in fields(Retention)}


def test_terms_are_those_that_retention_carries_out() -> None:
    """`bot.privacy.retention_rules` says which setting ends the rows of which table; the list must say the same."""
    ends: dict[str, set[str]] = {}
    for rule in RULES.values():
        for table in rule.tables:
            ends.setdefault(table, set()).update({rule.term} if rule.settable else ())
    said: dict[str, set[str]] = {}
    for kind, names in of_kinds():
        of_its_tables = {name.split(".")[0] for name in names}
        assert set(kind.keep) <= {term for table in of_its_tables for term in ends.get(table, ())}, kind.what
        for table in of_its_tables:
            said.setdefault(table, set()).update(kind.keep)
    assert {table: terms - said[table] for table, terms in ends.items() if terms - said[table]} == {}


def test_the_page_has_the_table_as_it_is_made() -> None:
    """After a change in stored.toml or in [retention]: ``make stored``."""
    text = PAGE.read_text("utf-8")
    assert page(text, LISTED) == text


def test_a_page_without_a_place_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        page("# Privacy\n", LISTED)


def test_a_hash_an_index_and_a_ciphertext_are_not_in_clear() -> None:
    columns = stored()
    assert sealed(columns["note.text_sealed"])
    assert only_compared(columns["personal_link.token_hash"])
    assert [
        in_clear(columns[name]) for name in ("note.text_sealed", "personal_link.token_hash", "note.id", "note.staff_id")
    ] == [False] * 4
    assert in_clear(columns["staff.name"])
    assert in_clear(columns["lease.name"])
