"""A code of another conversation that came in: the screens of *kanalen* that ask whether it is the person's own."""

from __future__ import annotations

from flows.grammar import Case, Choice, RefuseCode, Screen, t

GO_ON = Choice("on", "👉", t("kanalen.go_on", "Verder"), words=t("kanalen.go_on.words", "door, ga door, oké, klaar"))
#: Where a code waits for a yes, and the button that says it: the shell joins on it.
JOINING = ("kanalen", "joining")
JOIN_ANSWERS = (
    Choice(
        "yes",
        "✅",
        t("kanalen.joining.yes", "Ja, zelf gemaakt"),
        event="yes",
        words=t("kanalen.joining.yes.words", "zelf gemaakt, van mij, ja van mij, dat ben ik"),
    ),
    Choice(
        "no",
        "✋",
        t("kanalen.joining.no", "Nee, niet van mij"),
        event="no",
        words=t("kanalen.joining.no.words", "niet van mij, niet zelf gemaakt, gekregen, van iemand anders"),
    ),
)
JOIN_YES = "kanalen.joining:yes"
JOIN_NO = "kanalen.joining:no"
NOT_JOINED = t("kanalen.not_joined", "Goed dat u het zegt. Er is niets samengevoegd. De code werkt niet meer.")


def joining(case: Case) -> Screen:
    """Whoever made the code reads along from then on; so nothing is joined because of a link that somebody sent."""
    return Screen(
        (
            t("kanalen.joining", "Deze code hoort bij een ander gesprek. Heeft u die code net zelf gemaakt?"),
            t("kanalen.joining.one", "Dan maken we er één gesprek van."),
            t(
                "kanalen.joining.careful",
                "Heeft iemand anders u de code gestuurd? Kies dan nee: die persoon zou uw berichten kunnen lezen.",
            ),
        ),
        JOIN_ANSWERS,
        why=t("kanalen.joining.why", "Zo leest niemand mee die dat niet mag."),
    )


def not_joined(case: Case) -> Screen:
    """The code of someone else joins nothing, here or elsewhere."""
    return Screen(NOT_JOINED, (GO_ON,), effects=(RefuseCode(),))


def not_yet(case: Case) -> Screen:
    """A yes in words that may mean something else: the code can be typed again."""
    return Screen(
        (
            t("kanalen.not_yet", "Er is nog niets samengevoegd."),
            t("kanalen.not_yet.again", "Heeft u de code zelf gemaakt? Typ hem dan nog een keer."),
        ),
        (GO_ON,),
        why=t("kanalen.joining.why", "Zo leest niemand mee die dat niet mag."),
    )
