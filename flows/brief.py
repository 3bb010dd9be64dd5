"""*Kort*: what stays of a screen for who hardly reads, one short question or statement.

Each paragraph stays, is left out, or has a shorter form; a screen of few words needs none of that. Numbers to call, and
the day of what is promised, always stay (rule 4); the fixed text of a danger is never touched (rule 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flows.grammar import Screen
from flows.text import Text, t

_WAITING = """
    aanmelden.advice aanmelden.advice.talk aanmelden.agreed.kept aanmelden.already.name aanmelden.already.team
    aanmelden.ask_again aanmelden.elsewhere.stay aanmelden.minor aanmelden.minor.type aanmelden.registered
    aanmelden.registered.papers aanmelden.registered.steps_undated
    afspraak.booked.bring afspraak.booked.reach afspraak.cancelled.new afspraak.day.late afspraak.enough.person
    afspraak.no_proposal afspraak.none_fits afspraak.way.person
    afspraken.agreed.clear afspraken.done.all.rest afspraken.mail.unsure afspraken.next afspraken.postponed.again
    afspraken.summary afspraken.summary.agreed afspraken.tell.held
    checkin.answered.talk checkin.ended.again checkin.held checkin.later checkin.over.talk checkin.tight
    contact.agreed.change contact.back contact.back.known contact.back.normal contact.back.we contact.before.us
    contact.closed.data contact.closed.done.proud contact.ended.yourself contact.invited.normal contact.moments.before
    contact.moments.none contact.next.read contact.none.case contact.none.sign_up contact.offer.usual
    contact.own_plan.example contact.pause.help contact.reason.aftercare contact.reason.fixed contact.reason.follow
    contact.reason.watch contact.stopped contact.talk contact.talk.story contact.talk.type contact.talk.we
    contact.told.change
    crisis.home.letter crisis.seizure.income crisis.utilities.letter
    kanalen.code kanalen.code.or_open kanalen.code.or_web kanalen.code.send kanalen.gone.heard kanalen.joining.one
    kanalen.not_yet kanalen.style.notice_is
    meten.areas.free overdracht.asked overdracht.type overdracht.unclear overdracht.urgent reach.here reach.notice
    recht.line recht.none.later recht.on_file recht.start.how
    tevredenheid.asked tevredenheid.asked.free tevredenheid.declined.never tevredenheid.ended.talk
    tevredenheid.over.talk
    uitleg.after.again uitleg.after.known uitleg.calm.overview uitleg.calm.rights uitleg.creditors.court
    uitleg.creditors.duration uitleg.creditors.others uitleg.place uitleg.plan.letter uitleg.plan.yours
    uitleg.talk.first uitleg.talk.where
    voorbereiden.any_time voorbereiden.begun voorbereiden.declined.talk voorbereiden.invited.free
    voorbereiden.invited.own voorbereiden.more voorbereiden.noted.free
    voortgang.again voortgang.complaint.how voortgang.complaint.safe voortgang.contact.says voortgang.contact.stands
    voortgang.creditor.agreed.means voortgang.creditor.asks.means voortgang.creditor.refused.means
    voortgang.creditor.refused.then voortgang.decision.changes voortgang.decision.role voortgang.decision.says
    voortgang.decision.unsigned voortgang.here.done voortgang.here.next voortgang.here.since voortgang.here.skipped
    voortgang.here.stopped voortgang.long voortgang.no_promise voortgang.objection.help voortgang.objection.how
    voortgang.second.other voortgang.second.ours voortgang.steps.free voortgang.told voortgang.told.decision.explain
    voortgang.told.decision.what voortgang.told.next voortgang.told.skip.later voortgang.told.stop.fine
    voortgang.told.beside voortgang.told.stop.talk voortgang.who
    voortgang.aanmelding.then voortgang.gesprek.then voortgang.nazorg.then voortgang.plan.then voortgang.regelen.then
    voortgang.rust.then voortgang.volgen.then
    welkom.known welkom.known_contact
    woorden.stopped.held woorden.stopped.person
    woordenlijst.start
"""
#: Contexts of paragraphs that wait until *kort* is said again.
LEFT_OUT = frozenset(_WAITING.split())

_CODE = t("reach.code", "Uw code: {code}.")
_ANSWER = t("afspraken.answer.day", "U hoort uiterlijk {day} van ons.")
_CALL = t("crisis.phone.kort", "Haast? Bel {phone}.")
_NOW = t("crisis.outside.kort", "Hier kunt u nu terecht: {outside}")
_TALK = t("overdracht.evening.talk.kort", "Nu praten? Bel {phone}, dag en nacht.")
_SOON = t("crisis.kort", "We helpen u snel.")
_GELDFIT = t("aanmelden.geldfit.kort", "Geldfit, gratis: {phone}.")
_CREDITORS = t("asides.creditors", "Aanmelden stopt uw schuldeisers nog niet.")
_WELCOME = t("contact.closed.back.kort", "U bent altijd welkom.")
_LOOKED_AT = t("afspraken.noted", "Dank u. Een medewerker kijkt ernaar.")
_WHAT_HELPS = t("afspraken.heard.ask", "Wat zou u nu helpen?")
_PAUSED = t("contact.paused.kort", "⏸️ Nu even niet.")
_GO_ON = t("woorden.stopped.back.kort", "Toch verder? Typ ‘menu’.")
_READS = t("reach.later.kort", "Een medewerker leest dit vanaf {moment}.")

#: Contexts of paragraphs that have a shorter form, which is filled in with the same values.
SHORTER: dict[str, Text] = {
    "aanmelden.advice.geldfit": _GELDFIT,
    "aanmelden.agreed.code": _CODE,
    "aanmelden.elsewhere.geldfit": _GELDFIT,
    "aanmelden.minor.phone": t("aanmelden.minor.phone.kort", "Kindertelefoon, gratis: {phone}."),
    "aanmelden.registered.creditors": _CREDITORS,
    "aanmelden.registered.reached": _CODE,
    "aanmelden.registered.steps": t("aanmelden.registered.steps.kort", "Eerste gesprek: uiterlijk {day}."),
    "aanmelden.registered.who": _ANSWER,
    "aanmelden.summary.right": t("afspraken.summary.ask", "Klopt dit?"),
    "afspraak.booked": t("afspraak.booked.kort", "Gelukt."),
    "afspraak.calendar": t("afspraak.calendar.kort", "Agenda: {link}"),
    "afspraak.enough.now": t("afspraak.human_finds", "Een medewerker zoekt een moment met u."),
    "afspraak.missed.ask": t("afspraak.missed.ask.kort", "Zoeken we een nieuw moment?"),
    "afspraak.nothing": t("afspraak.nothing.kort", "Er is nu niets vrij."),
    "afspraak.preference": t("afspraak.preference.kort", "Wanneer kunt u goed?"),
    "afspraken.agreed.ask": t("afspraken.agreed.ask.kort", "Wat doet u als eerste?"),
    "afspraken.fixed.day": _LOOKED_AT,
    "afspraken.fixed.human": _LOOKED_AT,
    "afspraken.later": t("afspraken.later.kort", "Welke dag komt beter uit?"),
    "afspraken.later.far": t("afspraken.later.far.kort", "Die dag is te ver weg."),
    "afspraken.list": t("afspraken.list.kort", "Dit staat op uw lijst."),
    "afspraken.mail.notice": t("afspraken.mail.notice.kort", "U krijgt een mail met een link."),
    "afspraken.paper.own": t("afspraken.paper.own.kort", "Deze link is alleen voor u."),
    "afspraken.reminder.ask": t("afspraken.action", "Hoe gaat het hiermee?"),
    "afspraken.stuck.ask": _WHAT_HELPS,
    "afspraken.stuck.held": _WHAT_HELPS,
    "checkin.ended": t("checkin.ended.kort", "Dank u wel."),
    "checkin.ended.talk": _TALK,
    "contact.closed": t("contact.closed.kort", "Onze hulp stopt nu."),
    "contact.closed.back": _WELCOME,
    "contact.closed.back.name": _WELCOME,
    "contact.closed.done": t("contact.closed.done.kort", "De hulp is klaar."),
    "contact.ended.once": t("contact.ended.once.kort", "We vragen nog één keer hoe het gaat, binnen een jaar."),
    "contact.invited.talk": t("contact.invited.talk.kort", "Zullen we een keer praten?"),
    "contact.next.chat": t("contact.next.chat.kort", "Rond {day}: hoe gaat het?"),
    "contact.offer": t("contact.proposed.we", "We willen graag contact met u houden."),
    "contact.paused.open": _PAUSED,
    "contact.paused.stopped": _PAUSED,
    "contact.successor": t("contact.successor.kort", "{name} neemt het over van {was}."),
    "contact.told.ended": t("contact.told.ended.kort", "We stoppen met contact houden."),
    "contact.who": t("contact.who.kort", "{name} houdt contact met u."),
    "contact.who.we": t("contact.who.we.kort", "We houden contact met u."),
    "crisis.care": _SOON,
    "crisis.care.doctor": t("crisis.care.doctor.kort", "Ziek? Ga naar uw huisarts."),
    "crisis.food": _SOON,
    "crisis.home": _SOON,
    "crisis.outside": _NOW,
    "crisis.phone": _CALL,
    "crisis.seizure": _SOON,
    "crisis.seizure.door": t("crisis.seizure.door.kort", "Beloof of teken nu niets."),
    "crisis.utilities": _SOON,
    "crisis.who": _ANSWER,
    "kanalen.code.once": t("kanalen.code.once.kort", "Deel de code niet."),
    "kanalen.email_saved": t("kanalen.email_saved.kort", "Zeg ja in de e-mail die u krijgt."),
    "kanalen.joining": t("kanalen.joining.kort", "Heeft u die code zelf gemaakt?"),
    "kanalen.joining.careful": t("kanalen.joining.careful.kort", "Kreeg u de code van iemand? Kies dan nee."),
    "meten.areas.all": t("meten.areas.all.kort", "U heeft nu alles gehad."),
    "meten.areas.left": t("meten.areas.left.kort", "Nog {left}, als u wilt."),
    "meten.habits.ask": t("meten.habits.ask.kort", "Hoe gaat het met drinken, gokken of drugs?"),
    "meten.law.ask": t("meten.law.ask.kort", "Hoe gaat het met politie of rechter?"),
    "overdracht.evening": _READS,
    "overdracht.evening.outside": _NOW,
    "overdracht.evening.talk": _TALK,
    "overdracht.offer": t("overdracht.offer.kort", "Zal ik er een mens bij vragen?"),
    "overdracht.phone": t("overdracht.phone.kort", "Bellen kan nu: {phone}."),
    "reach.here_code": _CODE,
    "reach.later": _READS,
    "reach.now": t("reach.now.kort", "Een medewerker krijgt nu bericht."),
    "recht.maybe": t("recht.maybe.kort", "Misschien heeft u er recht op."),
    "uitleg.start": t("uitleg.start.kort", "🚪 Eerst klopt u aan."),
    "uitleg.start.creditors": _CREDITORS,
    "voortgang.aanmelding.what": t("voortgang.aanmelding.what.kort", "U laat weten dat u hulp wilt."),
    "voortgang.ahead": t("voortgang.ahead.kort", "Zo gaat de hulp meestal:"),
    "voortgang.contact.story": t("contact.talk.story", "Uw verhaal hoeft niet opnieuw."),
    "voortgang.delay.busy": t("voortgang.delay.busy.kort", "Het is druk bij ons."),
    "voortgang.delay.creditors": t("voortgang.delay.creditors.kort", "We wachten op schuldeisers."),
    "voortgang.delay.other": t("voortgang.delay.other.kort", "Er is nog iets nodig."),
    "voortgang.delay.unknown": t("voortgang.delay.unknown.kort", "Weten we meer? Dan hoort u het."),
    "voortgang.delay.until": _ANSWER,
    "voortgang.objection": t("voortgang.objection.kort", "Niet eens? U mag bezwaar maken."),
    "voortgang.objection.weeks": t("voortgang.objection.weeks.kort", "Dat kan tot zes weken na de brief."),
    "voortgang.rust.what": t("voortgang.rust.what.kort", "We zorgen dat u weer rond kunt komen."),
    "voortgang.told.done": t("voortgang.where.done", "✅ Klaar: {steps}."),
    "voortgang.told.delay": t("voortgang.told.delay.kort", "⏳ Het duurt iets langer."),
    "voortgang.told.undo": t("voortgang.told.undo.kort", "Er stond iets verkeerd, sorry."),
    "voortgang.welcome": _WELCOME,
    "voortgang.where.between": t("voortgang.where.between.kort", "U bent tussen twee stappen."),
    "warned.calm": _ANSWER,
    "welkom.menu.parked": t("welkom.menu.parked.kort", "Verder waar u was? Kies ‘Ik wil hulp’."),
    "welkom.shared": t("welkom.shared.kort", "U krijgt alleen een seintje."),
    "woorden.stopped.back": _GO_ON,
    "woorden.stopped.held.back": _GO_ON,
}

_HELD_HERE = re.compile(r"\{([a-z_]+)")


def body(screen: Screen) -> tuple[Text, ...]:
    """The text of ``screen`` in brief: its own short form where it has one, never nothing."""
    short = screen.short or screen.paragraphs
    said = short if isinstance(short, tuple) else (short,)
    return shorter(said) or said[:1]


def shorter(paragraphs: Iterable[Text]) -> tuple[Text, ...]:
    """What stays of ``paragraphs``; the same said twice is said once."""
    return tuple(dict.fromkeys(_shorter(text) for text in paragraphs if text.context not in LEFT_OUT))


def _shorter(text: Text) -> Text:
    short = SHORTER.get(text.context)
    if short is None:
        return text
    wanted = placeholders(short.msgid)
    return Text(short.context, short.msgid, tuple(pair for pair in text.values if pair[0] in wanted))


def placeholders(msgid: str) -> frozenset[str]:
    """The names of the values that a text holds."""
    return frozenset(_HELD_HERE.findall(msgid))
