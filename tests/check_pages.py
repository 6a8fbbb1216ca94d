"""Writes docs/checks/: one page a rule and an index, from the rules themselves.

``make docs`` runs it. The text of a page is the docstring of its rule function, so that
``mssql_check --explain``, the page and the code cannot drift apart; tests/test_check_pages.py fails
when a page is missing, stale or of a rule that is gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from django_mssql_ops.diagnostics.registry import Rule, all_rules

DIRECTORY: Final = Path(__file__).parent.parent / "docs" / "checks"
INDEX: Final = DIRECTORY / "README.md"

_NOTICE: Final = "<!-- Written by `make docs` from {source}: edit that. -->"
_RULES: Final = "django_mssql_ops/diagnostics/rules"

#: First number of a block -> what its rules judge.
_BLOCKS: Final = {
    100: "Settings",
    200: "Deployment",
    300: "Models",
    400: "Driver, network, server and database",
    500: "Retries",
    700: "Health checks",
}


def pages() -> dict[Path, str]:
    """Path -> text of everything that belongs into docs/checks/."""
    rules = all_rules()
    return {INDEX: _index(rules), **{DIRECTORY / _file_name(r): _page(r) for r in rules}}


def write() -> None:
    """Write what differs, and remove the pages of rules that are gone."""
    wanted = pages()
    DIRECTORY.mkdir(exist_ok=True)
    for path in set(DIRECTORY.glob("*.md")) - set(wanted):
        path.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def _file_name(rule: Rule) -> str:
    return f"{rule.number}-{rule.slug}.md"


def _page(rule: Rule) -> str:
    rows = {
        "runs in": ", ".join(f"`{command}`" for command in _commands(rule)),
        "stage": f"[{rule.stage}](../mssql_check.md#stages)",
        "reads": ", ".join(f"`{need}`" for need in rule.needs) or "the facts of its stage",
        "left out by": f"`mssql_check --skip {rule.number}`",
    }
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    source = f"{_RULES}/{rule.judge.__module__.rpartition('.')[2]}.py"
    return (
        f"# {rule.number} {rule.slug}\n\n{rule.explanation}\n\n"
        f"| | |\n| --- | --- |\n{table}\n\n{_NOTICE.format(source=source)}\n"
    )


def _commands(rule: Rule) -> tuple[str, str]:
    """Which of Django's checks asks, and mssql_check."""
    deploy = " --deploy" if rule.deploy_only else ""
    live = "" if rule.stage in ("settings", "project") else " --database <alias>"
    return f"check{deploy}{live}", f"mssql_check{deploy}"


def _index(rules: Iterable[Rule]) -> str:
    listed = list(rules)
    blocks = ["# All checks", "What numbers and columns mean is on [Checks](../checks.md)."]
    for start, title in _BLOCKS.items():
        rows = [_row(rule) for rule in listed if start <= rule.number < start + 100]
        if rows:
            head = ["| check | what is wrong | runs in |", "| --- | --- | --- |"]
            blocks += [f"## {title}", "\n".join([*head, *rows])]
    return "\n\n".join([*blocks, _NOTICE.format(source=_RULES)]) + "\n"


def _row(rule: Rule) -> str:
    name = f"[{rule.number} {rule.slug}]({_file_name(rule)})"
    where = ", ".join(f"`{command}`" for command in _commands(rule))
    return f"| {name} | {_cell(rule.explanation.partition(chr(10))[0])} | {where} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    write()
