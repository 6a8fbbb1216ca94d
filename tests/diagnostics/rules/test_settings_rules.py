"""What holds for every settings rule."""

from __future__ import annotations

from django_mssql_ops.diagnostics.registry import all_rules, judge
from tests.configuration.entries import entry, facts, mssql_python

ENTRA = "Encrypt=strict;Authentication=ActiveDirectoryMsi"


def test_their_numbers_are_1xx_2xx_and_5xx_and_nobody_elses_are() -> None:
    for rule in all_rules():
        is_ours = rule.number < 300 or rule.number >= 500
        assert (rule.stage in {"project", "settings"}) == is_ours, rule


def test_a_sound_entry_has_no_finding() -> None:
    pyodbc = "MARS_Connection=yes;Encrypt=strict;APP=shop"
    for values in (entry(), mssql_python(), entry(extra=pyodbc), mssql_python(extra=ENTRA)):
        assert judge(facts(values), stage="settings", deploy=True) == ()
