"""What each channel can show, in one table.

Lengths are UTF-16 code units: Telegram counts so, WhatsApp does not say, and it is never fewer than characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

#: "No limit" for a channel that is ours: far above any text or list that a flow has.
AMPLE = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one channel; a ``…_label`` holds the icon, a space and the words."""

    channel: str
    text: int  # a message of text alone
    text_with_buttons: int  # a message that carries buttons or a list
    caption: int  # the words under a picture or file
    buttons: int  # reply buttons under one message
    button_label: int
    rows: int  # rows of a list, in all
    row_label: int
    row_description: int  # small print under a row, for the whole label where the row has the short form
    data_bytes: int  # UTF-8 bytes of what a button sends back
    boxes: bool  # several boxes can be ticked and sent together
    receipts: bool = False  # the platform tells what became of a message that it took
    calendar: bool = False  # takes calendar files
    window: timedelta | None = None  # since the person wrote: outside it only what was approved beforehand


#: Our own page: the browser wraps what is long.
WEBCHAT = Limits(
    channel="webchat",
    text=AMPLE,
    text_with_buttons=AMPLE,
    caption=AMPLE,
    buttons=AMPLE,
    button_label=AMPLE,
    rows=AMPLE,
    row_label=AMPLE,
    row_description=AMPLE,
    data_bytes=AMPLE,
    boxes=True,
)

#: Bot API: sendMessage ``text`` 1-4096 after entities, ``caption`` 0-1024, ``callback_data`` 1-64 bytes; a keyboard
#: holds at most 100 buttons. A label has no documented limit, but a phone shows about 40 in a row of one button and
#: cuts the rest off.
TELEGRAM = Limits(
    channel="telegram",
    text=4096,
    text_with_buttons=4096,
    caption=1024,
    buttons=100,
    button_label=40,
    rows=0,
    row_label=0,
    row_description=0,
    data_bytes=64,
    boxes=False,
    calendar=True,
)

#: Cloud API: text ``body`` 4096; interactive ``body`` 1024; at most 3 reply buttons with ``title`` 20 and ``id`` 256;
#: lists of at most 10 rows over all sections with ``title`` 24, ``description`` 72 and ``id`` 200 (the smaller ``id``
#: holds for both, so that a button may become a row); media ``caption`` 1024. The customer service window is 24 hours
#: from each message of the person; outside it only templates (error 131047).
WHATSAPP = Limits(
    channel="whatsapp",
    text=4096,
    text_with_buttons=1024,
    caption=1024,
    buttons=3,
    button_label=20,
    rows=10,
    row_label=24,
    row_description=72,
    data_bytes=200,
    boxes=False,
    receipts=True,
    window=timedelta(hours=24),
)

#: E-mail: text only, and no answer to it; what can be tapped is behind the link.
EMAIL = Limits(
    channel="email",
    text=AMPLE,
    text_with_buttons=AMPLE,
    caption=AMPLE,
    buttons=0,
    button_label=0,
    rows=0,
    row_label=0,
    row_description=0,
    data_bytes=AMPLE,
    boxes=False,
    calendar=True,
)

LIMITS: Mapping[str, Limits] = MappingProxyType(
    {limits.channel: limits for limits in (WEBCHAT, TELEGRAM, WHATSAPP, EMAIL)}
)
