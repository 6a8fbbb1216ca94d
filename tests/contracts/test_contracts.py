"""Every import contract is kept by the package and catches a deliberate break of it."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.broken_copy import (
    BREAK,
    ROOT,
    Copy,
    Import,
    Verdict,
    contracts,
    layers,
    top_level_modules,
)

pytestmark = pytest.mark.process

#: What may stand in a contract besides the standard library, so that no misspelt name hides there.
OTHER_DISTRIBUTIONS = {
    "cryptography",
    "django",
    "health_check",
    "mssql",
    "mssql_python",
    "mssql_python_odbc",
    "pymssql",
    "pyodbc",
    "pytds",
    "sqlglot",
}
OUTSIDE_THE_WHEEL = {"sampleproject", "tests"}

RULES = f"{ROOT}.diagnostics.rules"
PROBES = f"{ROOT}.diagnostics.probes"
MIDDLE = f"{ROOT}.diagnostics.middle"


def upward_imports() -> Iterator[Import]:
    """For each pair of neighbouring lines, the lower imports the higher."""
    for higher, lower in itertools.pairwise(line for line in layers() if line):
        yield Import("layers", f"{ROOT}.{lower[0]}", f"{ROOT}.{higher[0]}")


def sideways_imports() -> Iterator[Import]:
    """In each line of several, the last imports the one before it."""
    for line in layers():
        if len(line) > 1:
            yield Import("layers", f"{ROOT}.{line[-1]}", f"{ROOT}.{line[-2]}")


def forbidden_imports(contract: str) -> Iterator[Import]:
    """Each module that the contract restricts imports each one that it forbids."""
    sources = contracts()[contract]["source_modules"]
    if f"{ROOT}.*" in sources:
        sources = [f"{ROOT}.{name}" for name in sorted(top_level_modules())]
    for source in sources:
        for forbidden in contracts()[contract]["forbidden_modules"]:
            yield Import(contract, source, forbidden)


def is_about_layers(each: Import) -> bool:
    return each.contract == "layers"


BREAKS = [
    *upward_imports(),
    *sideways_imports(),
    Import("layers", f"{ROOT}.apps", f"{ROOT}.contrib.metrics"),
    *forbidden_imports("pure"),
    *forbidden_imports("framework-free"),
    *forbidden_imports("drivers"),
    *forbidden_imports("health-check"),
    *forbidden_imports("light-retry"),
    *forbidden_imports("wheel"),
    Import("facts-then-rules", PROBES, f"{RULES}.first_rule"),
    Import("facts-then-rules", RULES, f"{PROBES}.{BREAK}"),
    Import("one-topic-a-file", f"{RULES}.second_rule", f"{RULES}.first_rule"),
    # By way of a module that may do it: a rule imports that one.
    Import("pure", MIDDLE, "socket"),
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """By contract, the verdict on a copy with its breaks in it.

    Upward imports make chains from everywhere to everywhere, so they have a copy of their own.
    """
    breaks = {key: list(group) for key, group in itertools.groupby(BREAKS, is_about_layers)}
    about_layers = Copy(tmp_path_factory.mktemp("layers"))
    about_layers.break_with(*breaks[True])
    about_layers.write(f"{ROOT}.unheard_of", "")
    others = Copy(tmp_path_factory.mktemp("others"))
    others.break_with(*breaks[False])
    others.write(f"{RULES}.{BREAK}", f"import {MIDDLE}")
    verdicts = {True: about_layers.lint(), False: others.lint()}
    return {contract: verdicts[contract == "layers"] for contract in contracts()}


def test_the_package_keeps_every_contract(tmp_path: Path) -> None:
    verdict = Copy(tmp_path).lint()
    assert verdict.exit_code == 0, verdict.output
    assert f"Contracts: {len(contracts())} kept, 0 broken." in verdict.output


def test_every_contract_has_a_deliberate_break() -> None:
    assert {each.contract for each in BREAKS} == set(contracts())


@pytest.mark.parametrize("contract", contracts())
def test_every_deliberate_break_is_caught(contract: str, broken: dict[str, Verdict]) -> None:
    verdict = broken[contract]
    breaks = {(each.added_to, each.imported) for each in BREAKS if each.contract == contract}
    missed = breaks - verdict.imports(contract)
    assert verdict.exit_code == 1
    assert not missed, verdict.complaints(contract)


def test_a_top_level_module_that_no_layer_names_is_caught(broken: dict[str, Verdict]) -> None:
    assert f"- {ROOT}.unheard_of" in broken["layers"].complaints("layers")


@pytest.mark.parametrize("contract", contracts())
def test_a_forbidden_name_is_spelt_right(contract: str) -> None:
    known = sys.stdlib_module_names | OTHER_DISTRIBUTIONS | OUTSIDE_THE_WHEEL
    assert set(contracts()[contract].get("forbidden_modules", ())) <= known
