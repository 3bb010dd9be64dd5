"""What to do and not to do now, beside a crisis that is no danger to life: the card for it, and a human (rule 7)."""

from __future__ import annotations

from flows.grammar import Case, Category, Choice, call, t
from flows.kaarten import to_card

#: The card for a category, where the person's own words told of no situation.
_CARDS = {Category.UTILITIES: "cut_off"}
#: The name under which a crisis screen knows the card that the person's words were about.
CARD = "card"


def card_of(case: Case, category: Category) -> tuple[Choice, ...]:
    """The button to the card, or to all of them where it is not clear which."""
    if category not in (Category.SEIZURE, Category.UTILITIES) or "kaarten" not in case.moment.flows:
        return ()
    name = case.picked(CARD) if category is Category.SEIZURE else _CARDS[category]
    goes = call("kaarten") if name is None else to_card(name)
    label, short = t("crisis.card", "Wat kan ik nu doen?"), t("crisis.card.short", "Tips voor nu")
    words = t(
        "crisis.card.words",
        "wat nu, wat kan ik doen, wat moet ik doen, wat moet ik nu doen, wat kan ik zeggen, wat moet ik zeggen, "
        "wat zeg ik, tips",
    )
    return (Choice("card", "🗣️", label, short=short, words=words, goes=goes, lasting=name is not None),)
