"""What is promised, by kind: the codes that stand in the database."""

from __future__ import annotations

#: What a talk keeps (``bot.deadlines``).
BY_TALK = ("intake", "first_talk", "crisis_talk")
#: Promises that are terms (``bot.terms``): only a talk, a decision or an evaluation keeps them, no answer in the chat.
TERMS = (*BY_TALK, "decision", "evaluation")
#: Promises that belong to a crisis: who denies it, or says that it is over, takes them away.
OF_CRISIS = ("crisis", "crisis_talk")
#: Events that say that a term runs out, or ran out.
TERM_WARNINGS = ("deadline_near", "deadline_passed")
