"""The table of a municipality's TOML file that says how long what is kept; what each term counts from, and what goes
when it is over, is in ``bot.privacy.retention_rules``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.config.reading import Section, key, number
from bot.errors import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention(Section):
    """``[retention]``: whole months, or days where the name says so."""

    #: What was said and sent; shorter than the file (AVG art. 5 (1) (e): no longer than its purpose asks).
    chat_months: int = key(number(1, 120), 12)
    #: Whoever never signed up, after the last contact.
    visitor_months: int = key(number(1, 36), 6)
    #: Answers of a sign-up (or any talk) that was left half-way, of whoever never signed up.
    unfinished_months: int = key(number(1, 36), 3)
    #: The file, after the day of the decision that ended the help. Five years is what many municipalities keep; what
    #: holds is the municipality's own selection list (Archiefwet), which says it for the outcome of the help.
    file_months: int = key(number(6, 240), 60)
    #: Early signals about nobody that we know.
    signal_months: int = key(number(1, 24), 6)
    #: That someone was asked for a grade; remarks that are nobody's, as many after the year of which they are.
    rating_months: int = key(number(1, 60), 12)
    #: How messages went out, files that could not be fetched, what was planned and is over.
    delivery_days: int = key(number(30, 365), 90)
    #: Personal links, sessions and sign-ins that no longer open anything.
    access_days: int = key(number(1, 365), 30)
    #: What people asked of their data, after it was done (accountability, AVG art. 5 (2)).
    request_months: int = key(number(12, 120), 60)
    #: Who looked into which file (BIO2 8.15, NEN 7513 keeps such a record at least five years).
    look_months: int = key(number(12, 240), 60)
    #: What the runs of retention did.
    report_months: int = key(number(12, 120), 36)

    def findings(self, path: str) -> Iterable[Finding]:
        """Answers half-way are of a visitor, and the chat is shorter than the file."""
        if self.unfinished_months > self.visitor_months:
            advice = f"Write at most visitor_months: {self.visitor_months}."
            yield Finding(f"{path}.unfinished_months", "is longer than the visitor is kept.", advice)
        if self.chat_months > self.file_months:
            yield Finding(f"{path}.chat_months", "is longer than the file.", f"Write at most {self.file_months}.")
