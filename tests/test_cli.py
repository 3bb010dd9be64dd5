"""The ``klopaan`` command: what it does, and that bad input gets words and a status, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.config import SECRET as SECRET_NAME
from bot.desk.passwords import verify
from storage import database
from tests.stores import StoreUrls, sqlite_urls
from tests.support.process import PATIENCE, ROOT
from tests.support.town import FILE, SECRET, write_config

Called = subprocess.CompletedProcess[str]
Command = Callable[..., Called]


def run(*arguments: str, stdin: bytes = b"") -> Called:
    """The command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, SECRET_NAME: SECRET},
        timeout=PATIENCE,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err, err
    return Called(done.args, done.returncode, out, err)


@pytest.fixture
def klopaan(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command in this process, which is faster; whatever it raises fails the test."""

    def call(*arguments: str, secret: str | None = SECRET) -> Called:
        if secret is None:
            monkeypatch.delenv(SECRET_NAME, raising=False)
        else:
            monkeypatch.setenv(SECRET_NAME, secret)
        status = main(arguments)
        said = capsys.readouterr()
        return Called(arguments, status, said.out, said.err)

    return call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A municipality's file that can be used; its databases do not exist yet."""
    folder = tmp_path / "data"
    folder.mkdir()
    return write_config(tmp_path, sqlite_urls(folder))


# ---- the call itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["run"],
        ["check"],
        ["run", "--config", "x.toml", "--role", "king"],
        ["demo", "--port", "high"],
        ["demo", "--port", "65536"],
        ["run", "--config", "x.toml", "--port", "-1"],
        ["play", "--language", "xx"],
        ["user", "--config", "x.toml", "promote", "noor"],
    ],
)
def test_a_call_that_is_none_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: klopaan" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["run", "migrate", "check"])
def test_a_file_that_is_not_there(command: str, tmp_path: Path, klopaan: Command) -> None:
    done = klopaan(command, "--config", str(tmp_path / "nowhere.toml"))
    assert done.returncode == 1
    assert "cannot be read" in done.stderr


@pytest.mark.parametrize("command", [["run"], ["migrate"], ["check"], ["user", "list"]])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[gemeente\nname = ", "is not valid TOML"),
        ("", "gemeente.name"),
        ("[gemeente]\nname = 3", "gemeente.name"),
        ("[[gemeente]]\nname = 'x'", "gemeente"),
        ("gemeente = 'Waterdrecht'", "gemeente"),
    ],
)
def test_a_file_that_is_wrong(command: list[str], text: str, words: str, file: Path, klopaan: Command) -> None:
    file.write_text(text)
    done = klopaan(command[0], "--config", str(file), *command[1:])
    assert done.returncode == 1
    assert words in done.stderr


def test_a_file_of_bytes(file: Path, klopaan: Command) -> None:
    file.write_bytes(b"\xff\xfe\x00[gemeente]")
    done = klopaan("check", "--config", str(file))
    assert done.returncode == 1
    assert "UTF-8" in done.stderr


# ---- run -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('phone = "0999 123 999"', "crisis.phone"),
        ('outside_hours = "Bel 0999 112 233"', "crisis.outside_hours"),
        ('alarm_email = "piket@waterdrecht.example"', "crisis.alarm_email"),
    ],
)
def test_it_does_not_run_without_a_crisis_contact(file: Path, line: str, key: str, klopaan: Command) -> None:
    text = file.read_text()
    assert line in text
    file.write_text(text.replace(line, ""))
    done = klopaan("run", "--config", str(file))
    assert done.returncode == 1
    assert f"{key}: is missing. Klopaan does not start without" in done.stderr
    assert not list((file.parent / "data").iterdir())  # nothing was made


@pytest.mark.parametrize("secret", [None, "", "short", "!" * 50, "QUFB" * 20])
def test_it_does_not_run_without_a_good_master_key(file: Path, secret: str | None, klopaan: Command) -> None:
    done = klopaan("run", "--config", str(file), secret=secret)
    assert done.returncode == 1
    assert "KLOPAAN_SECRET" in done.stderr


@pytest.mark.parametrize("command", [["run"], ["user", "list"]])
def test_another_master_key_than_before_is_refused(file: Path, command: list[str], klopaan: Command) -> None:
    assert klopaan("user", "--config", str(file), "add", "noor").returncode == 0
    other = "YW5vdGhlciBtYXN0ZXIga2V5LCBtYWRlIHVwLCBhbmQgbG9uZyBlbm91Z2g="
    done = klopaan(command[0], "--config", str(file), *command[1:], secret=other)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Error" not in done.stderr


@pytest.mark.parametrize("command", [["run"], ["migrate"], ["user", "list"]])
@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite:////nowhere/at/all/klopaan.db", "postgresql+asyncpg://u:geheim1234@127.0.0.1:1/klopaan"]
)
def test_a_database_that_cannot_be_reached_is_said_in_words(
    file: Path, command: list[str], url: str, klopaan: Command
) -> None:
    file.write_text(FILE.format(data=url, keys=url + "x", port=0, languages=["nl"]))
    done = klopaan(command[0], "--config", str(file), *command[1:])
    assert done.returncode == 1
    assert "database" in done.stderr
    assert "geheim1234" not in done.stderr


def test_a_port_that_is_taken_is_said_in_words(file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        file.write_text(file.read_text().replace("port = 0", f"port = {taken.getsockname()[1]}"))
        done = run("run", "--config", str(file))
    assert done.returncode == 1
    assert "port" in done.stderr


def test_processes_of_one_file_listen_on_ports_of_their_own(file: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        file.write_text(file.read_text().replace("port = 0", f"port = {port}"))
        with running("--config", str(file), "--role", "worker", "--port", "0") as url:
            assert not url.endswith(f":{port}")
            assert _status(f"{url}/healthz") == 200


def test_a_database_that_is_locked_is_said_in_words(
    file: Path, klopaan: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert klopaan("migrate", "--config", str(file)).returncode == 0
    monkeypatch.setattr(database, "BUSY_TIMEOUT", 0.01)
    monkeypatch.setattr("bot.__main__.migrate", _nothing)  # a process of its own, which has its own patience
    with closing(sqlite3.connect(file.parent / "data" / "data.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = klopaan("user", "--config", str(file), "add", "noor")
    assert done.returncode == 1
    assert done.stderr == "database: cannot be used (OperationalError).\n"


async def _nothing(_config: object) -> None:
    """In the place of a migration."""


def test_a_file_that_is_no_database_is_said_in_words(file: Path) -> None:
    (file.parent / "data" / "data.db").write_text("a letter to the municipality " * 200)
    done = run("migrate", "--config", str(file))
    assert done.returncode == 1
    assert "database" in done.stderr


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """``klopaan run`` as a process of its own: the address that it listens on. At the end it stops in good order."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, SECRET_NAME: SECRET},
    )
    assert process.stdout is not None
    said = process.stdout.readline().decode().split()
    try:
        assert said, "it did not start"
        yield said[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert b"Traceback" not in err


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return int(response.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.parametrize(
    ("store_urls", "role", "status"),
    [("sqlite", "all", 200), ("postgresql", "web", 200), ("postgresql", "worker", 404)],
    indirect=["store_urls"],
)
def test_it_runs_and_ends_in_good_order(store_urls: StoreUrls, tmp_path: Path, role: str, status: int) -> None:
    path = write_config(tmp_path, store_urls)
    with running("--config", str(path), "--role", role) as url:
        with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE) as response:
            assert response.read() == b"ok\n"
        assert _status(f"{url}/") == status


# ---- migrate -------------------------------------------------------------------------------------------------------


def test_migrate_twice_is_once(file: Path, klopaan: Command) -> None:
    for _ in range(2):
        done = klopaan("migrate", "--config", str(file))
        assert (done.returncode, done.stdout) == (0, "Both databases are up to date.\n")


# ---- user ----------------------------------------------------------------------------------------------------------


def test_accounts_are_made_listed_and_closed(file: Path, klopaan: Command) -> None:
    def user(*arguments: str) -> Called:
        return klopaan("user", "--config", str(file), *arguments)

    added = user("add", "noor", "--name", "Noor de Vries", "--role", "coordinator")
    assert added.returncode == 0
    assert "/desk" in added.stdout
    assert user("add", "noor").returncode == 1
    assert user("list").stdout == "noor\tNoor de Vries\tcoordinator\n"
    assert "/desk" in user("link", "noor").stdout
    assert user("link", "nobody").returncode == 1
    assert user("link").returncode == 2
    assert user("disable", "noor").returncode == 0
    assert "disabled" in user("list").stdout


def test_the_number_for_residents_is_checked(file: Path, klopaan: Command) -> None:
    def user(*arguments: str) -> Called:
        return klopaan("user", "--config", str(file), *arguments)

    assert user("add", "noor", "--phone", "010 123 45 67").returncode == 0
    wrong = user("phone", "noor", "--phone", "bel mij")
    assert (wrong.returncode, "no telephone number" in wrong.stderr) == (1, True)
    assert user("add", "samir", "--phone", "x").returncode == 1
    assert "samir" not in user("list").stdout
    assert user("phone", "noor", "--phone", "14 010").stdout == "The number is 14 010.\n"
    assert user("phone", "noor").stdout == "There is no number any more.\n"


def test_where_a_colleague_hears_of_residents_and_who_comes_after_them(file: Path, klopaan: Command) -> None:
    def user(*arguments: str) -> Called:
        return klopaan("user", "--config", str(file), *arguments)

    assert user("add", "noor", "--email", "noor@waterdrecht.example").returncode == 0
    assert user("add", "samir", "--email", "samir at home").returncode == 1
    assert user("add", "samir").returncode == 0
    assert "no e-mail address" in user("email", "samir", "--email", "x").stderr
    assert user("email", "samir", "--email", "s@w.example").stdout == "The address is s@w.example.\n"
    assert user("email", "samir").stdout == "There is no address any more.\n"
    assert user("successor", "noor", "--successor", "Samir").stdout == "samir knows who noor helped.\n"
    assert "succeed itself" in user("successor", "samir", "--successor", "noor").stderr
    assert "no account bas" in user("successor", "noor", "--successor", "bas").stderr
    assert user("successor", "noor").stdout == "There is no successor any more.\n"


def test_a_username_is_one_however_it_is_written(file: Path, klopaan: Command) -> None:
    def user(*arguments: str) -> Called:
        return klopaan("user", "--config", str(file), *arguments)

    assert user("add", " Noor ").returncode == 0
    assert "exists already" in user("add", "noor").stderr
    assert "exists already" in user("add", "NOOR").stderr
    assert user("list").stdout == "noor\tNoor\tcaseworker\n"
    assert "/desk" in user("link", "NOOR").stdout
    assert user("disable", "Noor").returncode == 0
    assert "disabled" in user("list").stdout


@pytest.mark.parametrize("username", ["", "  ", "n" * 101])
def test_a_username_that_cannot_sign_in_is_none(file: Path, username: str, klopaan: Command) -> None:
    done = klopaan("user", "--config", str(file), "add", username)
    assert done.returncode == 2
    assert "Give a username" in done.stderr
    assert klopaan("user", "--config", str(file), "list").stdout == ""


@pytest.fixture
def password(file: Path, klopaan: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Sets noor's password to what is piped in."""
    assert klopaan("user", "--config", str(file), "add", "noor").returncode == 0

    def call(piped: bytes) -> Called:
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(piped), "utf-8"))
        return klopaan("user", "--config", str(file), "password", "Noor")

    return call


def _hash(file: Path) -> str | None:
    with closing(sqlite3.connect(file.parent / "data" / "data.db")) as db:
        (found,) = db.execute("SELECT password_hash FROM staff").fetchone()
    assert found is None or isinstance(found, str)
    return found


@pytest.mark.parametrize("words", ["twaalf tekens", "x" * 12, "ë" * 200])
def test_a_password_that_is_set_signs_in(file: Path, words: str, password: Command) -> None:
    done = password(f"{words}\n{words}\r\n".encode())
    assert (done.returncode, done.stdout) == (0, "The password is set.\n")
    assert verify(_hash(file) or "", words)


@pytest.mark.parametrize(
    ("piped", "words"),
    [
        (b"", "12 to 200"),
        (b"\n\n", "12 to 200"),
        (b"elf tekens!\nelf tekens!\n", "12 to 200"),
        (b"x" * 201 + b"\n" + b"x" * 201 + b"\n", "12 to 200"),
        (b"twaalf tekens\n", "not the same"),
        (b"twaalf tekens\ntwaalf Tekens\n", "not the same"),
        (b"\xff twaalf tekens\n\xff twaalf tekens\n", "not text"),
    ],
)
def test_a_password_that_cannot_be_used_changes_nothing(
    file: Path, piped: bytes, words: str, password: Command
) -> None:
    done = password(piped)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Nothing was changed" in done.stderr
    assert _hash(file) is None


# ---- play, understand, demo ----------------------------------------------------------------------------------------


def test_understand_says_what_was_understood_of_each_line() -> None:
    lines = ["ik wil met een mens praten", "I want to die", "", "\x00\x01", "ik word uit huis gezet"]
    done = run("understand", stdin=("\n".join(lines) + "\n").encode())
    assert done.returncode == 0
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(one) for one in found] == [{"text", "language", "crisis", "intent"}] * len(lines)
    assert [one["crisis"] for one in found] == [None, "life", None, None, "home"]
    assert found[0]["intent"] == "mens"


def test_understand_takes_bytes_that_are_no_text() -> None:
    done = run("understand", stdin=b"\xff\xfe\xfa\nhallo\n")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2


def test_play_of_an_unknown_flow_names_those_there_are(klopaan: Command) -> None:
    done = klopaan("play", "nergens")
    assert done.returncode == 2
    assert "aanmelden" in done.stderr


def test_demo_on_a_port_that_is_taken_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("demo", "--port", str(taken.getsockname()[1]), "--data", str(tmp_path))
    assert done.returncode == 1
    assert "port" in done.stderr


def test_demo_in_a_folder_that_is_a_file_is_said_in_words(tmp_path: Path, klopaan: Command) -> None:
    path = tmp_path / "file"
    path.touch()
    done = klopaan("demo", "--data", str(path))
    assert done.returncode == 1
    assert str(path) in done.stderr
