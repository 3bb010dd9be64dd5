"""``klopaan backup``, ``restore`` and ``rotate-key``: what they say, and that a wrong call changes nothing."""

from __future__ import annotations

import base64
import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.commands.rotate_key import NEW_SECRET
from bot.config import SECRET as SECRET_NAME
from tests.stores import sqlite_urls
from tests.support.town import SECRET, write_config

OTHER = base64.b64encode(bytes(range(100, 132))).decode()

Called = subprocess.CompletedProcess[str]
Command = Callable[..., Called]


@pytest.fixture
def klopaan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command in this process, with a master key in force and perhaps a new one."""

    def call(*arguments: str, secret: str = SECRET, new: str | None = None) -> Called:
        monkeypatch.setenv(SECRET_NAME, secret)
        if new is None:
            monkeypatch.delenv(NEW_SECRET, raising=False)
        else:
            monkeypatch.setenv(NEW_SECRET, new)
        status = main(arguments)
        said = capsys.readouterr()
        for one in (secret, new):
            assert not one or one not in said.out + said.err
        return Called(arguments, status, said.out, said.err)

    return call


def municipality(folder: Path) -> str:
    (folder / "data").mkdir(parents=True)
    return str(write_config(folder, sqlite_urls(folder / "data")))


@pytest.fixture
def config(tmp_path: Path, klopaan: Command) -> str:
    """A municipality's file, with one colleague."""
    file = municipality(tmp_path / "here")
    assert klopaan("user", "--config", file, "add", "noor").returncode == 0
    return file


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where backups come."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_there_and_back(config: str, out: Path, tmp_path: Path, klopaan: Command) -> None:
    data, keys = str(out / "data"), str(out / "keys")
    done = klopaan("backup", "--config", config, "--to", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{data}: " in done.stdout
    assert stat.S_IMODE(os.stat(data).st_mode) == 0o600
    done = klopaan("backup", "--config", config, "--keys", "--to", keys)
    assert done.returncode == 0
    assert "delete them within 7 days" in done.stderr
    assert sorted(os.listdir(out)) == ["data", "keys"]

    done = klopaan("backup", "verify", data)
    assert done.returncode == 0
    assert "A whole backup of data, made at 20" in done.stdout
    assert "staff\t1\n" in done.stdout

    there = municipality(tmp_path / "there")
    done = klopaan("restore", "--config", there, "--from", data, "--keys", keys)
    assert (done.returncode, done.stderr) == (0, "")
    assert "People: 0. Whole: 0. Erased since the backup, and erased again: 0." in done.stdout
    assert "All staff sign in again." in done.stdout
    assert "noor" in klopaan("user", "--config", there, "list").stdout
    done = klopaan("restore", "--config", there, "--from", data)
    assert done.returncode == 1
    assert "into an empty database only" in done.stderr


def test_a_backup_is_never_overwritten(config: str, out: Path, klopaan: Command) -> None:
    (out / "data").write_text("of yesterday")
    done = klopaan("backup", "--config", config, "--to", str(out / "data"))
    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert (out / "data").read_text() == "of yesterday"
    assert os.listdir(out) == ["data"]


def test_of_nothing_there_is_no_backup(out: Path, tmp_path: Path, klopaan: Command) -> None:
    new = municipality(tmp_path / "new")
    done = klopaan("backup", "--config", new, "--to", str(out / "data"))
    assert done.returncode == 1
    assert "does not exist" in done.stderr
    assert os.listdir(out) == os.listdir(tmp_path / "new" / "data") == []
    for name in ("data.db", "keys.db"):
        (tmp_path / "new" / "data" / name).touch()
    done = klopaan("backup", "--config", new, "--to", str(out / "data"))
    assert done.returncode == 1
    assert "is none of ours" in done.stderr
    assert os.listdir(out) == []


def test_a_folder_that_is_not_there(config: str, out: Path, klopaan: Command) -> None:
    done = klopaan("backup", "--config", config, "--to", str(out / "nowhere" / "data"))
    assert done.returncode == 1
    assert "No such file or directory" in done.stderr


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b'{"klopaan": "backup"}\n', b"\xff" * 1000])
def test_what_is_no_backup_is_said_in_words(content: bytes, config: str, out: Path, klopaan: Command) -> None:
    (out / "data").write_bytes(content)
    for arguments in (
        ("backup", "verify", str(out / "data")),
        ("restore", "--config", config, "--from", str(out / "data")),
    ):
        done = klopaan(*arguments)
        assert done.returncode == 1
        assert "backup" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["backup"],
        ["backup", "verify"],
        ["backup", "verify", "a", "b"],
        ["backup", "look", "a"],
        ["backup", "verify", "a", "--keys"],
        ["backup", "--to", "a"],
        ["backup", "--config", "a"],
        ["restore", "--from", "a"],
        ["restore", "--config", "a"],
    ],
)
def test_a_call_that_is_none_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert f"usage: klopaan {arguments[0]}" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["backup", "restore", "rotate-key"])
def test_each_says_what_it_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert "--config FILE" in capsys.readouterr().out


def test_another_master_key_in_two_steps(config: str, klopaan: Command) -> None:
    step = ("rotate-key", "--config", config)
    done = klopaan(*step, "--finish")
    assert (done.returncode, "nothing to finish" in done.stderr) == (1, True)
    done = klopaan(*step, new=SECRET)
    assert (done.returncode, "in use. Make another" in done.stderr) == (1, True)
    done = klopaan(*step, new=OTHER)
    assert (done.returncode, "both work now" in done.stdout) == (0, True)
    assert klopaan("user", "--config", config, "list").returncode == 0
    assert klopaan("user", "--config", config, "list", secret=OTHER).returncode == 0
    done = klopaan(*step, new=base64.b64encode(bytes(range(50, 82))).decode())
    assert (done.returncode, "Another master key is taking over" in done.stderr) == (1, True)
    assert klopaan(*step, new=OTHER).returncode == 0  # again
    done = klopaan(*step, "--finish")
    assert (done.returncode, "Finish with the new master key" in done.stderr) == (1, True)
    done = klopaan(*step, "--finish", secret=OTHER)
    assert (done.returncode, "opens nothing any more" in done.stdout) == (0, True)
    assert klopaan("user", "--config", config, "list").returncode == 1
    assert "noor" in klopaan("user", "--config", config, "list", secret=OTHER).stdout


@pytest.mark.parametrize("new", [None, "", "short", "!" * 50, "QUFB" * 20])
def test_the_new_master_key_is_checked_as_the_first_was(new: str | None, config: str, klopaan: Command) -> None:
    done = klopaan("rotate-key", "--config", config, new=new)
    assert done.returncode == 1
    assert NEW_SECRET in done.stderr
    assert klopaan("rotate-key", "--config", config, "--finish").returncode == 1  # nothing was begun
