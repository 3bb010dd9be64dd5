"""Draws the flows (``make draw``): one page in ``docs/flows/`` each, as a Mermaid state diagram made from its table."""

from __future__ import annotations

from pathlib import Path

from flows.flow import Flow
from flows.grammar import Back, Call, Jump, Target
from flows.registry import all_flows

FOLDER = Path(__file__).parents[1] / "docs/flows"


def drawing(flow: Flow) -> str:
    """The page of ``flow``: screens are boxes, events are arrows; other flows and the way back are ends with a name."""
    ends = {_words(row.target) for row in flow.rows if not isinstance(row.target, str)}
    names = {words: f"end{number}" for number, words in enumerate(sorted(ends), 1)}
    lines = [f'    state "{words}" as {name}' for words, name in names.items()]
    lines.append(f"    [*] --> {flow.start}")
    for row in flow.rows:
        sources = flow.screens if row.source == "*" else (row.source,)
        target = row.target if isinstance(row.target, str) else names[_words(row.target)]
        condition = f" [{row.when.__name__.strip('_').replace('_', ' ')}]" if row.when else ""
        lines += [f"    {source} --> {target}: {row.event}{condition}" for source in sources]
        if isinstance(row.target, tuple):
            lines.append(f"    {target} --> {row.target[0]}")
    return "\n".join(
        [
            f"# {flow.name}",
            "",
            f"Drawn from the table in [`flows/{flow.name}.py`](../../flows/{flow.name}.py) by `make draw`.",
            "The words that always work (mens, menu, terug, stop …) and a crisis lead away from everywhere: not drawn.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *dict.fromkeys(lines),
            "```",
            "",
        ]
    )


def _words(target: Target) -> str:
    match target:
        case str():
            return target
        case Call(flow, screen, _):
            return f"{flow} {screen or ''}".rstrip() + ", then back here"
        case Jump(flow, screen):
            return f"{flow} {screen or ''}".rstrip()
        case Back():
            return "back to where it was called"
        case (screen, called):
            return f"{_words(called).split(',')[0]}, then {screen}"


def main() -> None:
    """Writes every page, and takes away those of flows that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = {FOLDER / f"{name}.md": drawing(flow) for name, flow in all_flows().items()}
    for old in set(FOLDER.glob("*.md")) - set(pages):
        old.unlink()
    for path, text in pages.items():
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
