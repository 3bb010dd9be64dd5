"""What the documents say can be followed: links and their places, commands, settings and files are there."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import _parser
from locales.readability import findings

ROOT = Path(__file__).parents[1]
DECISIONS = ROOT / "docs/decisions"  # tell what was, on their day
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NOW = [page for page in PAGES if DECISIONS not in page.parents and page.name != "CHANGELOG.md"]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(page: Path) -> str:
    """The page without its blocks of code, comments and spans of code, in which nothing is a link or a heading."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


def places(page: Path) -> set[str]:
    """The anchors of a page, as its headings get them: small letters, no signs, dashes for spaces; again is ``-1``."""
    found: dict[str, int] = {}
    anchors: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        again = found.get(anchor, 0)
        found[anchor] = again + 1
        anchors.add(f"{anchor}-{again}" if again else anchor)
    return anchors | set(re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text("utf-8")))


def links(text: str) -> list[str]:
    bare = re.sub(r"`[^`\n]*`", "", text)
    found = re.findall(r"\]\(([^)\s]+)(?: \"[^\"]*\")?\)", bare) + re.findall(r'(?:src|href)="([^"]+)"', bare)
    return [target for target in found if not re.match(r"[a-z]+:", target)]


def broken(page: Path, text: str) -> list[str]:
    wrong = []
    for target in links(text):
        path, _, anchor = target.partition("#")
        there = page if not path else (page.parent / path).resolve()
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in places(there)):
            wrong.append(target)
    return wrong


def spans(page: Path) -> list[str]:
    """What stands as code in a page, in a sentence or as a line of a block."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    blocks += re.findall(r"^(?:    .+\n)+", text, re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(page))] + lines


def commands(page: Path) -> Iterator[str]:
    for span in spans(page):
        bare = re.sub(r"\s+#.*$", "", span).removeprefix(".venv/bin/")
        if re.match(r"klopaan [a-z]", bare):
            yield bare


def parsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def misspelt(command: str) -> str:
    """What is wrong with a command as a page has it; nothing when it is one. ``…`` and NAMES stand for anything."""
    parser = _parser()
    words = shlex.split(command.replace("…", " "))[1:]
    while words and (below := parsers(parser)):
        if words[0] not in below:
            return f"{command}: no {words[0]}"
        parser = below[words.pop(0)]
    options = {name for action in parser._actions for name in action.option_strings}
    if unknown := [word for word in words if word.startswith("-") and word.split("=")[0] not in options]:
        return f"{command}: no {', '.join(unknown)}"
    chosen = [action.choices for action in parser._actions if not action.option_strings and action.choices]
    if chosen and words and not words[0].startswith("-") and words[0] not in chosen[0]:
        return f"{command}: no {words[0]}"
    return ""


def settings() -> dict[str, set[str]]:
    """Tables and keys, as the guide explains them; ``tests/test_config.py`` holds the guide against the code."""
    explained: dict[str, set[str]] = {}
    table = ""
    for line in (ROOT / "docs/municipality/configure.md").read_text("utf-8").splitlines():
        if heading := re.match(r"#+ .*`\[+([a-z.]+)\]+`", line):
            table = heading[1]
            explained[table] = set()
        elif row := re.match(r"\| `([a-z_]+)` \|", line):
            explained[table].add(row[1])
    return explained


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_and_the_places_in_pages_that_they_name_are_there(page: Path) -> None:
    assert broken(page, prose(page)) == []


def test_commands_are_what_the_command_line_has() -> None:
    told = [(named(page), command) for page in NOW for command in commands(page)]
    assert len(told) > 15
    assert [(page, wrong) for page, command in told if (wrong := misspelt(command))] == []


def test_settings_are_those_that_the_guide_explains() -> None:
    known = settings()
    wrong = []
    seen = 0
    for page in NOW:
        for span in re.findall(r"`([^`\n]+)`", prose(page)):
            if table := re.fullmatch(r"\[+([a-z]+(?:\.[a-z_]+)*)\]+", span):
                # [texts.LANGUAGE] holds texts, and [language] is a part of the form at Meta; gemeente.… are texts too
                wrong += [(named(page), span)] if table[1].split(".")[0] not in _tables(known) else []
                seen += 1
            elif (dotted := re.fullmatch(r"(?!gemeente)([a-z]+)\.([a-z_]+)", span)) and dotted[1] in known:
                wrong += [(named(page), span)] if dotted[2] not in known[dotted[1]] else []
                seen += 1
    assert seen > 20
    assert wrong == []


def _tables(known: dict[str, set[str]]) -> set[str]:
    return {name.split(".")[0] for name in known} | {"texts", "language"}


def test_files_that_are_named_are_there() -> None:
    folders = ("bot", "flows", "storage", "locales", "tests", "docs", "scripts", "bench")
    seen = 0
    missing = []
    for page in NOW:
        if page.name.startswith("add-a-"):
            continue  # names what the reader is about to make
        for span in re.findall(r"`([\w./-]+/[\w./-]*)`", prose(page)):
            if span.split("/")[0] in folders:
                seen += 1
                missing += [] if (ROOT / span).exists() else [(named(page), span)]
    assert seen > 30
    assert missing == []


def test_what_make_is_asked_for_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    asked = {
        (named(page), target) for page in NOW for span in spans(page) for target in re.findall(r"^make ([a-z-]+)", span)
    }
    assert len(asked) > 10
    assert {one for one in asked if one[1] not in targets} == set()


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("klopaan check --config gemeente.toml", False),
        ("klopaan user add noor --name 'Noor de Vries' --config …", False),
        ("klopaan run --port 8081", False),
        ("klopaan chek --config gemeente.toml", True),
        ("klopaan user remove noor --config …", True),
        ("klopaan run --poort 8081", True),
    ],
)
def test_a_command_that_is_none_is_seen(command: str, wrong: bool) -> None:
    assert bool(misspelt(command)) == wrong


def test_a_link_that_leads_nowhere_is_seen() -> None:
    page = ROOT / "docs/municipality/privacy.md"
    text = "[a](configure.md#web) [b](configure.md#where-it-listens-web) [c](#keys) [d](nergens.md) [e](#x)"
    assert broken(page, text) == ["configure.md#web", "nergens.md", "#x"]


def test_controls_are_those_of_the_standard() -> None:
    """ISO/IEC 27002:2022 has four themes: 37, 8, 14 and 34 controls."""
    highest = {5: 37, 6: 8, 7: 14, 8: 34}
    rows = re.findall(r"^\| ([5-8]\.[^|]*) \|", (ROOT / "docs/municipality/bio2.md").read_text("utf-8"), re.MULTILINE)
    numbers = [(int(theme), int(number)) for row in rows for theme, number in re.findall(r"(\d)\.(\d+)", row)]
    assert len(numbers) > 40
    assert [one for one in numbers if not 1 <= one[1] <= highest[one[0]]] == []


def test_the_statement_for_residents_is_as_readable_as_the_chat() -> None:
    page = (ROOT / "docs/municipality/privacy-statement.md").read_text("utf-8")
    _, _, text = page.partition("\n---\n")
    pieces = re.split(r"\n\n+|\n(?=- )", re.sub(r"‹[^›]*›", "acht", text))
    plain = [" ".join(re.sub(r"[*#]", "", piece).split()).removeprefix("- ") for piece in pieces]
    assert len(plain) > 20
    assert {piece: found for piece in plain if piece and (found := findings(piece))} == {}
