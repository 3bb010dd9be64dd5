"""Welkom: whose chat this is, that a human is near, what happens with data, the language, and the menu.

A deep link (poster, letter, GP, library) opens its own flow after the language is confirmed [002].
"""

from __future__ import annotations

from flows.flow import Flow
from flows.grammar import BACK, LANGUAGE, Case, Choice, OpenCase, Screen, SharedTelephone, Text, jump, t
from flows.reach import on_webchat
from flows.registry import all_flows
from flows.warned import same_promise, standing
from flows.woorden import languages


def _asks_phone(case: Case) -> bool:
    """Once, early, where messages stay behind on the phone; on the web chat only who leaves a number is asked."""
    return not on_webchat(case) and "own_phone" not in case.facts


def _called(case: Case) -> bool:
    return case.below is not None


flow = Flow(
    "welkom",
    start="hello",
    shares=("own_phone",),
    table=[
        ("next", "hello", "own_phone", _asks_phone),
        ("next", "hello", BACK, _called),  # a deep link waits below
        ("next", "hello", "menu"),
        ("shared", "own_phone", "shared"),
        ("next", "own_phone", BACK, _called),
        ("next", "own_phone", "menu"),
        ("next", "shared", BACK, _called),
        ("next", "shared", "menu"),
    ],
)


@flow.screen(needs=(OpenCase,))
def hello(case: Case) -> Screen:
    """The first hello, in the guessed language."""
    gemeente = case.moment.gemeente
    known = case.world.get(OpenCase)
    welcome: tuple[Text, ...] = (
        t("welkom.hello", "Welkom. Ik ben Klopaan, de chat van {gemeente}.", gemeente=gemeente.name),
        t("welkom.hello.person", "Ik ben een computer. Typ ‘mens’ en een medewerker leest met u mee."),
    )
    if known.exists:
        welcome = (_known(known), *welcome)
    warned = standing(case.facts, case.moment)
    promise: tuple[Text, ...] = ()
    if warned is not None and not warned.category.is_danger:  # what was promised may have gone as a notice only
        promise = same_promise(case, warned)
    link: tuple[Text, ...] = ()
    if gemeente.privacy_url:
        link = (t("welkom.hello.link", "Meer over uw gegevens: {url}", url=gemeente.privacy_url),)
    question = t("welkom.hello.language", "In welke taal wilt u praten?")
    mine = case.language
    others = (code for code in gemeente.languages if code != mine)
    return Screen(
        (
            *promise,
            *welcome,
            t(
                "welkom.hello.data",
                "We gebruiken uw berichten alleen om u te helpen. Alleen de mensen die u helpen, lezen ze.",
            ),
            *link,
            question,
        ),
        languages(case, mine, *others),
        saves=LANGUAGE,
        skippable=False,
        why=t("welkom.hello.why", "Dan praten we verder in de taal die u fijn vindt."),
        short=(
            *promise,
            t(
                "welkom.hello.short",
                "Welkom bij de chat van {gemeente}. In welke taal wilt u praten?",
                gemeente=gemeente.name,
            ),
        ),
        beside_dutch=True,
    )


@flow.screen(needs=(OpenCase,))
def menu(case: Case) -> Screen:
    """What is built and switched on."""
    known = case.world.get(OpenCase)
    before: tuple[Text, ...] = (_known(known),) if known.exists else ()
    if "aanmelden" in case.parked:
        before = (*before, t("welkom.menu.parked", "U was nog bezig. Met ‘Ik wil hulp’ gaat u verder waar u was."))
    return Screen(
        (*before, t("welkom.menu", "Waar kunnen we u mee helpen?")),
        tuple(
            Choice(
                found.name,
                found.menu.icon,
                found.menu.label,
                short=found.menu.short,
                words=found.menu.words,
                goes=jump(found.name),
            )
            for found in sorted(all_flows().values(), key=lambda found: found.menu.order if found.menu else 0)
            if found.menu is not None
            and found.name in case.moment.flows
            and (found.menu.when is None or found.menu.when(case.moment.gemeente))
        ),
        why=t("welkom.menu.why", "Dan brengen we u meteen naar wat u zoekt."),
    )


def _known(known: OpenCase) -> Text:
    if known.contact_name:
        return t(
            "welkom.known_contact",
            "Fijn dat u er weer bent. {name} is uw vaste contact.",
            name=known.contact_name,
        )
    return t("welkom.known", "Fijn dat u er weer bent. We kennen u al.")


@flow.screen()
def own_phone(case: Case) -> Screen:
    """Rule 11: asked once; no means neutral messages everywhere."""
    question = (
        t("welkom.own_contact", "Bent u de enige die daar leest of luistert?")
        if case.below is not None and on_webchat(case)
        else t("welkom.own_phone", "Is deze telefoon alleen van u?")
    )
    return Screen(
        question,
        (
            Choice(
                "yes",
                "🔒",
                t("welkom.own_phone.mine", "Ja, alleen ik"),
                words=t(
                    "welkom.own_phone.mine.words",
                    "alleen ik, ik alleen, alleen van mij, van mij alleen, van mij, hem alleen, niemand anders",
                ),
            ),
            Choice(
                "no",
                "👥",
                t("welkom.own_phone.shared", "Nee, we delen dat"),
                event="shared",
                words=t(
                    "welkom.own_phone.shared.words",
                    "we delen hem, delen, gedeeld, samen, kijkt mee, kijken mee, kijkt ook mee, leest mee, lezen mee, "
                    "leest ook mee, niet alleen ik, niet alleen van mij, ook van mijn man, ook van mijn vrouw",
                ),
            ),
        ),
        saves="own_phone",
        why=t("welkom.own_phone.why", "Leest er iemand mee? Dan staat er in ons bericht niets over geld."),
    )


@flow.screen()
def shared(case: Case) -> Screen:
    """What neutral means, and that old messages stay in an app."""
    tip: tuple[Text, ...] = ()
    if not on_webchat(case):
        tip = (t("welkom.shared.clear", "Oude berichten blijven hier staan. U kunt ze zelf verwijderen."),)
    return Screen(
        (
            t("welkom.shared", "Goed dat u het zegt. U krijgt alleen een seintje: er is een bericht voor u."),
            *tip,
        ),
        (Choice("on", "👉", t("welkom.go_on", "Verder"), words=t("welkom.go_on.words", "door, ga door, oké")),),
        effects=(SharedTelephone(),),
    )
