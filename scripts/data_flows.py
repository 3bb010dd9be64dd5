"""Draws ``docs/municipality/data-flows.svg`` and writes the table beside it (``make draw``), from the table of parties
here: through whose hands data go, what can be read there, and what that party is in law."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parents[1] / "docs/municipality"
DRAWING = FOLDER / "data-flows.svg"
PAGE = FOLDER / "data-flows.md"
BEGIN, END = "<!-- made by `make draw` -->", "<!-- end -->"
WIDTH, HEIGHT = 1060, 930

#: What can be read there: everything that passes, a part of it (notices, or who talks with whom and when), or nothing.
Reads = Literal["content", "part", "nothing"]


@dataclass(frozen=True, slots=True)
class Box:
    """A party or a place. ``lines`` stand in the drawing, the rest in the table; x, y, w, h in units of the drawing."""

    name: str
    x: int
    y: int
    w: int
    lines: tuple[str, ...]
    reads: Reads
    readable: str
    law: str
    h: int = 92


@dataclass(frozen=True, slots=True)
class Arrow:
    """What goes from one to another, straight down or up at ``x``; ``both`` ways or one."""

    x: int
    y1: int
    y2: int
    says: str
    both: bool = True


BOXES = (
    Box(
        "Resident",
        40,
        30,
        600,
        ("telephone or computer of their own,", "or of a library or someone else"),
        "content",
        "their own conversation, in a browser that they opened or with code, link and PIN",
        "the person concerned",
    ),
    Box(
        "Helper",
        660,
        30,
        180,
        ("family, friend, volunteer:", "what the resident lets", "them see, for a time"),
        "part",
        "messages from the moment they were let in; never crisis, violence, files or what is private",
        "at the resident's own request; not a party of the municipality",
    ),
    Box(
        "Colleague",
        860,
        30,
        160,
        ("desk, in a browser:", "by role and team,", "every look on record"),
        "content",
        "files of their team or that they were asked along to; each look is on record",
        "staff of the controller",
    ),
    Box(
        "Mail provider",
        40,
        200,
        180,
        ("of the resident; sees a", "notice with a link, or", "all, for who asked so"),
        "part",
        "a neutral notice with a link; the whole message only in the style `volledig` and when the person asked for it",
        "chosen by the resident; for the municipality a recipient",
    ),
    Box(
        "Telegram",
        240,
        200,
        180,
        ("reads what is typed", "and sent there, and", "our answers to it"),
        "content",
        "what the person types, taps and sends there, and answers to it; what we begin is a notice in `seintje`",
        "controller of its own; offers bots no processor's agreement",
    ),
    Box(
        "WhatsApp (Meta)",
        440,
        200,
        150,
        ("reads what is typed", "and sent there, and", "our answers to it"),
        "content",
        "the same; the Cloud API decrypts at Meta's servers",
        "processor for the Cloud API, by Meta's terms; controller of its own for what it learns of accounts",
    ),
    Box(
        "Mail server",
        40,
        380,
        180,
        ("notices to residents,", "alarms to staff; all,", "for who asked so"),
        "part",
        "notices, and alarms with the number of a file; whole messages only for who asked for them",
        "the municipality, or its processor",
    ),
    Box(
        "Reverse proxy",
        240,
        380,
        780,
        ("https ends here: sees all that passes in a browser and in webhooks.", "Its log of addresses off or short"),
        "content",
        "all that passes, addresses of visitors and personal links",
        "the municipality, or its processor (hosting)",
    ),
    Box(
        "Klopaan",
        40,
        530,
        980,
        (
            "in memory, for as long as it takes: decrypts, decides, encrypts again.",
            "Logs and figures without names, numbers or words. The master key is in its environment",
        ),
        "content",
        "all, while it works on it; nothing of it in logs or figures",
        "the municipality, or its processor (hosting)",
    ),
    Box(
        "Data store",
        40,
        680,
        180,
        ("content encrypted;", "in clear codes, instants,", "numbers, staff"),
        "part",
        "codes, instants, numbers and staff; content only together with key store and master key",
        "the municipality, or its processor (hosting)",
        100,
    ),
    Box(
        "Key store",
        240,
        680,
        180,
        ("keys, wrapped by", "the master key;", "a database apart"),
        "nothing",
        "nothing: wrapped keys",
        "the municipality, or its processor; best another one than of the data",
        100,
    ),
    Box(
        "Exports",
        440,
        680,
        160,
        ("contacts, cases: a", "file's number, no name"),
        "part",
        "days, kinds and results of contacts by the number of a file",
        "the municipality's own registration",
        100,
    ),
    Box(
        "Open Klant",
        850,
        680,
        170,
        ("that there was contact;", "no name, no word"),
        "part",
        "that and when there was contact, by the number of a file",
        "the municipality, or its processor; only with `[openklant]`",
        100,
    ),
    Box(
        "Backups of data",
        40,
        820,
        180,
        ("as the data store",),
        "part",
        "as the data store: who was erased is unreadable in them too",
        "the municipality, or its processor",
        60,
    ),
    Box(
        "Backups of keys",
        240,
        820,
        180,
        ("kept for days only",),
        "nothing",
        "nothing: wrapped keys; kept apart from those of the data, and for days only",
        "the municipality, or its processor",
        60,
    ),
    Box(
        "Sign-in provider",
        440,
        820,
        270,
        ("learns which colleague signs in",),
        "part",
        "which colleague signs in and when; nothing of residents",
        "the municipality, or its processor; only when staff sign in there (OpenID Connect)",
        60,
    ),
    Box(
        "Alarm webhook",
        730,
        820,
        290,
        ("a file's number and urgency",),
        "part",
        "that there is an alarm, how urgent, and the number of the file",
        "whom the municipality names; a processor",
        60,
    ),
)

ARROWS = (
    Arrow(130, 122, 200, "mail", both=False),
    Arrow(330, 122, 200, "the app"),
    Arrow(510, 122, 200, "the app"),
    Arrow(615, 122, 380, "web chat"),
    Arrow(750, 122, 380, "web chat"),
    Arrow(940, 122, 380, "desk"),
    Arrow(130, 292, 380, "SMTP", both=False),
    Arrow(330, 292, 380, "Bot API, webhook"),
    Arrow(510, 292, 380, "Cloud API"),
    Arrow(130, 472, 530, "SMTP", both=False),
    Arrow(615, 472, 530, ""),
    Arrow(130, 622, 680, "ciphertext"),
    Arrow(330, 622, 680, "wrapped keys"),
    Arrow(520, 622, 680, "CSV, JSON", both=False),
    Arrow(935, 622, 680, "API", both=False),
    Arrow(660, 622, 820, "OpenID"),
    Arrow(780, 622, 820, "signed", both=False),
    Arrow(130, 780, 820, "", both=False),
    Arrow(330, 780, 820, "", both=False),
)

STYLE = """
  .paper { fill: #ffffff } .frame { fill: #f3f6fa; stroke: #7a8699; stroke-dasharray: 6 4 }
  text { font-family: system-ui, sans-serif; font-size: 13px; fill: #1b1f27 }
  .name { font-weight: 700; font-size: 14.5px } .says { font-size: 12px; fill: #41506a }
  rect.content { fill: #ffe3c2; stroke: #8a4b00 } rect.part { fill: #fff7d6; stroke: #7d6a00 }
  rect.nothing { fill: #d9f0df; stroke: #1c6b35 } line { stroke: #41506a; stroke-width: 1.5 } path { fill: #41506a }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14171c } .frame { fill: #1c222b; stroke: #8996aa } text { fill: #eef1f6 } .says { fill: #b9c4d6 }
    rect.content { fill: #55330d; stroke: #ffb866 } rect.part { fill: #423a0e; stroke: #e6d25c }
    rect.nothing { fill: #12391f; stroke: #79cf94 } line { stroke: #b9c4d6 } path { fill: #b9c4d6 }
  }"""
OURS = "the municipality is the controller; whoever runs this for it is its processor"
LEGEND: tuple[tuple[Reads, str], ...] = (
    ("content", "content can be read here"),
    ("part", "part: notices, codes, that there is contact"),
    ("nothing", "nothing can be read"),
)


def drawing() -> str:
    """The drawing as SVG, for light and for dark."""
    told = "Where the data of residents go; the table in data-flows.md says the same in words"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + 40}" role="img" aria-label="{told}">',
        "<defs>",
        '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9"'
        ' orient="auto-start-reverse"><path d="M0 0 8 4 0 8z"/></marker>',
        f"<style>{STYLE}\n</style>",
        "</defs>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT + 40}"/>',
        f'<rect class="frame" x="20" y="336" width="{WIDTH - 40}" height="{HEIGHT - 336}" rx="12"/>',
        f'<text class="says" x="40" y="{HEIGHT - 16}">{OURS}</text>',
    ]
    for arrow in ARROWS:
        begin = ' marker-start="url(#tip)"' if arrow.both else ""
        parts.append(
            f'<line x1="{arrow.x}" y1="{arrow.y1}" x2="{arrow.x}" y2="{arrow.y2}"{begin} marker-end="url(#tip)"/>'
        )
        if arrow.says:
            middle = arrow.y1 + min(32, (arrow.y2 - arrow.y1) // 2) + 4
            parts.append(f'<text class="says" x="{arrow.x + 8}" y="{middle}">{escape(arrow.says)}</text>')
    for box in BOXES:
        parts.append(f'<rect class="{box.reads}" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}" rx="8"/>')
        parts.append(f'<text class="name" x="{box.x + 12}" y="{box.y + 22}">{escape(box.name)}</text>')
        parts += [
            f'<text x="{box.x + 12}" y="{box.y + 42 + 17 * place}">{escape(line)}</text>'
            for place, line in enumerate(box.lines)
        ]
    for place, (reads, words) in enumerate(LEGEND):
        left = 40 + place * 310
        parts.append(f'<rect class="{reads}" x="{left}" y="{HEIGHT + 12}" width="18" height="14" rx="3"/>')
        parts.append(f'<text class="says" x="{left + 26}" y="{HEIGHT + 24}">{words}</text>')
    return "\n".join([*parts, "</svg>", ""])


def table() -> str:
    """The parties in words."""
    rows = ["| who or where | what can be read there | what that is in law |", "|---|---|---|"]
    return "\n".join([*rows, *(f"| {box.name} | {box.readable} | {box.law} |" for box in BOXES)])


def page(text: str) -> str:
    """The page with its table made anew. Raises ValueError when it has no place for one."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError("no place for the table")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Writes drawing and page."""
    DRAWING.write_text(drawing(), "utf-8")
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
