"""How rules are registered, found and asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from django_mssql_ops.diagnostics import registry
from django_mssql_ops.diagnostics.facts import Facts, NotRun, Unreadable
from django_mssql_ops.diagnostics.registry import (
    Rule,
    Verdicts,
    all_rules,
    error,
    info,
    judge,
    rule,
    unknown,
    warning,
)
from django_mssql_ops.diagnostics.sections import STAGES
from django_mssql_ops.findings import Severity
from tests.diagnostics.rules.building import database, facts, healthy_facts


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, Rule]]:
    """An empty registry, so that a test's rules stay its own."""
    empty: dict[int, Rule] = {}
    monkeypatch.setattr(registry, "_registered", empty)
    yield empty


def silent(_facts: Facts) -> Verdicts:
    yield from ()


def level_rule(seen: list[object]) -> Rule:
    """A rule that needs two facts and keeps what it was given."""

    def judged(_facts: Facts, level: int, collation: str) -> Verdicts:
        seen.extend([level, collation])
        yield warning("a", hint="b", driver_text="c")
        yield info("d")

    return Rule(
        number=499,
        slug="a-rule",
        stage="database",
        needs=("database.compatibility_level", "database.collation"),
        judge=judged,
    )


def test_a_rule_is_given_its_facts_in_order_and_its_verdicts_become_findings() -> None:
    seen: list[object] = []
    known = facts(alias="replica", database=database(compatibility_level=150, collation="X"))
    first, second = level_rule(seen).findings(known)
    assert seen == [150, "X"]
    assert (first.rule, first.slug, first.severity) == (499, "a-rule", Severity.WARNING)
    assert (first.subject, first.message, first.hint) == ("replica", "a", "b")
    assert (first.driver_text, second.severity) == ("c", Severity.INFO)


def test_a_fact_nobody_could_read_makes_the_rule_unknown_without_asking_it() -> None:
    seen: list[object] = []
    known = facts(database=database(collation=Unreadable("error 300", hint="GRANT it")))
    (finding,) = level_rule(seen).findings(known)
    assert seen == []
    assert finding.severity is Severity.UNKNOWN
    assert finding.message == "a-rule could not be judged: error 300"
    assert finding.hint == "GRANT it"


def test_a_stage_that_never_ran_makes_the_rule_silent() -> None:
    seen: list[object] = []
    assert list(level_rule(seen).findings(facts(database=NotRun("--offline")))) == []
    assert seen == []


def test_not_run_wins_over_unreadable() -> None:
    both = Rule(number=498, slug="s", stage="database", needs=("database", "server"), judge=silent)
    known = facts(database=Unreadable("no row"), server=NotRun("--offline"))
    assert list(both.findings(known)) == []


@pytest.mark.parametrize(
    ("verdict", "severity"),
    [
        (error("m"), Severity.ERROR),
        (warning("m"), Severity.WARNING),
        (unknown("m"), Severity.UNKNOWN),
        (info("m"), Severity.INFO),
    ],
)
def test_each_verdict_has_its_severity(verdict: registry.Verdict, severity: Severity) -> None:
    assert (verdict.severity, verdict.message, verdict.hint) == (severity, "m", "")


def test_the_decorator_registers_and_returns_the_function(registered: dict[int, Rule]) -> None:
    assert (
        rule(480, "a-slug", stage="server", needs=("server",), deploy_only=True)(silent) is silent
    )
    assert registered[480] == Rule(
        number=480,
        slug="a-slug",
        stage="server",
        needs=("server",),
        judge=silent,
        deploy_only=True,
    )


@pytest.mark.parametrize("number", [99, 800, 0, -401, 1401])
def test_a_number_outside_the_blocks_is_refused(number: int, registered: dict[int, Rule]) -> None:
    with pytest.raises(ValueError, match=rf"rule number {number} is outside 100\.\.799"):
        rule(number, "a-slug", stage="server")(silent)
    assert registered == {}


@pytest.mark.parametrize("number", [100, 799])
def test_the_ends_of_the_blocks_are_allowed(number: int, registered: dict[int, Rule]) -> None:
    rule(number, "a-slug", stage="server")(silent)
    assert list(registered) == [number]


def test_a_number_is_given_once(registered: dict[int, Rule]) -> None:
    def other(_facts: Facts) -> Verdicts:
        yield from ()

    rule(480, "first", stage="server")(silent)
    with pytest.raises(ValueError, match="rule number 480 is taken by 'first'"):
        rule(480, "second", stage="server")(other)
    assert registered[480].slug == "first"


def test_a_function_of_the_same_name_in_another_module_does_not_take_the_number_over(
    registered: dict[int, Rule],
) -> None:
    def twin(_facts: Facts) -> Verdicts:
        yield from ()

    twin.__qualname__ = silent.__qualname__
    twin.__module__ = "another.module"
    rule(480, "first", stage="server")(silent)
    with pytest.raises(ValueError, match="rule number 480 is taken by 'first'"):
        rule(480, "second", stage="server")(twin)


def test_a_slug_is_given_once(registered: dict[int, Rule]) -> None:
    rule(480, "a-slug", stage="server")(silent)
    with pytest.raises(ValueError, match="rule slug 'a-slug' is taken"):
        rule(481, "a-slug", stage="server")(silent)
    assert list(registered) == [480]


def test_a_module_imported_again_may_register_its_rules_again(
    registered: dict[int, Rule],
) -> None:
    rule(480, "a-slug", stage="server")(silent)
    rule(480, "a-slug", stage="server")(silent)
    assert list(registered) == [480]


def test_only_rules_of_the_stage_are_asked_and_deploy_rules_only_when_deploying(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def says(text: str) -> Callable[..., Verdicts]:
        def judged(_facts: Facts) -> Verdicts:
            yield info(text)

        return judged

    def made(number: int, text: str, stage: str, deploy_only: bool = False) -> Rule:
        return Rule(
            number=number,
            slug=text,
            stage=stage,
            needs=(),
            judge=says(text),
            deploy_only=deploy_only,
        )

    known_rules = (made(480, "a", "server"), made(481, "b", "tls"), made(482, "c", "server", True))
    monkeypatch.setattr(registry, "all_rules", lambda: known_rules)
    assert [found.message for found in judge(facts(), stage="server")] == ["a"]
    assert [found.message for found in judge(facts(), stage="server", deploy=True)] == ["a", "c"]


def test_no_number_and_no_slug_is_used_twice() -> None:
    for values in (
        [known.number for known in all_rules()],
        [known.slug for known in all_rules()],
    ):
        assert [value for value, times in Counter(values).items() if times > 1] == []


def test_rules_come_by_number_and_there_are_some() -> None:
    numbers = [known.number for known in all_rules()]
    assert numbers == sorted(numbers)
    assert len([number for number in numbers if number >= 400]) >= 20


def test_every_slug_is_kebab_case() -> None:
    slugs = [known.slug for known in all_rules()]
    assert [s for s in slugs if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", s)] == []


def test_every_rule_belongs_to_a_stage_that_is_asked() -> None:
    for known in all_rules():
        assert known.stage in {"project", *STAGES}, known.number
        is_static = known.number < 300 or known.number >= 500
        assert is_static == (known.stage in {"project", "settings"}), known.number


def test_every_need_names_a_fact_that_exists() -> None:
    complete = healthy_facts()
    for path in {path for known in all_rules() for path in known.needs}:
        complete.read(path)
