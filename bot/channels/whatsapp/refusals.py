"""What the Cloud API's error codes mean for a message. The code decides, never its title or its HTTP status.

Source: WhatsApp Business Platform, "Error codes". The same table serves what a request is answered and what a status
tells of a message afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError


@dataclass(frozen=True, slots=True)
class Meaning:
    """``kind`` of error to raise, with our ``code`` (bot.errors)."""

    kind: type[DeliveryError]
    code: str


#: The whole number cannot send, whoever it is for: everything waits, and the operator hears of it.
_TOKEN = Meaning(ChannelDownError, "token")
_PAYMENT = Meaning(ChannelDownError, "payment")
#: Too fast or out of order there: the same again later.
_BUSY = Meaning(TemporaryDeliveryError, "busy")
_PAIR_RATE = Meaning(TemporaryDeliveryError, "pair_rate")
_PLATFORM = Meaning(TemporaryDeliveryError, "platform")
#: Never in this way: another channel or a human.
_WINDOW_CLOSED = Meaning(PermanentDeliveryError, "window_closed")
_UNDELIVERABLE = Meaning(PermanentDeliveryError, "undeliverable")
_WITHHELD = Meaning(PermanentDeliveryError, "withheld")
_BLOCKED = Meaning(PermanentDeliveryError, "blocked")
_OPTED_OUT = Meaning(PermanentDeliveryError, "opted_out")
_TEMPLATE = Meaning(PermanentDeliveryError, "template")
_REJECTED = Meaning(PermanentDeliveryError, "rejected")

_BY_CODE: Mapping[int, Meaning] = MappingProxyType(
    {
        # -- the account: the operator mends it in the WhatsApp manager, and nothing is lost meanwhile
        0: _TOKEN,  # the app user could not be authenticated
        3: _TOKEN,  # the app lacks the capability
        10: _TOKEN,  # permission not granted, or taken away
        190: _TOKEN,  # the access token expired
        368: _TOKEN,  # the account is restricted for violating a policy
        131005: _TOKEN,  # access denied
        131031: _TOKEN,  # the account is locked
        131045: _TOKEN,  # the number's registration is wrong
        133010: _TOKEN,  # the number is not registered
        **dict.fromkeys(range(200, 300), _TOKEN),  # permissions
        131042: _PAYMENT,  # nothing to pay with
        # -- rates: slower
        4: _BUSY,  # calls of the app
        80007: _BUSY,  # calls of the account
        130429: _BUSY,  # messages a second of the number
        131056: _PAIR_RATE,  # messages to this person: waits 4^n seconds
        # -- their side: again
        1: _PLATFORM,  # unknown
        2: _PLATFORM,  # down or overloaded
        131000: _PLATFORM,  # unknown
        131016: _PLATFORM,  # a service is not there
        131057: _PLATFORM,  # the account is being worked on
        # -- the person: never again in this way
        131047: _WINDOW_CLOSED,  # 24 hours after their last message: only a template
        131026: _UNDELIVERABLE,  # no WhatsApp, or too old a one: another channel, or a human
        131030: _UNDELIVERABLE,  # a test number that is not on the list
        131062: _UNDELIVERABLE,  # this cannot go to an address without a telephone number
        130472: _WITHHELD,  # the person is in an experiment of the platform's
        131048: _WITHHELD,  # too many were reported as spam: stop, and tell the desk
        131049: _WITHHELD,  # withheld to keep people from too many messages
        130403: _BLOCKED,  # the person blocked us: an opt-out
        131050: _OPTED_OUT,  # the person wants no such messages: an opt-out
        # -- a template of ours: the operator mends it, a human takes the message on
        132000: _TEMPLATE,  # another number of values
        132001: _TEMPLATE,  # does not exist in this language, or is not approved
        132005: _TEMPLATE,  # too long with its values
        132007: _TEMPLATE,  # against the policy
        132012: _TEMPLATE,  # values of another form
        132015: _TEMPLATE,  # paused
        132016: _TEMPLATE,  # disabled
        132018: _TEMPLATE,  # values that it does not take
    }
)

#: What the operator has to mend. The rest is between the platform and one person, or passes by itself.
OPERATORS = frozenset({"token", "payment", "template", "certificate"})


def meaning(code: int | None, status: int) -> Meaning:
    """What an error of this ``code`` means; None when the answer named none, as of a proxy that stands in between."""
    known = None if code is None else _BY_CODE.get(code)
    if known is not None:
        return known
    if status == 401:
        return _TOKEN
    if status == 429:
        return _BUSY
    if status >= 500 or code is None:
        return _PLATFORM
    return _REJECTED


def reason(code: int | None) -> str:
    """Why a message that was taken failed afterwards, as our code."""
    return (_UNDELIVERABLE if code is None else meaning(code, 400)).code
