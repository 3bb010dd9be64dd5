"""Everything that Klopaan raises on purpose, as one tree.

    KlopaanError
    ├── ConfigError        the configuration is wrong: findings in words, all at once
    ├── Refused            a coded refusal of something that was asked for; not a bug
    └── DeliveryError      something could not be brought to where it had to go
        ├── TemporaryDeliveryError   try again
        │   └── ChannelDownError     the whole channel does not work: no message of it is tried until it does
        └── PermanentDeliveryError   trying again does not help

A message defaults to the first line of the docstring. No message ever holds personal data or a secret (invariant 4):
codes, keys of the configuration and counts only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta


class KlopaanError(Exception):
    """Something went wrong in Klopaan."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or type(self).__name__).strip().splitlines()[0])


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the configuration: which key (``table.key``), what is wrong, and what to do about it."""

    key: str
    problem: str
    advice: str

    def __str__(self) -> str:
        return f"{self.key}: {self.problem} {self.advice}".rstrip()


class ConfigError(KlopaanError):
    """The configuration is not usable as it is."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings) or None)


class Refused(KlopaanError):
    """This cannot be done, for the reason that the code names."""

    def __init__(self, code: str, message: str | None = None) -> None:
        #: Stable and machine-readable, such as ``slot_taken``; what people read is made from it elsewhere.
        self.code = code
        super().__init__(message or f"Refused: {code}.")


class DeliveryError(KlopaanError):
    """It could not be delivered."""

    def __init__(self, code: str, message: str | None = None) -> None:
        #: Stable and machine-readable; stored as ``outbox.reason`` or ``alarm.last_error``.
        self.code = code
        super().__init__(message or f"Not delivered: {code}.")


class TemporaryDeliveryError(DeliveryError):
    """It could not be delivered now; ``retry_after`` is what the other side asks for, if anything."""

    def __init__(self, code: str, message: str | None = None, *, retry_after: timedelta | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(code, message)


class ChannelDownError(TemporaryDeliveryError):
    """Nothing can be delivered through this channel now, whoever it is for (a token that was withdrawn, say)."""


class PermanentDeliveryError(DeliveryError):
    """It can never be delivered in this way."""
