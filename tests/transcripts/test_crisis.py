"""Crisis: every kind, from typed words and by button; false alarm back to the same question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.grammar import Category, Effect, FalseAlarm, HandOver, Promised, RaiseAlarm, Sent, SetContact, Urgency
from tests.transcripts.player import GEMEENTE, Chat

LIFE = (RaiseAlarm(Category.LIFE), HandOver("crisis: leven", Urgency.DANGER))
HOME = (RaiseAlarm(Category.HOME), HandOver("crisis: huis", Urgency.CRISIS))


def test_life(chat: Chat) -> None:
    chat.starts("aanmelden").types("ik wil niet meer leven").sees(
        "Wat goed dat u dit zegt. U bent niet alleen.",
        "Praat nu met iemand. Bel 113 of gratis 0800-0113. Chatten kan op 113.nl. Dag en nacht, zonder uw naam.",
        "Is er nu gevaar? Bel 112.",
        "Er gaat nu een bericht naar ons team. Een mens neemt contact met u op.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "Wilt u dat we bellen? Dan kunt u hier een nummer typen.",
        buttons=["🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.LIFE), HandOver(reason="crisis: leven", urgency=Urgency.DANGER)],
    )
    chat.types("het is te veel geworden").sees(
        "Dank u dat u het vertelt. Een mens van ons team leest dit.",
        "Bel nu 113 of gratis 0800-0113, dag en nacht. Is er nu gevaar? Bel 112.",
        buttons=["🙅 Nee, dat is het niet"],
    )
    chat.taps("🙅 Nee, dat is het niet").at("aanmelden.for_whom", FalseAlarm(Category.LIFE))


@pytest.mark.parametrize("then", [None, "ik kan niet meer", "0612345678", "mens"])
def test_the_numbers_of_life_never_wait_behind_a_link(chat: Chat, then: str | None) -> None:
    """Where only notices go, whatever is sensitive and not safe becomes one."""
    chat.on("telegram").starts("menu").types("ik wil niet meer leven")
    if then:
        chat.types(then)
    assert not chat.turn.replies[0].sensitive
    assert "113" in " ".join(chat.texts())


def test_violence_is_safe_to_be_read_by_others(chat: Chat) -> None:
    chat.starts("aanmelden").types("mijn man slaat mij").sees(
        "Dank u voor uw bericht. Wij zijn er voor u.",
        "Kan het niet wachten? Bel 112.",
        "Praten kan dag en nacht, gratis: 0800-2000.",
        "Iemand van ons team leest dit. Typ gerust wanneer contact goed uitkomt.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "Wilt u dat we bellen? Dan kunt u hier een nummer typen.",
        buttons=["🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.VIOLENCE), HandOver(reason="crisis: veiligheid", urgency=Urgency.DANGER)],
    )
    chat.types("ik ben bang").sees(
        "Dank u. Iemand van ons team leest dit.",
        "Kan het niet wachten? Bel 112. Praten kan dag en nacht, gratis: 0800-2000.",
        buttons=["🙅 Nee, dat is het niet"],
    )
    words = " ".join(chat.texts()).lower()
    assert not any(word in words for word in ("geweld", "veilig", "slaan", "bang", "thuis"))
    assert chat.turn.replies[0].safe


@pytest.mark.parametrize(
    ("cry", "numbers", "screen"),
    [
        ("ik wil dood", "Bel nu 113 of gratis 0800-0113, dag en nacht. Is er nu gevaar? Bel 112.", "life"),
        (
            "mijn man slaat mij",
            "Kan het niet wachten? Bel 112. Praten kan dag en nacht, gratis: 0800-2000.",
            "violence",
        ),
    ],
)
@pytest.mark.parametrize("text", ["bel me op 06 12345678 sinds 23-11-2026", "0612345678", "٠٦١٢٣٤٥٦٧٨"])
def test_a_number_that_is_typed_in_danger_is_kept_and_confirmed(
    chat: Chat, cry: str, numbers: str, screen: str, text: str
) -> None:
    chat.starts("menu").types(cry).types(text).sees(
        "Dank u. We bellen u op 0612345678.",
        numbers,
        buttons=["🙅 Nee, dat is het niet"],
        effects=[SetContact(phone="0612345678")],
    )
    chat.types("ook op +31 6 8765 4321").at(f"crisis.called_{screen}", SetContact(phone="+31687654321"))
    chat.types("dank u").at(f"crisis.stay_{screen}")
    chat.types("vanaf 23-11-2026").at(f"crisis.stay_{screen}")
    chat.types("06 12345678").at(f"crisis.called_{screen}", SetContact(phone="0612345678"))
    chat.taps("🙅 Nee, dat is het niet").at("welkom.menu", FalseAlarm(Category(screen)))


def test_the_whole_text_of_a_danger_is_said_once_a_day_in_each_language(chat: Chat) -> None:
    chat.starts("menu").types("ik wil dood").types("ik wil echt dood").sees(
        "Dank u dat u het vertelt. Een mens van ons team leest dit.",
        "Bel nu 113 of gratis 0800-0113, dag en nacht. Is er nu gevaar? Bel 112.",
        buttons=["🙅 Nee, dat is het niet"],
        effects=LIFE,
    )
    chat.types("taal").taps("🌍 English")
    assert len(chat.texts()) == 6
    chat.types("taal").taps("🌍 Nederlands")
    chat.waits(timedelta(hours=25)).types("ik wil dood")
    assert len(chat.texts()) == 6


def test_home(chat: Chat) -> None:
    chat.starts("menu").types("ik word uit mijn huis gezet").sees(
        "Uw huis kwijtraken is een grote zorg. We gaan u hier snel bij helpen.",
        "Bewaar brieven hierover goed. U kunt hier ook een foto sturen.",
        "Ons team krijgt nu bericht. Een medewerker van Waterdrecht neemt contact op, uiterlijk dinsdag 24 november.",
        "Speelt het vandaag of morgen? Bel ons: 010 123 45 00.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven", "🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.HOME), HandOver(reason="crisis: huis", urgency=Urgency.CRISIS)],
    )
    chat.taps("👉 Verder").at("welkom.menu")


def test_utilities(chat: Chat) -> None:
    chat.starts("menu").types("ze gaan mijn stroom afsluiten").sees(
        "Stroom, gas, warmte of water: dat heeft u nodig. We gaan u hier snel bij helpen.",
        "Is er een brief van het bedrijf? U kunt hier een foto sturen.",
        "Ons team krijgt nu bericht. Een medewerker van Waterdrecht neemt contact op, uiterlijk dinsdag 24 november.",
        "Speelt het vandaag of morgen? Bel ons: 010 123 45 00.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven", "🗣️ Wat kan ik nu doen?", "🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.UTILITIES), HandOver(reason="crisis: energie of water", urgency=Urgency.CRISIS)],
    )


def test_care(chat: Chat) -> None:
    chat.starts("menu").types("mijn zorgverzekering is opgezegd").sees(
        "Zorgen om uw zorgverzekering? Daar helpen we u graag snel bij.",
        "Voelt u zich nu ziek? Ga gerust naar uw huisarts.",
        "Ons team krijgt nu bericht. Een medewerker van Waterdrecht neemt contact op, uiterlijk dinsdag 24 november.",
        "Speelt het vandaag of morgen? Bel ons: 010 123 45 00.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven", "🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.CARE), HandOver(reason="crisis: zorgverzekering", urgency=Urgency.CRISIS)],
    )


def test_food(chat: Chat) -> None:
    chat.starts("menu").types("ik heb vandaag niets te eten").sees(
        "Geen eten in huis, dat is heel zwaar. Het overkomt meer mensen. Goed dat u het zegt.",
        "Hier kunt u eten krijgen:",
        "Voedselbank Waterdrecht, Kade 1, elke dag vanaf 10 uur.",
        "Ons team krijgt nu bericht. Een medewerker van Waterdrecht neemt contact op, uiterlijk dinsdag 24 november.",
        "Speelt het vandaag of morgen? Bel ons: 010 123 45 00.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven", "🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.FOOD), HandOver(reason="crisis: geen eten", urgency=Urgency.CRISIS)],
    )


def test_seizure(chat: Chat) -> None:
    chat.starts("menu").types("er ligt beslag op mijn loon").sees(
        "Een deurwaarder of beslag is schrikken. Het overkomt veel mensen.",
        "Vraag de deurwaarder om een pasje. Beloof of teken nu liever niets.",
        "Een deel van uw inkomen is beschermd. We kijken dat graag met u na.",
        "Ons team krijgt nu bericht. Een medewerker van Waterdrecht neemt contact op, uiterlijk woensdag 25 november.",
        "Speelt het vandaag of morgen? Bel ons: 010 123 45 00.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven", "🗣️ Wat kan ik nu doen?", "🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.SEIZURE), HandOver(reason="spoed: deurwaarder of beslag", urgency=Urgency.URGENT)],
    )


def test_without_addresses_of_its_own_a_municipality_still_has_a_next_step() -> None:
    chat = Chat(replace(GEMEENTE, crisis_phone="", outside_hours="", food_help=""))
    chat.starts("menu").types("ik heb vandaag niets te eten").sees(
        "Geen eten in huis, dat is heel zwaar. Het overkomt meer mensen. Goed dat u het zegt.",
        "Ons team krijgt nu bericht. Een medewerker van Waterdrecht neemt contact op, uiterlijk dinsdag 24 november.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven", "🙅 Nee, dat is het niet"],
        effects=[RaiseAlarm(Category.FOOD), HandOver(reason="crisis: geen eten", urgency=Urgency.CRISIS)],
    )


def test_outside_hours_the_person_hears_where_to_turn(chat: Chat) -> None:
    chat.closed().starts("menu").types("ze gaan mijn stroom afsluiten")
    assert "We zijn nu dicht. Hier kunt u nu terecht: bel 010 123 45 99" in chat.texts()
    assert not any("Bel ons" in text for text in chat.texts()), "a number that nobody answers now"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("ik wil dood", Category.LIFE),
        ("I want to kill myself", Category.LIFE),
        ("أريد أن أموت", Category.LIFE),
        ("ik word bedreigd", Category.VIOLENCE),
        ("my husband hits me", Category.VIOLENCE),
        ("زوجي يضربني", Category.VIOLENCE),
        ("mijn huis wordt ontruimd", Category.HOME),
        ("we are being evicted", Category.HOME),
        ("سيتم طردنا من البيت", Category.HOME),
        ("het gas is afgesloten", Category.UTILITIES),
        ("they cut off our electricity", Category.UTILITIES),
        ("قطعوا الكهرباء", Category.UTILITIES),
        ("ik ben niet meer verzekerd voor zorg", Category.CARE),
        ("my health insurance was cancelled", Category.CARE),
        ("تم إلغاء التأمين الصحي", Category.CARE),
        ("we hebben geen eten meer", Category.FOOD),
        ("we have nothing to eat", Category.FOOD),
        ("ليس لدينا طعام", Category.FOOD),
        ("de deurwaarder staat voor de deur", Category.SEIZURE),
        ("the bailiff is at my door", Category.SEIZURE),
        ("المحضر القضائي على الباب", Category.SEIZURE),
    ],
)
def test_typed_words_in_three_languages(chat: Chat, text: str, category: Category) -> None:
    chat.starts("aanmelden").types(text)
    assert (chat.turn.replies[0].origin, chat.turn.effects[0]) == (f"crisis.{category}", RaiseAlarm(category))
    chat.taps(chat.buttons()[-1])
    chat.at("aanmelden.for_whom" if chat.session.language == "nl" else "woorden.language_offer", FalseAlarm(category))


def test_crisis_is_read_before_the_first_hello(chat: Chat) -> None:
    chat.types("ik wil niet meer leven").at("crisis.life", *LIFE)


def test_crisis_wins_over_a_greeting_and_a_command(chat: Chat) -> None:
    chat.starts("menu").types("hallo menu ik wil dood").at("crisis.life", *LIFE)


def test_crisis_in_the_caption_of_a_photo(chat: Chat) -> None:
    chat.starts("menu").sends(Sent("photo", "ik wil dood")).at("crisis.life", *LIFE)


def test_a_false_alarm_goes_on_where_it_was_and_is_not_raised_for_the_same_words_again(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").types("ik word uit mijn huis gezet").at("crisis.home", *HOME)
    chat.taps("🙅 Nee, dat is het niet").at("aanmelden.worries", FalseAlarm(Category.HOME))
    chat.types("ik word uit mijn huis gezet").at("aanmelden.worries")


@pytest.mark.parametrize("text", ["ik wil niet meer leven", "mijn man slaat mij"])
def test_a_plain_no_takes_no_danger_back(chat: Chat, text: str) -> None:
    """It may answer the call that is offered: only the button or its words take the alarm back."""
    chat.starts("menu").types(text).types("nee")
    assert chat.turn.replies[0].origin.startswith("crisis.stay_")
    assert chat.turn.effects == ()


def test_what_was_denied_once_is_not_denied_for_ever_while_a_human_holds_the_conversation(chat: Chat) -> None:
    chat.starts("menu").types("ik word uit mijn huis gezet").taps("🙅 Nee, dat is het niet")
    chat.held().types("ik word uit mijn huis gezet").is_silent()
    chat.waits(timedelta(hours=25)).types("ik word uit mijn huis gezet").is_silent(RaiseAlarm(Category.HOME))


def test_what_is_typed_at_a_calm_crisis_is_kept_for_the_human_and_the_person_goes_on(chat: Chat) -> None:
    chat.starts("aanmelden").types("ik word uit mijn huis gezet").types("9912 de schoolstraat").at(
        "aanmelden.for_whom", notice="Dank u. Dit staat erbij voor de medewerker die contact met u opneemt."
    )


def test_the_same_calm_crisis_does_not_interrupt_twice_a_day(chat: Chat) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar").at("aanmelden.urgency")
    chat.types("ik word uit mijn huis gezet").taps("👉 Verder").at("aanmelden.urgency")
    chat.types("ik word uit mijn huis gezet").at("aanmelden.place", RaiseAlarm(Category.HOME))
    chat.waits(timedelta(hours=25)).types("ik word uit mijn huis gezet").at("crisis.home", *HOME)


def test_a_number_to_call_in_a_crisis(chat: Chat) -> None:
    chat.starts("menu").types("ik word uit mijn huis gezet").taps("📞 Mijn nummer geven").at("overdracht.number")
    chat.types("0612345678").at("overdracht.number_saved", SetContact(phone="0612345678"))


@pytest.mark.parametrize(
    ("label", "screen"),
    [
        ("🖤 Ik wil niet meer leven", "life"),
        ("🛟 Ik ben niet veilig", "violence"),
        ("🍞 Geen eten vandaag", "food"),
        ("🏠 Ik verlies mijn huis", "home"),
        ("💡 Stroom, gas of water", "utilities"),
        ("🏥 Mijn zorgverzekering", "care"),
        ("⚖️ Deurwaarder of beslag", "seizure"),
    ],
)
def test_spoed_from_the_menu(chat: Chat, label: str, screen: str) -> None:
    chat.starts("menu").taps("🚨 Spoed").taps(label)
    assert chat.turn.replies[0].origin == f"crisis.{screen}"
    assert chat.turn.effects[0] == RaiseAlarm(Category(screen))
    chat.taps("🙅 Nee, dat is het niet").at("welkom.menu", FalseAlarm(Category(screen)))
    chat.taps("🚨 Spoed").at("crisis.which")


def test_spoed_asks_what_it_is(chat: Chat) -> None:
    chat.starts("menu").taps("🚨 Spoed").sees(
        "We helpen u graag snel. Wat is er aan de hand?",
        buttons=[
            "🖤 Ik wil niet meer leven",
            "🛟 Ik ben niet veilig",
            "🍞 Geen eten vandaag",
            "🏠 Ik verlies mijn huis",
            "💡 Stroom, gas of water",
            "🏥 Mijn zorgverzekering",
            "⚖️ Deurwaarder of beslag",
            "✏️ Iets anders",
            "↩️ Toch geen spoed",
        ],
    )
    chat.taps("↩️ Toch geen spoed").at("welkom.menu")


def test_spoed_for_something_else_is_as_soon_as_for_no_food(chat: Chat) -> None:
    chat.starts("menu").taps("🚨 Spoed").taps("✏️ Iets anders").sees(
        "We gaan u hier snel bij helpen. Typ hier wat er aan de hand is.",
        "Een medewerker krijgt nu bericht en leest dit gesprek. Dat kan even duren.",
        "U krijgt antwoord uiterlijk dinsdag 24 november.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        "Speelt het vandaag of morgen? Bel ons: 010 123 45 00.",
        "U kunt hier alvast typen wat u wilt vragen. Of ga gewoon verder.",
        buttons=["👉 Verder", "📞 Mijn nummer geven"],
        effects=[HandOver("spoed: iets anders", Urgency.URGENT, Category.FOOD)],
    )
    chat.types("mijn kind kan morgen niet naar school").at("overdracht.noted")
    chat.taps("👉 Verder").at("crisis.which")


def test_spoed_for_something_else_when_we_are_closed_says_where_to_turn(chat: Chat) -> None:
    chat.closed().starts("menu").taps("🚨 Spoed").taps("✏️ Iets anders")
    assert "We zijn nu dicht. Hier kunt u nu terecht: bel 010 123 45 99" in chat.texts()


@pytest.mark.parametrize(
    ("text", "screen", "alarm"),
    [
        ("ik wil niet meer leven bel mij 0612345678", "crisis.life", LIFE),
        ("I want to die, call me on 06-12345678", "crisis.life", LIFE),
        ("لا أريد العيش ٠٦١٢٣٤٥٦٧٨", "crisis.life", LIFE),
        ("ik word uit mijn huis gezet, bel 0612345678", "crisis.home", HOME),
    ],
)
def test_a_number_in_the_same_message_is_kept_to_call(
    chat: Chat, text: str, screen: str, alarm: tuple[Effect, ...]
) -> None:
    chat.starts("menu").types(text).at(screen, SetContact(phone="0612345678"), *alarm)
    said = {part.context for part in chat.turn.replies[0].paragraphs}
    assert said & {"crisis.will_call", "crisis.call_me"} == {"crisis.will_call"}


def test_a_number_in_a_cry_while_a_human_holds_the_conversation_is_kept_too(chat: Chat) -> None:
    chat.starts("menu").held().types("ik wil dood, bel me op 0612345678")
    chat.at("crisis.life", SetContact(phone="0612345678"), *LIFE)


@pytest.mark.parametrize(
    ("taps", "screen", "next_question"),
    [
        (["🔌 Stroom of water stopt"], "utilities", "aanmelden.place"),
        (["🚪 Deurwaarder komt"], "seizure", "aanmelden.place"),
        (["🔒 Beslag op geld"], "seizure", "aanmelden.place"),
        (["🍞 Geen eten vandaag"], "food", "aanmelden.place"),
        (["✉️ Brief met een datum", "🏠 Het huis uit"], "home", "aanmelden.place"),
        (["✉️ Brief met een datum", "💡 Stroom, gas of water"], "utilities", "aanmelden.place"),
        (["✉️ Brief met een datum", "🏥 Zorgverzekering"], "care", "aanmelden.place"),
        (["✉️ Brief met een datum", "⚖️ Rechter of deurwaarder"], "seizure", "aanmelden.place"),
    ],
)
def test_urgency_at_sign_up_goes_on_at_the_next_question(
    chat: Chat, taps: list[str], screen: str, next_question: str
) -> None:
    chat.starts("aanmelden").taps("🙋 Voor mijzelf").taps("👉 Klaar")
    for label in taps:
        chat.taps(label)
    assert chat.turn.replies[0].origin == f"crisis.{screen}"
    chat.taps("👉 Verder").at(next_question)


def test_danger_breaks_a_human_hold_and_nothing_else_does(chat: Chat) -> None:
    chat.starts("menu").held().types("ik word uit mijn huis gezet").is_silent(RaiseAlarm(Category.HOME))
    chat.types("ik wil dood").at("crisis.life", *LIFE)


def test_off_the_web_chat_the_answer_comes_in_the_chat_itself(chat: Chat) -> None:
    chat.on("whatsapp").starts("menu").types("ik word uit mijn huis gezet")
    assert "📞 Mijn nummer geven" not in chat.buttons()
    assert not any("code" in text for text in chat.texts())


# ---- asking for a human after it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("asks", ["mens", "!mens", "!go:overdracht"])
@pytest.mark.parametrize("typed", [True, False])
def test_whoever_asks_for_a_human_in_a_danger_hears_that_one_was_warned(chat: Chat, asks: str, typed: bool) -> None:
    if typed:
        chat.starts("menu").types("ik wil niet meer leven")
    else:
        chat.starts("menu").taps("🚨 Spoed").taps("🖤 Ik wil niet meer leven")
    (chat.taps_data if asks.startswith("!") else chat.types)(asks)
    chat.sees(
        "Ons team weet het al. Een mens neemt contact met u op. U bent niet alleen.",
        "Bel nu 113 of gratis 0800-0113, dag en nacht. Is er nu gevaar? Bel 112.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven"],
        effects=[HandOver("vraagt om een mens", Urgency.DANGER)],
    )


def test_asking_for_a_human_after_violence_tells_nobody_who_looks_along_why(chat: Chat) -> None:
    chat.on("telegram").closed().starts("menu").types("mijn man slaat mij").types("mens").sees(
        "Ons team weet het al. Iemand van ons neemt contact met u op.",
        "Kan het niet wachten? Bel 112. Praten kan dag en nacht, gratis: 0800-2000.",
        "Het antwoord komt hier, in dit gesprek.",
        buttons=["👉 Verder"],
        effects=[HandOver("vraagt om een mens", Urgency.DANGER)],
    )
    assert chat.turn.replies[0].safe
    assert chat.turn.replies[0].sensitive


def test_asking_for_a_human_after_another_crisis_repeats_its_own_day(chat: Chat) -> None:
    chat.starts("menu").types("ik word uit mijn huis gezet").types("mens").sees(
        "Ons team weet het al. Een medewerker van Waterdrecht neemt contact op, uiterlijk dinsdag 24 november.",
        "Speelt het vandaag of morgen? Bel ons: 010 123 45 00.",
        "Het antwoord komt hier, in deze chat. Bewaar uw code: mus-742-eik. Daarmee komt u altijd terug.",
        buttons=["👉 Verder", "📞 Mijn nummer geven"],
        effects=[HandOver("vraagt om een mens", Urgency.CRISIS)],
    )
    later = date(2026, 11, 30)
    chat.known[Promised] = Promised(later, later, later, later, later, chat.moment.now)
    chat.waits(timedelta(hours=5)).closed().types("mens")
    assert "uiterlijk dinsdag 24 november" in chat.texts()[0]
    assert "We zijn nu dicht. Hier kunt u nu terecht: bel 010 123 45 99" in chat.texts()


def test_once_it_was_denied_answered_or_long_ago_asking_for_a_human_is_an_ordinary_question(chat: Chat) -> None:
    ordinary = "Goed dat u het vraagt. Een mens helpt u graag."
    chat.starts("menu").types("ik wil dood").taps("🙅 Nee, dat is het niet").types("mens")
    assert chat.texts()[0] == ordinary
    chat.types("ik word uit mijn huis gezet").waits(timedelta(hours=1)).was_answered().types("mens")
    assert chat.texts()[0] == ordinary
    chat.types("ik wil dood").waits(timedelta(hours=1)).was_answered().types("mens")
    assert "113" in chat.texts()[1], "who was answered is not out of danger the same day"
    chat.waits(timedelta(hours=25)).types("mens")
    assert chat.texts()[0] == ordinary


def test_a_false_alarm_in_a_human_hold_is_acknowledged(chat: Chat) -> None:
    chat.starts("menu").held().types("ik wil dood").taps("🙅 Nee, dat is het niet").sees(
        "Goed dat u het zegt. De medewerker in dit gesprek leest met u mee. Typ gerust verder.",
        effects=[FalseAlarm(Category.LIFE)],
    )
    chat.types("dank u").is_silent()
