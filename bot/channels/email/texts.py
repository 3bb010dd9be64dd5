"""What the page behind the link in a letter says. Neutral: someone else may have the address (rule 11)."""

from __future__ import annotations

from bot.letters import Wish
from flows.text import t

ASKED = t("mail.page", "Mag {gemeente} u mailen?")
WHY = t("mail.page.why", "Dit e-mailadres is ingevuld in de chat van {gemeente}. U kiest wat we ermee doen.")

WISHES = {
    Wish.CONFIRM: t("mail.page.confirm", "Ja, dit adres is van mij"),
    Wish.STOP: t("mail.page.stop", "Stuur mij geen mail meer"),
    Wish.RESUME: t("mail.page.resume", "Toch weer mail"),
}
ICONS = {Wish.CONFIRM: "✅", Wish.STOP: "✋", Wish.RESUME: "✉️"}

DONE = {
    Wish.CONFIRM: t("mail.page.confirmed", "Dank u. We weten nu dat dit adres van u is."),
    Wish.STOP: t("mail.page.stopped", "Goed. U krijgt van ons geen mail meer op dit adres."),
    Wish.RESUME: t("mail.page.resumed", "Goed. U krijgt weer mail van ons op dit adres."),
}
STOPPED = t("mail.page.still_stopped", "U krijgt nu geen mail van ons.")
UNKNOWN = t("mail.page.unknown", "Deze link werkt niet. Open hem nog eens vanuit uw mail.")
