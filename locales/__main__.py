"""``python -m locales``: brings the PO files up to date with the texts in the code and says what is left to do.

``python -m locales check`` changes nothing and ends with 1 when a language is not whole.
"""

from __future__ import annotations

import sys

from locales import extraction


def main(arguments: list[str]) -> int:
    """Runs the command; the exit code."""
    sources = extraction.extract()
    wrong = [f"not a literal: {place}" for place in extraction.unreadable_calls()] + extraction.clashes(sources)
    if arguments == ["check"]:
        for language in extraction.languages():
            wrong += [f"{language} {problem}" for problem in extraction.problems(language, sources)]
    elif not arguments:
        for language, left in extraction.update().items():
            print(f"{language}: {len(sources)} texts, {left} to translate")
    else:
        print(__doc__)
        return 2
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
