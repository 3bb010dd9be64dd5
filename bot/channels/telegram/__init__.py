"""Telegram, over its Bot API: only imported where a municipality has it, for the library takes 13 MB.

`TelegramChannel` sends; `run` keeps what comes in coming, by polling or by the webhook that `setup` adds.
"""

from __future__ import annotations

import logging
import os

# The library reads it whenever it makes a ``RetryAfter``: a timedelta, as it will be for everyone.
os.environ.setdefault("PTB_TIMEDELTA", "1")
# It logs answers that it cannot read as they came, with whatever a person said in them.
logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)

from bot.channels.telegram.channel import TelegramChannel  # noqa: E402 - after what it needs to know
from bot.channels.telegram.receiving import run, setup  # noqa: E402

__all__ = ["TelegramChannel", "run", "setup"]
