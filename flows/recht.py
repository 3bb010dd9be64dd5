"""Waar heb ik recht op: allowances and local help that people miss, as a short list to take to a human [004] 1.7.3.

Nothing is calculated and nothing promised: what was ticked is looked at together.
"""

from __future__ import annotations

from flows import data
from flows.agenda import Kind, Meetings
from flows.flow import Condition, Flow, Menu
from flows.grammar import BACK, Case, Choice, Gemeente, Record, Screen, Text, call, t, verbatim
from flows.links import links
from flows.local import GROUPS, Right
from flows.woordenlijst import beside_dutch


def rights(gemeente: Gemeente) -> tuple[Right, ...]:
    """All that this municipality has, in the order of the list; its own come last in their group."""
    ours = (
        Right(name, entry["icon"], entry["group"], entry["title"], entry["line"])
        for name, entry in data.load("rights")["right"].items()
        if name not in gemeente.rights_without
    )
    return tuple(sorted((*ours, *gemeente.rights_own), key=lambda right: GROUPS.index(right.group)))


def _has(group: str) -> Condition:
    return lambda case: any(right.group == group for right in rights(case.moment.gemeente))


def _chosen(case: Case) -> tuple[Right, ...]:
    ticked = {name for group in GROUPS for name in case.all(group)}
    return tuple(right for right in rights(case.moment.gemeente) if right.name in ticked)


flow = Flow(
    "recht",
    start="monthly",
    menu=Menu(
        60,
        "🧾",
        t("recht.menu", "Waar heb ik recht op?"),
        short=t("recht.menu.short", "Waar recht op?"),
        words=t("recht.menu.words", "recht, toeslag, toeslagen, regelingen, extra geld, voordeel, tegemoetkoming"),
    ),
    table=[
        ("next", "monthly", "local", _has("local")),
        ("next", "monthly", "daily", _has("daily")),
        ("next", "monthly", "list"),
        ("next", "local", "daily", _has("daily")),
        ("next", "local", "list"),
        ("next", "daily", "list"),
        *(("enough", screen, "list") for screen in GROUPS),
        ("change", "list", "monthly"),
        ("close", "list", BACK),
    ],
)

#: Other names under which people know them.
_ALSO = {
    "zorgtoeslag": t("recht.zorgtoeslag.words", "toeslag voor de zorg, toeslag voor de zorgverzekering"),
    "kindgebonden": t("recht.kindgebonden.words", "kindbudget, kindtoeslag, toeslag voor kinderen"),
    "kinderopvang": t("recht.kinderopvang.words", "opvangtoeslag, toeslag voor de crèche"),
    "bijstand": t("recht.bijstand.words", "bijzondere hulp"),
}
_WHY = t("recht.why", "Veel mensen missen geld waar ze recht op hebben. Uw medewerker ziet dit lijstje ook.")


def _group(case: Case, *opening: Text) -> Screen:
    shown = [right for right in rights(case.moment.gemeente) if right.group == case.screen]
    return Screen(
        (*opening, *(_line(case, right) for right in shown)),
        tuple(
            Choice(
                right.name,
                right.icon,
                beside_dutch(case, right.title),
                short=right.title,
                words=_ALSO.get(right.name),
            )
            for right in shown
        ),
        saves=case.screen,
        many=True,
        enough=True,
        why=_WHY,
    )


def _line(case: Case, right: Right) -> Text:
    return t(
        "recht.line",
        "{icon} {title}: {line}",
        icon=verbatim(right.icon),
        title=beside_dutch(case, right.title),
        line=right.line,
    )


@flow.screen()
def monthly(case: Case) -> Screen:
    """Money from the state."""
    return _group(
        case,
        t("recht.start", "Veel mensen lopen geld mis. Wat wilt u samen laten nakijken?"),
        t("recht.start.how", "Kies wat u nog niet heeft, of niet zeker weet. U mag alles overslaan."),
    )


@flow.screen()
def local(case: Case) -> Screen:
    """Help of the municipality itself."""
    return _group(case, t("recht.local", "En deze hulp van de gemeente? Kies wat u wilt laten nakijken."))


@flow.screen()
def daily(case: Case) -> Screen:
    """Help with daily life."""
    return _group(case, t("recht.daily", "Wat zou u nog meer helpen? Kies gerust."))


@flow.screen(needs=(Meetings,))
def list_(case: Case) -> Screen:
    """What was ticked, to take along; the caseworker has it on file, in Dutch."""
    chosen = _chosen(case)
    if not chosen:
        return Screen(
            (
                t("recht.none", "U heeft niets gekozen. Dat mag."),
                t("recht.none.later", "Weet u het niet zeker? Een medewerker kijkt het graag met u na."),
                *links(case, "recht"),
            ),
            (_together(case), _CHANGE, _CLOSE),
            why=_WHY,
        )
    return Screen(
        (
            t("recht.list", "Dit is uw lijstje om mee te nemen:"),
            *(
                part
                for right in chosen
                for part in (
                    t(
                        "recht.item",
                        "{icon} {title}",
                        icon=verbatim(right.icon),
                        title=beside_dutch(case, right.title),
                    ),
                    *links(case, f"recht.{right.name}"),
                )
            ),
            t("recht.maybe", "Misschien heeft u er recht op. Samen zoeken we dat uit."),
            t("recht.on_file", "Uw medewerker ziet dit lijstje ook. U hoeft niets te onthouden."),
            *links(case, "recht"),
        ),
        (_together(case), _CHANGE, _CLOSE),
        why=_WHY,
        effects=(Record("rights", {"list": ", ".join(right.title.msgid for right in chosen)}),),
    )


_CHANGE = Choice(
    "change",
    "✏️",
    t("recht.change", "Iets veranderen"),
    event="change",
    words=t("recht.change.words", "veranderen, wijzigen, klopt niet, nog iets"),
)
_CLOSE = Choice(
    "close",
    "👌",
    t("recht.close", "Zo is het goed"),
    event="close",
    words=t("recht.close.words", "goed, prima, klaar, oké, dat is alles"),
)


def _together(case: Case) -> Choice:
    """An appointment to go through papers, where someone of the team offers that; else any."""
    papers = Kind.PAPERS in case.world.get(Meetings).kinds
    goes = call("afspraak", "day", kind=Kind.PAPERS.value) if papers else call("afspraak")
    return Choice(
        "together",
        "🤝",
        t("recht.together", "Samen nakijken"),
        words=t("recht.together.words", "samen, afspraak, nakijken, ja graag"),
        goes=goes,
    )
