"""What Klopaan is made of has no known fault, as far as that can be told without a network: ``make audit`` has one."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from scripts import audit
from scripts.advisories import (
    ROOT,
    SNAPSHOT,
    WAIVED,
    WISHES,
    Advisory,
    Range,
    Snapshot,
    Waiver,
    all_pins,
    faults,
    lowest,
    pins,
    read,
    waivers,
    written,
    wrong_waivers,
)

TODAY = date(2027, 1, 10)
FAULTY = Advisory(("CVE-2027-1", "GHSA-aaaa"), (Range("2.0", fixed="2.4"),))
MADE_UP = Snapshot(TODAY, "a test", {"brug": (FAULTY,), "poort": ()}, frozenset())
REASON = "Only a server of another kind is affected, and none of ours is one; the proxy refuses it besides."


def snapshot() -> Snapshot:
    return read(SNAPSHOT.read_text("utf-8"))


def our_waivers() -> list[Waiver]:
    return waivers(WAIVED.read_text("utf-8"))


def test_nothing_that_is_pinned_has_a_known_fault() -> None:
    """Is it one? Then ``make lock`` with a newer version, or a reasoned entry in docs/advisories-waived.toml."""
    today = datetime.now(UTC).date()
    assert [str(fault) for fault in faults(all_pins(), snapshot(), our_waivers(), today)] == []


def test_no_version_that_may_be_installed_without_the_locks_has_one() -> None:
    wished = [one for name in WISHES for one in lowest((ROOT / name).read_text("utf-8"))]
    assert len(wished) > 30
    assert [str(fault) for fault in faults(wished, snapshot(), [], TODAY)] == []


def test_what_we_live_with_is_ours_reasoned_and_for_a_time() -> None:
    assert wrong_waivers(all_pins(), snapshot(), our_waivers()) == []


def test_the_snapshot_is_of_everything_that_is_pinned_and_as_it_would_be_written() -> None:
    """After a change of the locks: ``make audit``."""
    held = snapshot()
    names = {name for name, _ in all_pins()}
    assert set(held.packages) == names
    assert held.unasked <= names
    assert held.source
    assert written(held) == SNAPSHOT.read_text("utf-8")


def test_every_package_is_named_where_its_reason_is_told() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    named = re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)
    (brought,) = re.findall(r"^## What these bring along\n(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    named += re.findall(r"`([\w-]+)`", brought)
    assert sorted(map(canonicalize_name, named)) == sorted({name for name, _ in all_pins()})


def test_the_page_says_of_when_the_snapshot_is_and_how_far_it_goes() -> None:
    page = (ROOT / "docs/dependencies.md").read_text("utf-8")
    held = snapshot()
    assert ("was made by hand" in page) == bool(held.unasked)
    assert not held.unasked or held.made.isoformat() in page


@pytest.mark.parametrize(
    ("version", "hit"),
    [("1.9", False), ("2.0", True), ("2.3.9", True), ("2.4", False), ("2.4rc1", True), ("10", False)],
)
def test_a_version_in_the_range_of_an_advisory_is_a_fault(version: str, hit: bool) -> None:
    assert [fault.ids for fault in faults([("brug", version), ("poort", version)], MADE_UP, [], TODAY)] == (
        [FAULTY.ids] if hit else []
    )


def test_a_pin_put_back_to_a_version_with_a_known_fault_fails() -> None:
    """The lock as it is, but for one version: the check of our own files can fail."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    older = re.sub(r"^aiohttp==\S+", "aiohttp==3.14.2", lock, flags=re.MULTILINE)
    found = faults(pins(older), snapshot(), [], TODAY)
    assert ("aiohttp", "3.14.2") in {(fault.package, fault.version) for fault in found}


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [(Range("0"), "99", None), (Range("0", fixed="1.10"), "1.9", "1.10"), (Range("1", last="1.2"), "1.2", "1.2.1")],
)
def test_a_range_ends_where_it_says(span: Range, inside: str, outside: str | None) -> None:
    assert span.holds(Version(inside))
    assert outside is None or not span.holds(Version(outside))


def test_a_waiver_holds_for_its_fault_and_its_days_only() -> None:
    ours = [("brug", "2.1")]
    waiver = Waiver("brug", "GHSA-aaaa", REASON, date(2027, 1, 1), date(2027, 1, 10))
    assert faults(ours, MADE_UP, [waiver], TODAY) == []
    assert len(faults(ours, MADE_UP, [waiver], date(2027, 1, 11))) == 1
    other = Waiver("brug", "CVE-2027-2", REASON, waiver.since, waiver.until)
    assert len(faults(ours, MADE_UP, [other], TODAY)) == 1


def test_a_waiver_without_a_reason_without_an_end_or_for_nothing_of_ours_is_wrong() -> None:
    ours = [("brug", "2.1")]
    good = Waiver("brug", "CVE-2027-1", REASON, TODAY, date(2027, 3, 1))
    assert wrong_waivers(ours, MADE_UP, [good]) == []
    short = Waiver("brug", "CVE-2027-1", "no harm", TODAY, date(2027, 3, 1))
    endless = Waiver("brug", "CVE-2027-1", REASON, TODAY, date(2028, 3, 1))
    gone = Waiver("brug", "CVE-2027-9", REASON, TODAY, date(2027, 3, 1))
    for wrong in (short, endless, gone):
        assert len(wrong_waivers(ours, MADE_UP, [wrong])) == 1
    assert len(wrong_waivers([("brug", "2.4")], MADE_UP, [good])) == 1


def test_waivers_are_read_from_their_file() -> None:
    text = f'[[waived]]\npackage = "Brug"\nid = "CVE-1"\nreason = "{REASON}"\nsince = 2027-01-05\nuntil = 2027-02-05\n'
    assert waivers(text) == [Waiver("brug", "CVE-1", REASON, date(2027, 1, 5), date(2027, 2, 5))]


def test_pins_and_wishes_are_read() -> None:
    lock = 'Brug==1.0 ; python_version < "3.12" \\\n    --hash=sha256:00\nbrug==2.0 \\\n    --hash=sha256:01\n'
    assert pins(lock) == [("brug", "1.0"), ("brug", "2.0")]
    assert lowest("# why\nbrug[deur]>=1.5,<2\npoort\n") == [("brug", "1.5")]


# What `make audit` does, with a service of our own that answers as the public one does.


Answers = Mapping[tuple[str, str], Mapping[str, Any]]


class Service(BaseHTTPRequestHandler):
    """Answers by package name; a name that it does not know has no advisories, ``kapot`` is an error."""

    answers: ClassVar[Answers] = {}

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = question["package"]["name"]
        answer = self.answers.get((name, question.get("page_token", "")), {})
        self.send_response(500 if name == "kapot" else 200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so where it comes from
        """Says nothing."""


@contextmanager
def service(answers: Answers) -> Iterator[str]:
    handler = type("Told", (Service,), {"answers": answers})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(id_: str, name: str, events: list[dict[str, str]], **more: object) -> dict[str, object]:
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": id_, "affected": [affected], **more}


def test_the_service_is_asked_page_by_page_and_its_answer_kept() -> None:
    first = told("GHSA-1", "Brug", [{"introduced": "0"}, {"fixed": "1.2"}], aliases=["CVE-1"])
    same = told("PYSEC-1", "brug", [{"introduced": "0"}, {"last_affected": "1.1"}], aliases=["CVE-1"])
    gone = told("GHSA-2", "brug", [{"introduced": "0"}], withdrawn="2026-01-01T00:00:00Z")
    twice = told("GHSA-3", "brug", [{"introduced": "2"}, {"fixed": "3"}, {"introduced": "1"}, {"fixed": "1.5"}])
    pages: Answers = {
        ("brug", ""): {"vulns": [first, gone], "next_page_token": "more"},
        ("brug", "more"): {"vulns": [same, twice]},
    }
    with service(pages) as address:
        held = audit.asked(["brug", "poort"], audit.asker(address), address, TODAY)
    assert held.packages["poort"] == ()
    one, two = held.packages["brug"]
    assert one.ids == ("CVE-1", "GHSA-1", "PYSEC-1")
    assert set(one.ranges) == {Range("0", fixed="1.2"), Range("0", last="1.1")}
    assert two.ranges == (Range("1", fixed="1.5"), Range("2", fixed="3"))
    assert held.unasked == frozenset()
    assert read(written(held)) == held


def test_versions_one_by_one_and_versions_that_cannot_be_read_count_too() -> None:
    listed = {"package": {"ecosystem": "PyPI", "name": "brug"}, "versions": ["1.0", "1.1"]}
    other = {"package": {"ecosystem": "npm", "name": "brug"}, "versions": ["9"]}
    odd = told("GHSA-2", "poort", [{"introduced": "eerste"}])
    answers: Answers = {
        ("brug", ""): {"vulns": [{"id": "GHSA-1", "affected": [listed, other]}]},
        ("poort", ""): {"vulns": [odd]},
    }
    with service(answers) as address:
        held = audit.asked(["brug", "poort"], audit.asker(address), address, TODAY)
    assert [bool(faults([("brug", version)], held, [], TODAY)) for version in ("1.0", "1.2", "9")] == [
        True,
        False,
        False,
    ]
    assert len(faults([("poort", "7")], held, [], TODAY)) == 1


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A snapshot and waivers of one's own, and one package that is pinned."""
    monkeypatch.setattr(audit, "SNAPSHOT", tmp_path / "advisories.json")
    monkeypatch.setattr(audit, "WAIVED", tmp_path / "waived.toml")
    monkeypatch.setattr(audit, "all_pins", lambda: [("brug", "1.0")])
    (tmp_path / "waived.toml").write_text("")
    return tmp_path


def test_an_audit_that_finds_something_says_so_and_fails(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = {("brug", ""): {"vulns": [told("GHSA-1", "brug", [{"introduced": "0"}])]}}
    with service(answers) as address:
        assert audit.main(["--service", address]) == 1
    assert "brug 1.0: GHSA-1" in capsys.readouterr().out
    assert read((files / "advisories.json").read_text()).packages["brug"]
    assert audit.main(["--offline"]) == 1


def test_an_audit_that_finds_nothing_says_that(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with service({}) as address:
        assert audit.main(["--service", address]) == 0
    assert "None of them has a known fault." in capsys.readouterr().out


def test_an_audit_without_an_answer_for_everything_is_none(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "all_pins", lambda: [("brug", "1.0"), ("kapot", "1.0")])
    with service({}) as address:
        assert audit.main(["--service", address]) == 2
    assert audit.main(["--service", address]) == 2  # nobody there any more
    assert "Nothing was written" in capsys.readouterr().err
    assert not (files / "advisories.json").exists()


def test_pages_without_end_are_refused() -> None:
    with service(
        {("brug", ""): {"next_page_token": ""}, ("poort", ""): {"next_page_token": "x"}}
        | {("poort", "x"): {"next_page_token": "x"}}
    ) as address:
        assert audit.known("brug", audit.asker(address)) == ()
        with pytest.raises(ValueError, match="do not end"):
            audit.known("poort", audit.asker(address))
