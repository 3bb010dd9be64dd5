"""``klopaan export``: the file on the server, only for its owner, and mistakes in words."""

from __future__ import annotations

import json
import socket
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import SECRET as SECRET_NAME
from tests.stores import StoreUrls
from tests.support.town import SECRET, write_config

pytestmark = pytest.mark.parametrize("store_urls", ["sqlite"], indirect=True)

DAYS = ("--from", "2026-11-01", "--to", "2026-11-30")


@pytest.fixture
def file(tmp_path: Path, store_urls: StoreUrls, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A municipality's file."""
    monkeypatch.setenv(SECRET_NAME, SECRET)
    return write_config(tmp_path, store_urls)


def test_to_standard_output(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--config", str(file), "--what", "trajecten", *DAYS, "--format", "json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["regels"] == []
    assert "0 people were left out" in said.err


def test_to_a_file_that_only_its_owner_reads(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "contacten.csv"
    assert main(["export", "--config", str(file), "--what", "contactmomenten", *DAYS, "--out", str(out)]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfdossier;")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert list(tmp_path.glob("*.part")) == []
    assert capsys.readouterr().out == ""


def test_a_folder_that_is_not_there_and_days_that_are_none(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = str(tmp_path / "nowhere" / "x.csv")
    assert main(["export", "--config", str(file), "--what", "trajecten", *DAYS, "--out", nowhere]) == 1
    assert "No such file" in capsys.readouterr().err
    for folder in (str(tmp_path), ".", "/"):
        assert main(["export", "--config", str(file), "--what", "trajecten", *DAYS, "--out", folder]) == 1
        assert "is a folder" in capsys.readouterr().err
    wrong = ("--from", "2026-11-30", "--to", "2026-11-01")
    assert main(["export", "--config", str(file), "--what", "trajecten", *wrong]) == 1
    assert "write --from and --to as days" in capsys.readouterr().err


def test_check_tries_open_klant(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    told = f'\n[openklant]\nurl = "http://127.0.0.1:{port}/klantinteracties/api/v1"\ntoken = "made-up"\n'
    file.write_text(file.read_text("utf-8") + told, "utf-8")
    assert main(["check", "--config", str(file)]) == 0
    assert "openklant.url: does not answer as Open Klant does." in capsys.readouterr().out


def test_it_is_on_record_as_made_on_the_server(file: Path, store_urls: StoreUrls) -> None:
    main(["export", "--config", str(file), "--what", "trajecten", *DAYS])
    path = store_urls.data.partition("///")[2]
    with sqlite3.connect(path) as conn:
        found = conn.execute("SELECT kind, staff_id FROM event").fetchall()
    assert found == [("exported_trajecten", None)]
