"""How far a translation is: confirmed by a native speaker, a draft, stale since its Dutch changed, or not there.

Each is of one text in one language. What was confirmed is kept with the Dutch that it was confirmed for, so that a
change of either, wherever it comes from (a release, the configuration, the desk), is seen by comparing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TextState = Literal["missing", "draft", "stale", "confirmed"]

#: Texts that may stand in other words at another place (``bot.cards``), which bring their translations along: what was
#: confirmed instead of ours counts for the language as a whole.
ELSEWHERE = ("kaarten.card.",)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done at the desk about one text in one language. ``words`` are the municipality's own (None: the
    standard ones), ``dutch`` what they were made or confirmed for; of the Dutch itself: what they stand in place of.
    ``confirmed`` are the words that a native speaker confirmed; ``taken_back``: that does not hold any more."""

    words: str | None
    dutch: str
    confirmed: str | None = None
    taken_back: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """The words that are said, before anything is filled in, and the Dutch that they were made for. ``whole``: they are
    of a catalog that is confirmed as it is; ``own``: they come from the desk."""

    words: str
    made_for: str
    whole: bool = False
    own: bool = False


def state_of(shown: Shown | None, dutch: str, kept: Kept | None) -> TextState:
    """How far what is ``shown`` is, as a translation of ``dutch``."""
    if shown is None:
        return "missing"
    of_this = kept is not None and kept.dutch == dutch
    if kept is not None and of_this and kept.confirmed == shown.words:
        return "confirmed"
    if shown.made_for != dutch:
        return "stale"
    if shown.whole:
        return "draft" if kept is not None and of_this and kept.taken_back else "confirmed"
    was_confirmed = kept is not None and kept.confirmed is not None
    return "stale" if was_confirmed and not of_this else "draft"
