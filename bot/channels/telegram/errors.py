"""What the platform refuses, in our codes."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.channels.telegram.request import Certificate, Unavailable, Unreachable
from bot.errors import ChannelDownError, DeliveryError, PermanentDeliveryError, TemporaryDeliveryError

#: A message is refused for good for these reasons; a part of the platform's words, in small letters → our code.
#: The wording is that of github.com/tdlib/telegram-bot-api, which has no codes of its own.
_REFUSALS = (
    ("blocked by the user", "blocked"),
    ("user is deactivated", "deactivated"),
    ("chat not found", "undeliverable"),
    ("can't initiate conversation", "undeliverable"),
    ("peer_id_invalid", "undeliverable"),
    ("user not found", "undeliverable"),
    ("too big", "too_big"),
    ("too large", "too_big"),
    ("file_id", "gone"),
)
#: It says so of a file that cannot be had now as of one that never can.
_PASSING = "temporarily unavailable"


def translated(error: TelegramError) -> DeliveryError:
    """Our error for the library's. ``BadRequest`` and ``TimedOut`` are ``NetworkError`` to it, so the order counts."""
    words = error.message.lower()
    match error:
        case RetryAfter():
            after = error.retry_after
            return TemporaryDeliveryError(
                "busy", retry_after=after if isinstance(after, timedelta) else timedelta(seconds=after)
            )
        case InvalidToken():
            return ChannelDownError("token")
        case Conflict():
            return ChannelDownError("conflict")
        case Certificate():
            return ChannelDownError("certificate")
        case Unreachable():
            return ChannelDownError("unreachable")
        case Unavailable():
            return TemporaryDeliveryError("platform")
        case TimedOut():
            return TemporaryDeliveryError("timeout")
        case BadRequest() if _PASSING in words:
            return TemporaryDeliveryError("platform")
        case Forbidden() | BadRequest():
            return PermanentDeliveryError(_refusal(words) or "rejected")
    if words.startswith("too many requests"):
        return TemporaryDeliveryError("busy")
    if _refusal(words) == "too_big":  # a status of its own, 413
        return PermanentDeliveryError("too_big")
    return TemporaryDeliveryError("platform")


def _refusal(words: str) -> str | None:
    return next((code for part, code in _REFUSALS if part in words), None)
