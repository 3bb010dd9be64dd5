"""The file of a backup: what was written is read, and anything else is refused in words."""

from __future__ import annotations

import base64
import hashlib
import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.backup import file as files
from bot.backup.file import BadBackup, Begun, End, Reader, Value, Writer
from bot.backup.making import read

TYPES: dict[str, Any] = {"id": "integer", "name": "text", "secret": "bytes"}
ROWS: list[list[Value]] = [[1, "Noor", b"\x00\xff"], [2, None, None], [-(2**63), 'a "b"\n\u2028 ش 😀', b""]]


def written(rows: list[list[Value]] = ROWS) -> bytes:
    out = BytesIO()
    writer = Writer(out, "data", "data_0001", 5)
    writer.begin("staff", TYPES)
    for row in rows:
        writer.add(row)
    writer.begin("empty", {"id": "integer"})
    writer.end(b"seal")
    return out.getvalue()


def whole(lines: list[Any]) -> bytes:
    """A file with a last line that fits, whatever stands before it: as who knows the format would make it."""
    text = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    rows = {"staff": sum(isinstance(line, list) for line in lines)}
    end = {"rows": rows, "sha256": hashlib.sha256(text).hexdigest(), "seal": base64.b64encode(b"seal").decode()}
    return text + json.dumps(end).encode() + b"\n"


HEAD = {"klopaan": "backup", "format": 1, "kind": "data", "release": "1", "schema": "data_0001", "made_at": 5}
TABLE = {"table": "staff", "columns": TYPES}


def test_what_was_written_is_read() -> None:
    reader = Reader(BytesIO(written()))
    assert (reader.head.kind, reader.head.schema, reader.head.made_at) == ("data", "data_0001", 5)
    *parts, end = reader.parts()
    assert parts == [Begun("staff", TYPES), *ROWS, Begun("empty", {"id": "integer"})]
    assert isinstance(end, End)
    assert (end.rows, end.seal) == ({"staff": 3, "empty": 0}, b"seal")
    assert end.digest == hashlib.sha256(written().rsplit(b"\n", 2)[0] + b"\n").digest()


@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.text(), st.binary(max_size=99)).map(list), max_size=9))
def test_any_rows_come_back(rows: list[list[Value]]) -> None:
    found = [part for part in Reader(BytesIO(written(rows))).parts() if isinstance(part, list)]
    assert found == rows


@given(st.data())
def test_no_change_goes_unnoticed(data: st.DataObject) -> None:
    good = written()
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.binary(max_size=3).filter(lambda some: some != good[at : at + 1]))
    bad = good[:at] + other + good[at + 1 :]
    try:
        _, end = read(BytesIO(bad))
    except BadBackup:
        return
    # The last line is not part of what is reckoned: there only the seal may differ, which is held against the keys.
    assert good.rindex(b'{"rows"') <= at
    assert end.digest == read(BytesIO(good))[1].digest


def test_a_file_that_was_cut_off_anywhere_is_not_whole() -> None:
    good = written()
    for length in range(len(good)):
        with pytest.raises(BadBackup):
            read(BytesIO(good[:length]))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "ends too early"),
        ([b"\xff\xfe\n"], "line 1 cannot be read"),
        ([b"PK\x03\x04 a zip, of which there are bombs\n"], "line 1 cannot be read"),
        ([3], "line 1 is not what it should be"),
        ([["klopaan"]], "no backup of Klopaan"),
        ([{"klopaan": "export"}], "no backup of Klopaan"),
        ([HEAD | {"format": 2}], "newer release"),
        ([HEAD | {"kind": "../../etc"}], "does not say what it is"),
        ([HEAD | {"kind": ["data"]}], "does not say what it is"),
        ([HEAD | {"made_at": "now"}], "does not say what it is"),
        ([HEAD | {"made_at": 2**60}], "does not say what it is"),
        ([HEAD | {"schema": None}], "does not say what it is"),
        ([HEAD, [1, "Noor", None]], "line 2 is a row of no table"),
        ([HEAD, TABLE, TABLE], "line 3 begins a table that was there before"),
        ([HEAD, {"table": 3, "columns": {}}], "line 2 is no table"),
        ([HEAD, {"table": "staff", "columns": {"id": "object"}}], "line 2 is no table"),
        ([HEAD, {"table": "staff", "columns": {"id": ["text"]}}], "line 2 is no table"),
        ([HEAD, {"table": "staff"}], "line 2 is no table"),
        ([HEAD, TABLE, [1, "Noor"]], "line 3 has not as many values"),
        ([HEAD, TABLE, ["1", "Noor", None]], "line 3 has a value of another kind"),
        ([HEAD, TABLE, [True, "Noor", None]], "line 3 has a value of another kind"),
        ([HEAD, TABLE, [1.0, "Noor", None]], "line 3 has a value of another kind"),
        ([HEAD, TABLE, [2**63, "Noor", None]], "line 3 has a value of another kind"),
        ([HEAD, TABLE, [1, {"$gt": ""}, None]], "line 3 has a value of another kind"),
        ([HEAD, TABLE, b'[1, "\\ud800", null]\n'], "line 3 has a value of another kind"),
        ([HEAD, TABLE, [1, "Noor", "no base64!"]], "line 3 has a value of another kind"),
        ([HEAD, TABLE, [1, "Noor", "ش"]], "line 3 has a value of another kind"),
        ([HEAD, TABLE, b"[NaN, null, null]\n"], "line 3 has a value of another kind"),
        ([HEAD, TABLE, b"[" + b"1" * 5000 + b", null, null]\n"], "line 3 cannot be read"),
        ([HEAD, TABLE, b"[" * 200_000 + b"\n"], "line 3 cannot be read"),
        ([HEAD, {"rows": {}, "sha256": "", "seal": ""}], "not the backup that was made"),
    ],
)
def test_what_is_none_is_refused_in_words(lines: list[Any], words: str) -> None:
    with pytest.raises(BadBackup, match=words):
        read(BytesIO(whole(lines) if lines else b""))


def test_a_seal_that_is_none() -> None:
    good = whole([HEAD, TABLE])
    for seal in (b"3", b'"?"', b"null", b'["a"]'):
        with pytest.raises(BadBackup, match="no seal"):
            read(BytesIO(good.replace(b'"c2VhbA=="', seal)))


def test_nothing_follows_the_end() -> None:
    with pytest.raises(BadBackup, match="something follows"):
        read(BytesIO(written() + b"\n"))


def test_a_line_without_an_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(BytesIO):
        """Gives what is asked for, and would give more."""

        asked = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            assert 0 < size <= 1000
            self.asked += size
            return b"a" * size

    monkeypatch.setattr(files, "LONGEST_LINE", 1000)
    endless = Endless()
    with pytest.raises(BadBackup, match="line 1 is too long"):
        Reader(endless)
    assert endless.asked == 1000


def test_tables_are_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_TABLES", 3)
    lines = [HEAD, *({"table": f"t{number}", "columns": {}} for number in range(4))]
    with pytest.raises(BadBackup, match="line 5"):
        read(BytesIO(whole(lines)))
