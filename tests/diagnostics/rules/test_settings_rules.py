"""What holds for every settings rule."""

from __future__ import annotations

from django_mssql_ops.configuration import read_settings
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import all_rules, judge
from tests.configuration.entries import DRIVER_18, entry, mssql_python


def test_their_numbers_are_1xx_and_nobody_elses_are() -> None:
    for rule in all_rules():
        assert (rule.stage == "settings") == (100 < rule.number < 300), rule


def test_a_sound_entry_has_no_finding() -> None:
    for values in (entry(extra="Encrypt=strict;APP=shop"), mssql_python(extra="Encrypt=strict")):
        facts = Facts(
            alias="default",
            settings=read_settings("default", values),
            installed_drivers=(DRIVER_18,),
        )
        assert judge(facts, stage="settings") == ()
