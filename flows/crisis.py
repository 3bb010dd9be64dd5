"""Crisis: one screen for each kind, calm and short, with the next step and who calls when (table in docs/rules.md).

Home, utilities and care have the clock of Wgs art. 4 (three statutory working days) [003] module 2. The texts for life
and violence are fixed and approved by people; after them the chat asks nothing more. Those of violence may be read by
someone looking along: they name no violence and no organisation, only numbers.
"""

from __future__ import annotations

from dataclasses import replace

from flows.crisis_kaart import card_of
from flows.flow import Flow, Menu, Read
from flows.grammar import (
    BACK,
    Call,
    Case,
    Category,
    Choice,
    Contact,
    Effect,
    HandOver,
    Moment,
    Promised,
    RaiseAlarm,
    Screen,
    SetContact,
    Text,
    Urgency,
    call,
    t,
)
from flows.numbers import EMERGENCY, SAFE_HOME, SUICIDE, SUICIDE_CHAT, SUICIDE_FREE
from flows.overdracht import GO_ON, NUMBER
from flows.reach import answer_here, given, on_webchat, outside_hours, read_phone
from flows.session import Frame
from flows.text import own
from flows.warned import NOT_IT_WORDS, numbers_in_short, whole_text_was_read
from flows.warned import day_of as day_of
from flows.warned import urgency_of as urgency_of

#: Screens of a danger, each with what it is about.
DANGERS = {
    "life": Category.LIFE,
    "stay_life": Category.LIFE,
    "called_life": Category.LIFE,
    "violence": Category.VIOLENCE,
    "stay_violence": Category.VIOLENCE,
    "called_violence": Category.VIOLENCE,
}
#: Screens of the other kinds.
CALM = tuple(category.value for category in Category if not category.is_danger)


def to(category: Category) -> Call:
    """The screen of ``category``, which knows what it is for, so that a false alarm can be undone."""
    return call("crisis", category.value, category=category.value)


def after_a_human(category: Category) -> Frame:
    """A danger for which a human was here: the bot says where to call and no more."""
    return Frame("crisis", f"stay_{category}", {"category": category.value, "human": "here"})


def _human_was_here(case: Case) -> bool:
    return case.picked("human") == "here"


def _about_life(case: Case) -> bool:
    return case.picked("category") == Category.LIFE


def _again(category: Category) -> Call:
    """What is typed once a human was here needs a human again."""
    return call("crisis", f"stay_{category}", category=category.value, human="again")


flow = Flow(
    "crisis",
    start="which",
    beside_dutch=True,
    menu=Menu(
        90,
        "🚨",
        t("crisis.menu", "Spoed"),
        words=t("crisis.menu.words", "nood, noodgeval, dringend, crisis, haast, snel hulp"),
    ),
    table=[
        ("life", "which", to(Category.LIFE)),
        ("violence", "which", to(Category.VIOLENCE)),
        ("home", "which", to(Category.HOME)),
        ("utilities", "which", to(Category.UTILITIES)),
        ("care", "which", to(Category.CARE)),
        ("food", "which", to(Category.FOOD)),
        ("seizure", "which", to(Category.SEIZURE)),
        ("other", "which", call("overdracht", "urgent")),
        ("next", "which", BACK),
        ("said", "life", call("crisis", "stay_life", category="life")),
        ("said", "stay_life", _again(Category.LIFE), _human_was_here),
        ("said", "stay_life", call("crisis", "stay_life", category="life")),
        ("said", "violence", call("crisis", "stay_violence", category="violence")),
        ("said", "stay_violence", _again(Category.VIOLENCE), _human_was_here),
        ("said", "stay_violence", call("crisis", "stay_violence", category="violence")),
        ("said", "called_life", call("crisis", "stay_life", category="life")),
        ("said", "called_violence", call("crisis", "stay_violence", category="violence")),
        ("phone", "*", "called_life", _about_life),
        ("phone", "*", "called_violence"),
        ("false_alarm", "*", BACK),
        ("number", "*", call("overdracht", "number")),
        ("next", "*", BACK),
    ],
)

NOT_IT = Choice(
    "not_it",
    "🙅",
    t("crisis.not_it", "Nee, dat is het niet"),
    event="false_alarm",
    short=t("crisis.not_it.short", "Dat is het niet"),
    words=NOT_IT_WORDS,
)
#: After a danger, who types no may well mean the call that is offered: only these words or the button take it back.
NOT_DANGER = replace(
    NOT_IT, words=t("crisis.not_danger.words", "dat bedoel ik niet, vergissing, verkeerd begrepen, niet waar")
)


@flow.screen()
def which(case: Case) -> Screen:
    """*Spoed* from the menu: worst first."""
    return Screen(
        t("crisis.which", "We helpen u graag snel. Wat is er aan de hand?"),
        (
            Choice(
                "life",
                "🖤",
                t("crisis.which.life", "Ik wil niet meer leven"),
                event="life",
                short=t("crisis.which.life.short", "Niet meer leven"),
            ),
            Choice("violence", "🛟", t("crisis.which.violence", "Ik ben niet veilig"), event="violence"),
            Choice("food", "🍞", t("crisis.which.food", "Geen eten vandaag"), event="food"),
            Choice("home", "🏠", t("crisis.which.home", "Ik verlies mijn huis"), event="home"),
            Choice("utilities", "💡", t("crisis.which.utilities", "Stroom, gas of water"), event="utilities"),
            Choice("care", "🏥", t("crisis.which.care", "Mijn zorgverzekering"), event="care"),
            Choice(
                "seizure",
                "⚖️",
                t("crisis.which.seizure", "Deurwaarder of beslag"),
                event="seizure",
                short=t("crisis.which.seizure.short", "Deurwaarder, beslag"),
            ),
            Choice("other", "✏️", t("crisis.which.other", "Iets anders"), event="other"),
            Choice("back", "↩️", t("crisis.which.back", "Toch geen spoed")),
        ),
        why=t("crisis.which.why", "Dan helpen we u met wat het meeste haast heeft."),
    )


def _said(text: str, moment: Moment) -> Read:
    """Here everything that is typed is heard: it stands in the conversation, for the human."""
    return Read(None, event="said")


def _said_in_danger(text: str, moment: Moment) -> Read:
    """The same, and a telephone number is kept: it was asked for."""
    phone = read_phone(text)
    return _said(text, moment) if phone is None else Read({"text": phone, "phone": phone}, event="phone")


def _said_in_calm(text: str, moment: Moment) -> Read:
    """The same, and the person goes on where they were."""
    added = t("crisis.added", "Dank u. Dit staat erbij voor de medewerker die contact met u opneemt.")
    return Read(None, notice=added)


for _name in CALM:
    flow.reads(_name)(_said_in_calm)
for _name in DANGERS:
    flow.reads(_name, counts=True)(_said_in_danger)


# ---- danger: fixed texts, nothing is asked ---------------------------------------------------------------------------


@flow.screen(needs=(Contact,))
def life(case: Case) -> Screen:
    """Not wanting to live, self-harm. Whoever read it today is spared the whole of it."""
    return Screen(
        _stay_life(case)
        if whole_text_was_read(case, Category.LIFE)
        else (
            t("crisis.life", "Wat goed dat u dit zegt. U bent niet alleen."),
            *_life_numbers(),
            t("crisis.life.person", "Er gaat nu een bericht naar ons team. Een mens neemt contact met u op."),
            *_can_call(case),
        ),
        (NOT_DANGER,),
        saves="contact",
        skippable=False,
        free=True,
        # Not sensitive, whoever reads along: who wants to die must have the numbers at once, where they wrote, and not
        # behind a link (in *alleen seintje* what is sensitive goes as a neutral notice).
        sensitive=False,
        why=t("crisis.life.why", "We maken ons zorgen om wat u schrijft. U bent belangrijk voor ons."),
        effects=_alarm(Category.LIFE),
    )


@flow.screen(needs=(Contact,))
def stay_life(case: Case) -> Screen:
    """After *life* the chat stays, and says no more than this."""
    return replace(life(case), text=_stay_life(case), choices=_ways_on(case), effects=_asks_again(case, Category.LIFE))


@flow.screen(needs=(Contact,))
def called_life(case: Case) -> Screen:
    """A telephone number was typed after *life*."""
    text = _will_call(case), numbers_in_short(Category.LIFE)
    return replace(life(case), text=text, choices=_ways_on(case), effects=_keeps_number(case, Category.LIFE))


def _stay_life(case: Case) -> tuple[Text, ...]:
    heard = t("crisis.stay_life", "Dank u dat u het vertelt. Een mens van ons team leest dit.")
    return (*_unless_human_was_here(case, heard), numbers_in_short(Category.LIFE))


def _life_numbers() -> tuple[Text, ...]:
    return (
        t(
            "crisis.life.numbers",
            "Praat nu met iemand. Bel {number} of gratis {free}. Chatten kan op {chat}. Dag en nacht, zonder uw naam.",
            number=SUICIDE,
            free=SUICIDE_FREE,
            chat=SUICIDE_CHAT,
        ),
        t("crisis.life.emergency", "Is er nu gevaar? Bel {number}.", number=EMERGENCY),
    )


@flow.screen(needs=(Contact,))
def violence(case: Case) -> Screen:
    """Hit or threatened, at home or by a lender; safe for someone looking along."""
    return Screen(
        _stay_violence(case)
        if whole_text_was_read(case, Category.VIOLENCE)
        else (
            t("crisis.violence", "Dank u voor uw bericht. Wij zijn er voor u."),
            *_violence_numbers(),
            t("crisis.violence.person", "Iemand van ons team leest dit. Typ gerust wanneer contact goed uitkomt."),
            *_can_call(case),
        ),
        (NOT_DANGER,),
        saves="contact",
        skippable=False,
        free=True,
        sensitive=True,
        safe=True,
        why=t("crisis.violence.why", "We willen graag dat het goed met u gaat."),
        effects=_alarm(Category.VIOLENCE),
    )


@flow.screen(needs=(Contact,))
def stay_violence(case: Case) -> Screen:
    """After *violence* the chat stays, and says no more than this."""
    return replace(
        violence(case), text=_stay_violence(case), choices=_ways_on(case), effects=_asks_again(case, Category.VIOLENCE)
    )


@flow.screen(needs=(Contact,))
def called_violence(case: Case) -> Screen:
    """A telephone number was typed after *violence*."""
    text = _will_call(case), numbers_in_short(Category.VIOLENCE)
    return replace(violence(case), text=text, choices=_ways_on(case), effects=_keeps_number(case, Category.VIOLENCE))


def _stay_violence(case: Case) -> tuple[Text, ...]:
    heard = t("crisis.stay_violence", "Dank u. Iemand van ons team leest dit.")
    return (*_unless_human_was_here(case, heard), numbers_in_short(Category.VIOLENCE))


def _violence_numbers() -> tuple[Text, ...]:
    return (
        t("crisis.violence.emergency", "Kan het niet wachten? Bel {number}.", number=EMERGENCY),
        t("crisis.violence.numbers", "Praten kan dag en nacht, gratis: {number}.", number=SAFE_HOME),
    )


def _can_call(case: Case) -> tuple[Text, ...]:
    here = answer_here(case) if on_webchat(case) else ()
    if given(case, "phone"):
        return (*here, _will_call(case))
    call_me = t("crisis.call_me", "Wilt u dat we bellen? Dan kunt u hier een nummer typen.")
    return (*here, call_me) if here else ()


def _unless_human_was_here(case: Case, heard: Text) -> tuple[Text, ...]:
    return () if _human_was_here(case) else (heard,)


def _will_call(case: Case) -> Text:
    return t("crisis.will_call", "Dank u. We bellen u op {phone}.", phone=given(case, "phone") or "")


def _keeps_number(case: Case, category: Category) -> tuple[Effect, ...]:
    asked = (HandOver(REASONS[category], Urgency.URGENT),) if _human_was_here(case) else ()
    return (SetContact(phone=given(case, "phone")), *asked)


def _ways_on(case: Case) -> tuple[Choice, ...]:
    return (GO_ON, NOT_DANGER) if _human_was_here(case) else (NOT_DANGER,)


def _asks_again(case: Case, category: Category) -> tuple[HandOver, ...]:
    return (HandOver(REASONS[category], Urgency.URGENT),) if case.picked("human") == "again" else ()


# ---- the others: calm, the next step, who calls when -----------------------------------------------------------------


@flow.screen(needs=(Promised, Contact))
def home(case: Case) -> Screen:
    """Threatened eviction, with or without a letter."""
    return _calm(
        case,
        Category.HOME,
        t("crisis.home", "Uw huis kwijtraken is een grote zorg. We gaan u hier snel bij helpen."),
        t("crisis.home.letter", "Bewaar brieven hierover goed. U kunt hier ook een foto sturen."),
        why=t("crisis.home.why", "Hoe eerder we het weten, hoe meer we kunnen doen."),
    )


@flow.screen(needs=(Promised, Contact))
def utilities(case: Case) -> Screen:
    """Gas, electricity, district heating or water cut off, or about to be."""
    return _calm(
        case,
        Category.UTILITIES,
        t("crisis.utilities", "Stroom, gas, warmte of water: dat heeft u nodig. We gaan u hier snel bij helpen."),
        t("crisis.utilities.letter", "Is er een brief van het bedrijf? U kunt hier een foto sturen."),
        why=t("crisis.utilities.why", "Hoe eerder we het weten, hoe meer we kunnen doen."),
    )


@flow.screen(needs=(Promised, Contact))
def care(case: Case) -> Screen:
    """Care insurance cancelled or dissolved."""
    return _calm(
        case,
        Category.CARE,
        t("crisis.care", "Zorgen om uw zorgverzekering? Daar helpen we u graag snel bij."),
        t("crisis.care.doctor", "Voelt u zich nu ziek? Ga gerust naar uw huisarts."),
        why=t("crisis.care.why", "Hoe eerder we het weten, hoe meer we kunnen doen."),
    )


@flow.screen(needs=(Promised, Contact))
def food(case: Case) -> Screen:
    """Nothing to eat today."""
    help_here = case.moment.gemeente.food_help
    return _calm(
        case,
        Category.FOOD,
        t("crisis.food", "Geen eten in huis, dat is heel zwaar. Het overkomt meer mensen. Goed dat u het zegt."),
        *(
            (t("crisis.food.help", "Hier kunt u eten krijgen:"), own("gemeente.food_help", help_here))
            if help_here
            else ()
        ),
        why=t("crisis.food.why", "Eten gaat voor. De rest komt daarna."),
    )


@flow.screen(needs=(Promised, Contact))
def seizure(case: Case) -> Screen:
    """A bailiff at the door, wages, benefit or account seized, a sale announced."""
    return _calm(
        case,
        Category.SEIZURE,
        t("crisis.seizure", "Een deurwaarder of beslag is schrikken. Het overkomt veel mensen."),
        t("crisis.seizure.door", "Vraag de deurwaarder om een pasje. Beloof of teken nu liever niets."),
        t("crisis.seizure.income", "Een deel van uw inkomen is beschermd. We kijken dat graag met u na."),
        why=t("crisis.seizure.why", "Hoe eerder we het weten, hoe meer we kunnen doen."),
    )


@flow.screen()
def denied(case: Case) -> Screen:
    """A false alarm while a human holds the conversation: shown aside, nothing moves (rule 8)."""
    return Screen(
        t("crisis.denied", "Goed dat u het zegt. De medewerker in dit gesprek leest met u mee. Typ gerust verder."),
        sensitive=True,
        safe=True,
    )


def _calm(case: Case, category: Category, *lines: Text, why: Text) -> Screen:
    gemeente = case.moment.gemeente
    day = day_of(category, case.world.get(Promised))
    closed: tuple[Text, ...] = ()
    if not case.moment.open and gemeente.outside_hours:
        closed = (
            t("crisis.outside", "We zijn nu dicht. Hier kunt u nu terecht: {outside}", outside=outside_hours(case)),
        )
    phone: tuple[Text, ...] = ()
    if gemeente.crisis_phone and not closed:  # during opening hours (configure.md)
        phone = (t("crisis.phone", "Speelt het vandaag of morgen? Bel ons: {phone}.", phone=gemeente.crisis_phone),)
    return Screen(
        (
            *lines,
            t(
                "crisis.who",
                "Ons team krijgt nu bericht. Een medewerker van {gemeente} neemt contact op, uiterlijk {day}.",
                gemeente=gemeente.name,
                day=day,
            ),
            *phone,
            *closed,
            *((_will_call(case),) if given(case, "phone") else ()),
            *(answer_here(case) if on_webchat(case) else ()),
        ),
        (
            GO_ON,
            *((NUMBER,) if on_webchat(case) and not given(case, "phone") else ()),
            *card_of(case, category),
            NOT_IT,
        ),
        free=True,
        sensitive=True,
        why=why,
        effects=_alarm(category),
    )


#: Why a human is asked, by category.
REASONS = {
    Category.LIFE: "crisis: leven",
    Category.VIOLENCE: "crisis: veiligheid",
    Category.HOME: "crisis: huis",
    Category.UTILITIES: "crisis: energie of water",
    Category.CARE: "crisis: zorgverzekering",
    Category.FOOD: "crisis: geen eten",
    Category.SEIZURE: "spoed: deurwaarder of beslag",
}


def _alarm(category: Category) -> tuple[RaiseAlarm, HandOver]:
    return RaiseAlarm(category), HandOver(REASONS[category], urgency_of(category))
