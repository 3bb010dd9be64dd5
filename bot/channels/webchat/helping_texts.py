"""What the page of who helps someone says itself. Nothing in it tells what the conversation is about (rule 11)."""

from __future__ import annotations

from flows.text import Text, t

#: By the name under which template and script know them, beside those of the web chat.
PAGE: dict[str, Text] = {
    "with_title": t("meelezen.title", "Meelezen"),
    "with_asked": t("meelezen.asked", "Iemand vraagt of u mee wilt lezen in een gesprek."),
    "with_look": t("meelezen.look", "Bekijk de uitnodiging"),
    "with_sees": t(
        "meelezen.sees",
        "U ziet een deel van het gesprek. Degene die u helpt, kan dit op elk moment stoppen.",
    ),
    "with_this": t("meelezen.this", "Deze link werkt één keer. Daarna leest u mee in deze browser."),
    "with_me": t("meelezen.me", "Ja, dat ben ik"),
    "with_empty": t("meelezen.empty", "U leest mee vanaf nu. Nieuwe berichten verschijnen hier."),
    "with_stop": t("meelezen.stop", "Stop met meelezen"),
    "with_person": t("meelezen.person", "Degene die u helpt"),
    "with_other": t("meelezen.other", "Een andere helper"),
}
#: By the code of what was refused.
REFUSED: dict[str, Text] = {
    "nothing": t("meelezen.nothing", "Hier is niets te zien."),
    "only_reads": t("meelezen.reads", "U leest alleen mee. Meeschrijven kan hier niet."),
    "theirs": t("meelezen.theirs", "Dit kan alleen degene die u helpt zelf doen."),
}
#: Who is asked whether it is them.
WHO = t("meelezen.who", "Bent u {name}?")
#: Until when.
UNTIL = t("meelezen.until", "U leest mee tot en met {until}.")
