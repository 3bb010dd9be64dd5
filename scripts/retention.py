"""Writes how long what is kept (``make draw``): the table in docs/municipality/retention.md, from
``bot.privacy.retention_rules`` and what ``[retention]`` says when it says nothing."""

from __future__ import annotations

from pathlib import Path

from bot.config.reading import read_section
from bot.config.retention import Retention
from bot.privacy.retention_rules import NOBODYS, RULES

PAGE = Path(__file__).parents[1] / "docs/municipality/retention.md"
BEGIN, END = "<!-- table: made by make draw -->\n", "<!-- end of table -->\n"


def table() -> str:
    """One line per kind, and below it the tables of the data that have nothing that goes."""
    terms = read_section(Retention, {}, "retention", [])
    lines = ["| kind | what goes | counted from | how long | why | tables |", "|---|---|---|---|---|---|"]
    for kind, rule in RULES.items():
        long = f"`{rule.term}`: {getattr(terms, rule.term)}" if rule.settable else rule.term
        tables = ", ".join(rule.tables)
        lines.append(f"| `{kind}` | {rule.goes} | {rule.since} | {long} | {rule.source} | {tables} |")
    lines += ["", "Nothing of a resident that could go is in:", ""]
    lines += [f"- `{name}`: {why}" for name, why in NOBODYS.items()]
    return "\n".join(lines) + "\n"


def page(before: str) -> str:
    """The page with the table as it is now."""
    head, rest = before.split(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
