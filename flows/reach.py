"""How a person can be reached: reading a phone number or e-mail address, and saying where and when an answer comes."""

from __future__ import annotations

import re

from flows.flow import Read
from flows.grammar import Case, Contact, Json, Moment, Promised, Text, t
from flows.text import own
from flows.understanding import ascii_digits

_EMAIL = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+\.[^\s@<>,;:.]{2,}")
_PHONE = re.compile(r"(?<!\d)\(?(?:\+|00)?\d(?:[\s.\-()/]{0,3}\d){7,14}(?!:?\d)")
#: Has the digits of a telephone number too.
_DATE = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{4}|\d{4}([-/.])\d{1,2}\2\d{1,2}")


def read_contact(text: str, moment: Moment) -> Read | None:
    """An e-mail address or a phone number (8 to 15 digits, no date) anywhere in ``text``; None: there is neither."""
    email = _EMAIL.search(text)
    if email:
        return Read({"text": email[0].rstrip("."), "email": email[0].rstrip(".")})
    phone = next((found for found in _PHONE.finditer(text) if not _DATE.fullmatch(found[0])), None)
    if phone:
        return Read({"text": phone[0], "phone": re.sub(r"[^\d+]", "", ascii_digits(phone[0]))})
    return None


def read_phone(text: str) -> str | None:
    """A telephone number as one can be typed among other words: not a date, though that has digits too."""
    for found in _PHONE.finditer(text):
        digits = re.sub(r"[^\d+]", "", ascii_digits(found[0]))
        if digits.startswith(("0", "+")) and len(digits) >= 10:
            return digits
    return None


def contact_in(text: str) -> Json:
    """The same among other words, as an answer to keep; there a telephone number looks like nothing else."""
    email = _EMAIL.search(text)
    if email:
        return {"text": email[0].rstrip("."), "email": email[0].rstrip(".")}
    phone = read_phone(text)
    return None if phone is None else {"text": phone, "phone": phone}


def given(case: Case, way: str) -> str | None:
    """The ``phone`` or ``email`` that the person gave as ``contact``."""
    answer = case.answers.get("contact")
    value = answer.get(way) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else None


def on_webchat(case: Case) -> bool:
    """The one channel on which nobody can be written to once they have left."""
    return case.moment.channel == "webchat"


def answer_here(case: Case) -> tuple[Text, ...]:
    """Where an answer will appear (rule 4); on the web chat with the code to come back."""
    if not on_webchat(case):
        if case.moment.channel in case.moment.gemeente.notices_on or case.facts.get("own_phone") == "no":
            return (t("reach.notice", "Is er antwoord? Dan krijgt u hier een seintje met een link."),)
        return (t("reach.here", "Het antwoord komt hier, in dit gesprek."),)
    return (
        t(
            "reach.here_code",
            "Het antwoord komt hier, in deze chat. Bewaar uw code: {code}. Daarmee komt u altijd terug.",
            code=case.world.get(Contact).code,
        ),
    )


def when_read(case: Case) -> Text:
    """Who reads along, and when (hours, holidays)."""
    who = case.world.get(Contact).contact_name
    if case.moment.open:
        if who:
            return t("reach.now_known", "{name} krijgt nu bericht en leest dit gesprek. Dat kan even duren.", name=who)
        return t("reach.now", "Een medewerker krijgt nu bericht en leest dit gesprek. Dat kan even duren.")
    opens = case.world.get(Promised).reads_at
    if who:
        return t("reach.later_known", "We zijn nu dicht. {name} leest dit vanaf {moment}.", name=who, moment=opens)
    return t("reach.later", "We zijn nu dicht. Een medewerker leest dit vanaf {moment}.", moment=opens)


def outside_hours(case: Case) -> Text:
    """Where to turn when we are closed, in the municipality's own words."""
    return own("gemeente.outside_hours", case.moment.gemeente.outside_hours)
