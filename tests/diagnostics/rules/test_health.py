"""The rules about the health checks."""

from __future__ import annotations

from typing import Any

import pytest

from django_mssql_ops.diagnostics.facts import HealthUse, NotRun, Project, Unreadable
from django_mssql_ops.diagnostics.registry import all_rules, judge
from django_mssql_ops.findings import Finding
from tests.configuration.entries import project


def findings(number: int, **changes: Any) -> list[Finding]:
    (rule,) = (rule for rule in all_rules() if rule.number == number)
    return list(rule.findings(Project(project=project(health=HealthUse(**changes)))))


def test_a_project_that_uses_them_well_has_no_finding() -> None:
    use = HealthUse(networks=("10.0.0.0/8", "127.0.0.1", "::1"), redirected=())
    facts = Project(project=project(health=use))
    assert judge(facts, stage="project", deploy=True) == ()


class TestOpenToAll:
    @pytest.mark.parametrize("network", ["0.0.0.0/0", "::/0"])
    def test_every_address_is_a_warning(self, network: str) -> None:
        (finding,) = findings(701, networks=("10.0.0.0/8", network))
        assert (finding.id, finding.about) == ("mssql_ops.W701", network)
        assert network in finding.message

    def test_a_large_network_is_not(self) -> None:
        assert findings(701, networks=("0.0.0.0/1", "2000::/3")) == []


class TestProxyAdmitted:
    @pytest.mark.parametrize("network", ["127.0.0.1", "127.0.0.0/8", "::1", "0.0.0.0/1"])
    def test_this_machine_behind_a_proxy_is_a_warning(self, network: str) -> None:
        (finding,) = findings(702, networks=("10.0.0.0/8", network), has_proxy=True)
        assert (finding.id, finding.about) == ("mssql_ops.W702", network)

    def test_without_a_proxy_it_is_meant(self) -> None:
        assert findings(702, networks=("127.0.0.1",)) == []

    def test_other_networks_are_not_this_machine(self) -> None:
        assert findings(702, networks=("10.0.0.0/8", "fd00::/8"), has_proxy=True) == []

    def test_all_addresses_are_told_once(self) -> None:
        assert findings(702, networks=("0.0.0.0/0", "::/0"), has_proxy=True) == []


class TestAliasUnknown:
    def test_each_is_an_error(self) -> None:
        one, two = findings(703, strangers=("archive", "old"))
        assert (one.id, one.about, two.about) == ("mssql_ops.E703", "archive", "old")
        assert "'archive'" in one.message


class TestRedirected:
    def test_each_path_is_a_warning(self) -> None:
        live, ready = findings(704, redirected=("health/live/", "health/ready/"))
        assert (live.id, live.about, ready.about) == (
            "mssql_ops.W704",
            "health/live/",
            "health/ready/",
        )
        assert "/health/live/" in live.message

    def test_a_urlconf_that_is_not_loaded_says_nothing(self) -> None:
        assert findings(704, redirected=NotRun("the URLconf is not loaded")) == []

    def test_one_that_cannot_be_read_is_unknown(self) -> None:
        (finding,) = findings(704, redirected=Unreadable("the URLconf could not be read"))
        assert finding.id == "mssql_ops.U704"
