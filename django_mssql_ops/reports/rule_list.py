"""The list of rules, as ``--list-rules`` shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SCHEMA: Final = "django-mssql-ops/rules/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One rule without its mechanics; ``title`` is the first line of its page."""

    number: int
    slug: str
    stage: str
    deploy_only: bool
    title: str

    @property
    def page(self) -> str:
        return f"docs/checks/{self.number}-{self.slug}.md"


def render_rules(format_name: str, rows: Sequence[RuleRow]) -> str:
    """The rules by number as ``text``, ``json`` or ``markdown``, ending in a newline."""
    return {"json": _json, "markdown": _markdown}.get(format_name, _text)(rows)


def _text(rows: Sequence[RuleRow]) -> str:
    widest = max((len(row.slug) for row in rows), default=0)
    stages = max((len(_stage(row)) for row in rows), default=0)
    lines = [
        f"{row.number}  {row.slug:<{widest}}  {_stage(row):<{stages}}  {row.title}" for row in rows
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _stage(row: RuleRow) -> str:
    return f"{row.stage}, deploy" if row.deploy_only else row.stage


def _markdown(rows: Sequence[RuleRow]) -> str:
    head = ["| number | rule | stage | what is wrong |", "| --- | --- | --- | --- |"]
    body = [
        f"| {row.number} | {row.slug} | {_stage(row)} | {row.title.replace('|', chr(92) + '|')} |"
        for row in rows
    ]
    return "\n".join([*head, *body]) + "\n"


def _json(rows: Sequence[RuleRow]) -> str:
    rules = [
        {
            "rule": row.number,
            "slug": row.slug,
            "stage": row.stage,
            "deploy_only": row.deploy_only,
            "title": row.title,
            "page": row.page,
        }
        for row in rows
    ]
    return json.dumps({"schema": SCHEMA, "rules": rules}, indent=2) + "\n"
