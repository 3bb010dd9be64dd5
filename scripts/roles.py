"""Writes who may open what at the desk (``make draw``): the table in docs/municipality/roles.md, from
``bot.desk.roles``."""

from __future__ import annotations

from pathlib import Path

from bot.desk.roles import KINDS, ROLES

PAGE = Path(__file__).parents[1] / "docs/municipality/roles.md"
BEGIN, END = "<!-- table: made by make draw -->\n", "<!-- end of table -->\n"


def table() -> str:
    """One line per kind of page, and below it every route with its line."""
    lines = [f"| | {' | '.join(ROLES)} | routes |", f"|---|{'---|' * (len(ROLES) + 1)}"]
    for kind in KINDS:
        marks = " | ".join("yes" if role in kind.roles else "" for role in ROLES)
        what = f"{kind.what} (ook zonder inloggen)" if kind.anyone else kind.what
        routes = "<br>".join(f"`{route}`" for route in kind.routes)
        lines.append(f"| {what} | {marks} | {routes} |")
    return "\n".join(lines) + "\n"


def page(before: str) -> str:
    """The page with the table as it is now."""
    head, rest = before.split(BEGIN)
    return f"{head}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
