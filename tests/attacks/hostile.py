"""What is typed wherever something can be, and the files that are sent along: all of it holds `MARK`."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.attacks.pages import MARK

MARKUP = f"<{MARK} onfocus=alert(1) autofocus><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
TEMPLATE = f"{MARK}-{{{{7*7}}}} {MARK}-${{7*7}} {MARK}-#{{7*7}} {{0.__class__}} %s"
SHORT = f"<{MARK} onclick=a>\"'"
FORMULA = f"=cmd|' /C calc'!A0 {MARK}' OR 1=1;--"
ODD = (
    f"x\r\nX-Evil: {MARK}\r\n\r\n<{MARK}>\x00\u202e{MARK}\u2066\ufeff\u200b😀 javascript:alert(1) "
    f"[{MARK}](javascript:alert(1)) <b>*_`@{MARK} https://evil.example/{MARK} e{chr(0x301) * 40}"
)
LONG = f"{MARK} " * 9000
TYPED = (MARKUP + TEMPLATE, SHORT, FORMULA, ODD)

#: A place that would be properties and alarms of its own in a calendar, longer than a line of one may be.
PLACE = (
    f"Kade 1\r\nX-EVIL:{MARK}\r\nATTENDEE:mailto:a@evil.example\r\nEND:VEVENT\r\nBEGIN:VALARM\n;,\\\\N\\n' "
    f"<{MARK}> é😀 eerste verdieping, tweede deur, derde kamer"
)

#: What is the worst that fields of these names still take, so that the fields beside them are judged.
SOUND = {
    "icon": "📞",
    "surname": "O’Linden",
    "postcode": "9901 AB",
    "number": "12a",
    "born": "1980-03-14",
    "amount": "45,50",
    "link": f"https://video.example/{MARK}?a='onx=1&b=1;alert(1)",
}


def today() -> date:
    """Where the demo is."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()


def signals() -> bytes:
    """Early signals, of which one can be read."""
    lines = (
        f"soort;datum;telefoon;bedrag;afzender;{FORMULA}",
        f"huur;{today()};0699887766;50,00;Woning {MARK};{SHORT}",
        f"{SHORT};{FORMULA};{MARK};{SHORT};{FORMULA};{SHORT}",
    )
    return "\r\n".join(lines).encode("utf-8-sig")


def translations() -> bytes:
    """English of some texts of the chat, of which one can be taken over, and of one that there is not."""
    quoted = (MARKUP + TEMPLATE).replace("\\", "\\\\").replace('"', '\\"')
    entries = (
        ("gegevens.done", "Naar het menu", f"Menu <{MARK}>"),
        ("gegevens.back", "Mijn gegevens", quoted),
        (f"<{MARK}>", quoted, quoted),
    )
    said = "\n".join(
        f'#: {MARK}\nmsgctxt "{name}"\nmsgid "{dutch}"\nmsgstr "{words}"\n' for name, dutch, words in entries
    )
    head = (
        f'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"X-Evil: {MARK}\\n"\n'
    )
    return f"{head}\n{said}".encode()


#: What a form that needs a file brings, by where it goes.
FILES = {"/desk/signals/import": signals, "/desk/texts/files": translations}
