"""What stands on the buttons of the global words (rule 1)."""

from __future__ import annotations

from collections.abc import Mapping

from flows.text import Text, t

LABELS: Mapping[str, Text] = {
    "mens": t("words.mens", "Praten met een mens"),
    "menu": t("words.menu", "Menu"),
    "terug": t("words.terug", "Terug"),
    "stop": t("words.stop", "Stop"),
    "opnieuw": t("words.opnieuw", "Opnieuw beginnen"),
    "taal": t("words.taal", "Andere taal"),
    "help": t("words.help", "Help"),
    "waarom": t("words.waarom", "Waarom vraagt u dit?"),
    "kort": t("words.kort", "Korter praten"),
}
