"""The guide for who writes a municipality's file: every key, and no other."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from bot.config import guidance, outside, retention, sections
from bot.config.oidc import Oidc
from bot.config.sections import CHANNELS

GUIDE = Path(__file__).parents[1] / "docs" / "municipality" / "configure.md"


def test_the_guide_explains_every_key_and_no_other() -> None:
    explained: dict[str, set[str]] = {}
    table = ""
    for line in GUIDE.read_text("utf-8").splitlines():
        if heading := re.match(r"#+ .*`\[+([a-z.]+)\]+`", line):
            table = heading[1]
            explained[table] = set()
        elif row := re.match(r"\| `([a-z_]+)` \|", line):
            explained[table].add(row[1])
    known = {
        "gemeente": sections.Identity,
        "elsewhere": sections.Neighbour,
        "crisis": sections.Crisis,
        "database": sections.Store,
        "web": sections.Web,
        "hours": sections.Hours,
        "sending": sections.Sending,
        "promises": sections.Promises,
        "appointments": sections.Appointments,
        "desk": sections.Desk,
        "ratings": sections.Ratings,
        "retention": retention.Retention,
        "smtp": sections.Smtp,
        "openklant": outside.OpenKlant,
        "oidc": Oidc,
        "links": guidance.Page,
        "recht": guidance.Without,
        "recht.own": guidance.OwnRight,
        **{f"channels.{name}": section for name, section in CHANNELS.items()},
    }
    assert explained == {name: {item.name.rstrip("_") for item in fields(section)} for name, section in known.items()}
