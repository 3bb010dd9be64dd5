"""What a deep link carries, in the one word that platforms pass on with it (64 of ``A-Za-z0-9_-`` on Telegram).

``flow--source``, ``flow`` or ``--source`` opens a flow and tells where the person came from; ``flow-place`` opens it at
a place that has a name of its own (``kaarten-bailiff``). ``code-7K3D9QX2MF`` joins the channel to a conversation that
there is, as if the code were typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from bot import identity
from flows.grammar import Opened, Typed

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_CODE, _BETWEEN = "code-", "--"


def read(payload: str, flows: Collection[str], hint: str | None = None) -> Opened | Typed:
    """What someone who followed the link said; a link that is old, cut off or made up just opens the conversation."""
    if payload.startswith(_CODE):
        code = identity.read_code(payload.removeprefix(_CODE))
        return Typed(code) if code else Opened(hint=hint)
    named, _, source = payload.partition(_BETWEEN)
    flow, place = find(named, flows)
    return Opened(flow=flow, source=source if _NAME.fullmatch(source) else None, hint=hint, place=place)


def find(named: str, flows: Collection[str]) -> tuple[str | None, str]:
    """The flow that is meant, if it is here, and the place in it, if any."""
    flow, _, place = named.partition("-")
    return (flow, place) if flow in flows else (None, "")


def payload(flow: str = "", source: str = "") -> str:
    """The word for such a link. Raises ``ValueError`` for a name that no link can carry."""
    for name in filter(None, (flow, source)):
        if not _NAME.fullmatch(name):
            raise ValueError("a name in a link is at most 40 letters, digits, _ and -")
    return f"{flow}{_BETWEEN}{source}" if source else flow


def joining(code: str) -> str:
    """The word for a link that joins with this code."""
    return _CODE + code.replace("-", "")
