"""The house rules that a program can check: over the files, not over what they do."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from flows.flow import Flow
from flows.registry import all_flows
from scripts.draw import FOLDER, drawing

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "flows", "locales", "storage")
CODE = (*PACKAGES, "tests", "bench", "scripts")
LONGEST_MODULE = 450  # lines

#: The standard library's doors to the outside, the time and chance. The core gets all of these handed in.
IMPURE = frozenset(
    {"asyncio", "http", "io", "logging", "os", "random", "secrets", "shutil", "socket", "sqlite3", "ssl", "subprocess"}
    | {"tempfile", "threading", "time", "urllib", "uuid"}
)


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_no_module_is_too_long_to_read_in_one_go() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in modules(*CODE)}
    assert len(lengths) > len(CODE)
    assert {path: length for path, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_the_core_uses_nothing_but_the_standard_library_transitions_and_rapidfuzz() -> None:
    allowed = (sys.stdlib_module_names - IMPURE) | {"flows", "transitions", "rapidfuzz"}
    foreign = {
        (named(path), name) for path in modules("flows") for name in imports(path) if name.split(".")[0] not in allowed
    }
    assert foreign == set()


def test_the_core_never_asks_what_time_it_is() -> None:
    asked = {
        f"{named(path)}:{node.lineno}"
        for path in modules("flows")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in {"now", "today", "utcnow"}
    }
    assert asked == set()


def direct_dependencies(name: str) -> set[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return {re.split(r"[\[<>=~!; ]", line)[0] for line in lines if line and not line.startswith("#")}


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_is_explained_and_locked(name: str) -> None:
    wanted = direct_dependencies(name)
    assert wanted
    explained = set(re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.MULTILINE))
    locked = set(locked_versions(name.replace(".in", ".lock")))
    assert wanted - explained == set()
    assert wanted - locked == set()


def test_what_is_explained_is_still_a_dependency() -> None:
    explained = re.findall(r"^\| `([\w-]+)` \|", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.MULTILINE)
    wanted = direct_dependencies("requirements.in") | direct_dependencies("requirements-dev.in")
    assert sorted(explained) == sorted(wanted)


def locked_versions(name: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    return dict(found)


def test_the_tests_run_with_the_versions_that_a_municipality_gets() -> None:
    runtime, everything = locked_versions("requirements.lock"), locked_versions("requirements-dev.lock")
    assert runtime.items() <= everything.items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_no_address_of_a_registry(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def relative_links(text: str) -> list[str]:
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    return [target for target in targets if "://" not in target]


def test_every_link_between_the_documents_leads_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(documents) > 5
    broken = {
        (named(document), target)
        for document in documents
        for target in relative_links(document.read_text("utf-8"))
        if not (document.parent / target).exists()
    }
    assert broken == set()


@pytest.mark.parametrize("document", ["README.md", "docs/contributors/architecture.md"])
def test_the_map_of_the_house_names_what_is_there(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    paths = [path for path in re.findall(r"`([\w./-]+/[\w./-]*)`", text) if path.split("/")[0] in (*CODE, "docs")]
    assert len(paths) > 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_flows_are_drawn_as_their_tables_are() -> None:
    """After a change in a table: ``make draw``."""
    drawn = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    assert drawn == {name: drawing(flow) for name, flow in all_flows().items()}


def test_the_example_for_newcomers_is_a_whole_flow() -> None:
    page = (ROOT / "docs/contributors/add-a-flow.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    example: dict[str, object] = {}
    exec(code, example)
    flow = example["flow"]
    assert isinstance(flow, Flow)
    assert flow.start in flow.screens
    assert {row.source for row in flow.rows} == set(flow.screens)


def test_a_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements.in"):
        shutil.copy(ROOT / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(tmp_path), str(source)], check=True, timeout=120)
    (wheel,) = tmp_path.glob("klopaan-*.whl")
    with ZipFile(wheel) as archive:
        held = set(archive.namelist())
    here = {named(path) for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()}
    assert {path for path in here if "__pycache__" not in path} - held == set()
