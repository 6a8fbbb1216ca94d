"""Read queries over the shop, by name, for comparing databases: same data, same answers.

``python -m tests.test_sampleproject.queries`` migrates the database of DJANGO_SETTINGS_MODULE,
fills the shop anew and prints every answer as one JSON document, with those that are expected
where databases differ.

Only what both SQLite and SQL Server define is asked; ``queries_differing`` has what they answer
differently. So texts are ordered by columns that hold ASCII of one case (the collations differ in
the rest), every order is total, averages are rounded, and the one zone that is not UTC has no
summer time: mssql-django 2.0 takes a zone's standard offset all year round.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import django

#: A query's answer: null, booleans, numbers, texts, and lists and objects of these.
Answer = Any
Query = Callable[[], Answer]

SEED: Final = 11
PRODUCTS, CUSTOMERS, ORDERS = 60, 25, 160

_SUBJECTS: Final = ("values", "texts", "dates", "functions", "joins")
DIFFERING: Final = "differing"


def names(*subjects: str) -> list[str]:
    """``subject.query`` of every query; importing them would need the project's settings."""
    return [
        f"{subject}.{node.name}"
        for subject in subjects or _SUBJECTS
        for node in ast.parse(_file(subject).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _file(subject: str) -> Path:
    return Path(__file__).with_name(f"queries_{subject}.py")


def all_queries(*subjects: str) -> Mapping[str, Query]:
    """Every query by its name, which says what it is about."""
    return {name: _query(*name.split(".")) for name in names(*subjects)}


def _query(subject: str, name: str) -> Query:
    query: Query = getattr(import_module(f"tests.test_sampleproject.queries_{subject}"), name)
    return query


def fill() -> None:
    """The data that the answers are about."""
    from sampleproject.shop.loading import Amounts, load

    load(Amounts(products=PRODUCTS, customers=CUSTOMERS, orders=ORDERS), SEED)


def answers(*subjects: str) -> dict[str, Answer]:
    """Every answer; one that cannot be given is the error's name and words instead."""
    return {name: _answer(query) for name, query in all_queries(*subjects).items()}


def _answer(query: Query) -> Answer:
    try:
        return query()
    except Exception as failure:  # a query that fails must not hide the others
        return {"failed": f"{type(failure).__name__}: {failure}"}


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    fill()
    from tests.test_sampleproject.difference import expected

    document = {"answers": answers(*_SUBJECTS, DIFFERING), "expected": expected()}
    json.dump(document, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
