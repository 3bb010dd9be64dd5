"""National numbers to give people: shown, never dialled, and never part of a text that is translated.

A municipality's own numbers are in its configuration (``flows.grammar.Gemeente``).
"""

from __future__ import annotations

EMERGENCY = "112"  # immediate danger
SUICIDE = "113"  # Stichting 113 Zelfmoordpreventie: day and night, anonymous
SUICIDE_FREE = "0800-0113"  # the same, free of charge
SUICIDE_CHAT = "113.nl"
SAFE_HOME = "0800-2000"  # Veilig Thuis: day and night, free
LISTENING = "088 0767 000"  # De Luisterlijn: day and night, distress without acute danger
LEGAL_HELP = "juridischloket.nl"  # Het Juridisch Loket: legal advice, free for who has little
