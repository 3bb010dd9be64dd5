"""Naasten: family, a friend or a volunteer reads along, or writes along [000] [002]. Asked in private, for a time that
the person chooses; ended with one tap, of which the other one hears nothing.
"""

from __future__ import annotations

from datetime import timedelta

from flows.flow import Flow, Lasting, Menu, Read
from flows.grammar import BACK, Case, Choice, Gemeente, Moment, Screen, Text, call, t, verbatim
from flows.helpers import (
    DAYS,
    LONGEST_NAME,
    MOST,
    EndHelper,
    EndHelpers,
    Helper,
    Helpers,
    Invitation,
    Invite,
    May,
)
from flows.reach import on_webchat


def has_page(gemeente: Gemeente) -> bool:
    """Whether who helps has a place to read along."""
    return "webchat" in gemeente.channels  # who helps reads along there


#: In the menu. Not who helps them: that would be read as who their caseworker is.
LABEL = t("naasten.menu", "Laat iemand meelezen")

flow = Flow(
    "naasten",
    start="alone",
    menu=Menu(
        75,
        "🤝",
        LABEL,
        words=t(
            "naasten.menu.words",
            "wie helpt mij, meelezen, meelezer, laten meelezen, iemand laten meelezen, meekijken, hulp van familie, "
            "stop meelezen, wie leest mee",
        ),
        when=has_page,
        resume=False,
    ),
    lasting={
        "stopped": Lasting("helper", t("naasten.stop_one", "Stop {name}", name=verbatim("…")), held="stopped_held"),
    },
    table=[
        ("yes", "alone", "list"),
        ("stop_all", "alone", "all_stopped"),
        ("later", "alone", BACK),
        ("add", "list", "name"),
        ("link", "list", "link"),
        ("close", "list", BACK),
        ("next", "name", "may"),
        ("next", "may", "how_long"),
        ("next", "how_long", "agree"),
        ("yes", "agree", "invited"),
        ("keep", "*", "list"),
        ("closed", "*", "list"),  # which says that it is not possible now
        ("full", "*", "list"),
        ("link", "invited", "link"),
        ("next", "link", "list"),
        ("next", "stopped", BACK),
        ("next", "all_stopped", BACK),
    ],
)

_GO_ON = Choice("on", "👉", t("naasten.go_on", "Verder"), words=t("naasten.go_on.words", "door, ga door, oké, klaar"))
_KEEP = Choice("keep", "↩️", t("naasten.keep", "Toch niet"), event="keep")
_ADD = Choice(
    "add", "➕", t("naasten.add", "Iemand erbij"), event="add", words=t("naasten.add.words", "erbij, nieuw, toevoegen")
)
_CLOSE = Choice(
    "close",
    "👌",
    t("naasten.close", "Zo is het goed"),
    event="close",
    words=t("naasten.close.words", "niets, klaar, goed, prima, verder"),
)
_LINK = Choice(
    "link",
    "🔗",
    t("naasten.link_button", "Geef mij de link"),
    event="link",
    words=t("naasten.link_button.words", "link"),
)


# ---- in private ----------------------------------------------------------------------------------------------------


_ALONE = t("naasten.alone.ask", "Bent u nu alleen, en kijkt er niemand mee?")


@flow.screen(needs=(Helpers,))
def alone(case: Case) -> Screen:
    """Before anything is shown: nobody may stand beside them, or read along on a telephone that is shared."""
    page = case.world.get(Helpers).page
    shared: tuple[Text, ...] = ()
    if case.facts.get("own_phone") == "no" and not on_webchat(case):
        shared = (
            t(
                "naasten.alone.shared",
                "U deelt deze telefoon. Op onze website kan dit veiliger. Daar staat uw gesprek ook: {page}",
                page=page,
            ),
        )
    return Screen(
        (
            t("naasten.alone", "Hier kiest u wie er met u meeleest."),
            *shared,
            _ALONE,
        ),
        (
            Choice(
                "yes",
                "✅",
                t("naasten.alone.yes", "Ja, ik ben alleen"),
                event="yes",
                words=t("naasten.alone.yes.words", "ja, alleen, niemand kijkt mee"),
            ),
            Choice(
                "later",
                "⏳",
                t("naasten.alone.no", "Nee, liever later"),
                event="later",
                words=t("naasten.alone.no.words", "nee, later, niet nu"),
            ),
            Choice(
                "stop_all",
                "✋",
                t("naasten.alone.stop", "Stop het meelezen"),
                event="stop_all",
                words=t("naasten.alone.stop.words", "stop meelezen, niemand mag meelezen, alles stoppen"),
            ),
        ),
        short=_ALONE,
        why=t("naasten.alone.why", "Zo kiest u het zelf, zonder dat iemand meekijkt."),
    )


@flow.screen(needs=(Helpers,))
def list_(case: Case) -> Screen:
    """Who reads along, until when, and the tap that ends it."""
    known = case.world.get(Helpers)
    if known.closed:  # in a danger nobody is let in, and nothing of it is shown
        return Screen(
            t("naasten.not_now", "Dit kan nu even niet. Probeer het later nog eens, of vraag het aan uw medewerker."),
            (_CLOSE,),
            sensitive=True,
        )
    helpers = known.helpers
    lines = tuple(_line(number, one) for number, one in enumerate(helpers, 1))
    stops = tuple(_stop(number, one) for number, one in enumerate(helpers, 1))
    again = (_LINK,) if any(not one.opened for one in helpers) else ()
    return Screen(
        (t("naasten.list", "Zij helpen u nu:"), *lines)
        if helpers
        else (
            t("naasten.list.none", "Er leest nu niemand met u mee."),
            t("naasten.list.who", "Een vriend, familie of vrijwilliger kan u helpen. U kiest zelf wie."),
        ),
        (
            *stops,
            *again,
            *((_ADD,) if len(helpers) < MOST else ()),
            _CLOSE,
        ),
        short=_in_short(helpers, lines),
        sensitive=True,
        why=t("naasten.list.why", "U beslist wie meeleest, en hoe lang."),
    )


def _in_short(helpers: tuple[Helper, ...], lines: tuple[Text, ...]) -> tuple[Text, ...]:
    if len(helpers) > 2:
        return (
            t(
                "naasten.list.count",
                "{count, plural, one {# mens helpt} other {# mensen helpen}} u nu, tot en met {until}.",
                count=len(helpers),
                until=max(one.until for one in helpers),
            ),
        )
    return lines or (t("naasten.list.none", "Er leest nu niemand met u mee."),)


def _line(number: int, one: Helper) -> Text:
    name = verbatim(one.name)
    if not one.opened:
        return t("naasten.line.invited", "{number}. {name}: heeft de link nog niet geopend.", number=number, name=name)
    if one.may == "act":
        return t(
            "naasten.line.act",
            "{number}. {name}: leest mee en mag meeschrijven, tot en met {until}.",
            number=number,
            name=name,
            until=one.until,
        )
    return t(
        "naasten.line.follow",
        "{number}. {name}: leest mee tot en met {until}.",
        number=number,
        name=name,
        until=one.until,
    )


def _stop(number: int, one: Helper) -> Choice:
    return Choice(
        f"stop{one.id}",
        "✋",
        t("naasten.stop_one", "Stop {name}", name=verbatim(one.name)),
        short=t("naasten.stop_one.short", "Stop nummer {number}", number=number),
        goes=call("naasten", "stopped", helper=one.id),
        lasting=True,
    )


# ---- someone new ---------------------------------------------------------------------------------------------------


@flow.screen()
def name(case: Case) -> Screen:
    """What the person calls them; they see it too, to know that the link is theirs."""
    return Screen(
        t("naasten.name", "Hoe noemt u deze persoon? Een voornaam is genoeg."),
        (_KEEP,),
        saves="name",
        free=True,
        skippable=False,
        sensitive=True,
        why=t("naasten.name.why", "Dan weet u steeds wie er meeleest. De ander ziet deze naam ook."),
    )


@flow.reads("name", counts=True)
def read_name(text: str, moment: Moment) -> Read | None:
    """A name: short, on one line, and no address of a page."""
    words = " ".join(text.split())
    if not words or len(words) > LONGEST_NAME or "://" in words or "@" in words:
        return None
    return Read({"text": words})


def _called(case: Case) -> Text:
    return verbatim(case.told("name") or "")


@flow.screen()
def may(case: Case) -> Screen:
    """Reading along, or writing along too."""
    return Screen(
        t("naasten.may", "Wat mag {name}?", name=_called(case)),
        (
            Choice(
                "follow",
                "👀",
                t("naasten.may.follow", "Alleen meelezen"),
                words=t("naasten.may.follow.words", "lezen, meelezen, kijken"),
            ),
            Choice(
                "act",
                "✍️",
                t("naasten.may.act", "Ook meeschrijven"),
                words=t("naasten.may.act.words", "schrijven, meeschrijven, antwoorden, alles, allebei"),
            ),
            _KEEP,
        ),
        saves="may",
        skippable=False,
        sensitive=True,
        why=t("naasten.may.why", "Wie meeschrijft, kan helpen met afspraken en vragen."),
    )


@flow.screen()
def how_long(case: Case) -> Screen:
    """Never without an end."""
    return Screen(
        t("naasten.how_long", "Hoe lang mag {name} dat?", name=_called(case)),
        (
            Choice("7", "🗓️", t("naasten.days.7", "Een week"), words=t("naasten.days.7.words", "week, 1 week, kort")),
            Choice("30", "🌙", t("naasten.days.30", "Een maand"), words=t("naasten.days.30.words", "maand, 1 maand")),
            Choice(
                "90",
                "🍂",
                t("naasten.days.90", "Drie maanden"),
                words=t("naasten.days.90.words", "3 maanden, kwartaal"),
            ),
            _KEEP,
        ),
        saves="days",
        skippable=False,
        sensitive=True,
        why=t("naasten.how_long.why", "Daarna stopt het vanzelf. U kunt het dan opnieuw kiezen."),
    )


def _days(case: Case) -> int:
    picked = case.picked("days")
    return next((days for days in DAYS if str(days) == picked), DAYS[0])


def _may(case: Case) -> May:
    return "act" if case.picked("may") == "act" else "follow"


@flow.screen()
def agree(case: Case) -> Screen:
    """The consent: what the other one sees, what never, until when."""
    until = case.moment.now.date() + timedelta(days=_days(case))
    name = _called(case)
    return Screen(
        (
            t("naasten.agree", "{name} leest mee, tot en met {until}.", name=name, until=until)
            if _may(case) == "follow"
            else t("naasten.agree.act", "{name} leest en schrijft mee, tot en met {until}.", name=name, until=until),
            t(
                "naasten.agree.sees",
                "{name} ziet de berichten over uw afspraken, uitleg en tips. En wat u en uw medewerker schrijven.",
                name=name,
            ),
            t("naasten.agree.sees_more", "Ook hoe ver u bent, en waar u misschien recht op heeft."),
            t(
                "naasten.agree.never",
                "Niet te zien zijn: oude berichten, foto's, uw aanmelding, uw codes en berichten over nood.",
            ),
            t("naasten.agree.end", "Stoppen kan altijd, met één tik. De ander krijgt daar geen bericht van."),
            t("naasten.agree.ask", "Is dat goed?"),
        ),
        (
            Choice(
                "yes",
                "✅",
                t("naasten.agree.yes", "Ja, dat wil ik"),
                event="yes",
                words=t("naasten.agree.yes.words", "ja, goed, oké, prima, akkoord"),
            ),
            _KEEP,
        ),
        short=(
            t("naasten.agree", "{name} leest mee, tot en met {until}.", name=name, until=until)
            if _may(case) == "follow"
            else t("naasten.agree.act", "{name} leest en schrijft mee, tot en met {until}.", name=name, until=until),
            t("naasten.agree.ask", "Is dat goed?"),
        ),
        sensitive=True,
        beside_dutch=True,
        why=t("naasten.agree.why", "Uw gesprek is van u. Zonder uw ja leest niemand mee."),
    )


@flow.screen()
def invited(case: Case) -> Screen:
    """Kept. The link goes from hand to hand: we know no address of the helper's, and want none."""
    return Screen(
        (
            t("naasten.invited", "Dat is geregeld. U geeft {name} zelf een link.", name=_called(case)),
            t("naasten.invited.us", "Wij sturen {name} niets.", name=_called(case)),
        ),
        (_LINK, Choice("close", "⏳", t("naasten.invited.later", "Dat doe ik later"), goes=BACK)),
        sensitive=True,
        effects=(Invite(case.told("name") or "", _may(case), _days(case)),),
    )


@flow.screen(needs=(Invitation,))
def link(case: Case) -> Screen:
    """A link that one browser opens, once."""
    found = case.world.get(Invitation)
    name = verbatim(found.name)
    if found.link is None and found.name:
        return Screen(
            (
                t("naasten.link.given", "De link voor {name} staat hierboven.", name=name),
                t("naasten.link.new", "Wilt u een nieuwe? Kies dan ‘Verder’."),
            ),
            (_GO_ON,),
            sensitive=True,
        )
    if found.link is None:
        return Screen(
            t("naasten.link.none", "Er is nu niemand die nog een link nodig heeft."), (_GO_ON,), sensitive=True
        )
    given = t("naasten.link", "Dit is de link voor {name}: {link}", name=name, link=found.link)
    once = t(
        "naasten.link.once",
        "De link werkt één keer, en {days, plural, one {# dag} other {# dagen}}. Geef hem alleen aan {name}.",
        days=found.days,
        name=name,
    )
    old = (t("naasten.link.old", "Een eerdere link werkt nu niet meer."),) if found.again else ()
    return Screen((given, once, *old), (_GO_ON,), short=(given, *(old or (once,))), sensitive=True)


# ---- no more -------------------------------------------------------------------------------------------------------


@flow.screen(needs=(Helpers,))
def stopped(case: Case) -> Screen:
    """One tap, and it is over; who helped hears nothing of it."""
    return _stopped(case, (_GO_ON,))


@flow.screen(needs=(Helpers,))
def stopped_held(case: Case) -> Screen:
    """The same, while a human holds the conversation."""
    return _stopped(case, ())


def _stopped(case: Case, choices: tuple[Choice, ...]) -> Screen:
    number = case.answers.get("helper")
    found = case.world.get(Helpers).find(number)
    if found is None or not isinstance(number, int):
        return Screen(t("naasten.stopped.gone", "Deze persoon leest niet mee."), choices, sensitive=True)
    return Screen(
        t(
            "naasten.stopped",
            "Goed. {name} leest niet meer mee. {name} krijgt daar geen bericht van.",
            name=verbatim(found.name),
        ),
        choices,
        sensitive=True,
        effects=(EndHelper(number),),
    )


@flow.screen()
def all_stopped(case: Case) -> Screen:
    """All of them, without a name on the screen."""
    return Screen(
        t("naasten.all_stopped", "Goed. Er leest niemand meer mee. Niemand krijgt daar een bericht van."),
        (_GO_ON,),
        effects=(EndHelpers(),),
    )
