"""What a run is asked to do: checked against settings and project before any packet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.utils import ConnectionHandler
from django.test import override_settings

from django_mssql_ops import connections as ops_connections
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.management.commands.mssql_retrytest import Command
from django_mssql_ops.retrytest.asked import all_scenarios, asked, place_of, plan_of
from django_mssql_ops.retrytest.result import Layer

HERE = __name__
urlpatterns: list[Any] = []


def function() -> None:
    """A target."""


def entry(name: str) -> dict[str, Any]:
    options = {"extra_params": "Encrypt=no"}
    secret = "Very secret 1"
    return {
        "ENGINE": "mssql",
        "HOST": "db.example",
        "NAME": name,
        "USER": "app",
        "PASSWORD": secret,
        "OPTIONS": options,
    }


@pytest.fixture(autouse=True)
def entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alias for tests, one for production, and one that is not SQL Server."""
    handler = ConnectionHandler(
        {
            "default": entry("shop_test"),
            "orders": entry("shop_prod"),
            "cache": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
        }
    )
    monkeypatch.setattr(ops_connections, "connections", handler)


def options(*words: str) -> dict[str, Any]:
    return vars(Command().create_parser("manage.py", "mssql_retrytest").parse_args(list(words)))


def test_by_default_it_is_the_built_in_workload_under_the_decorator_read_only() -> None:
    wanted = asked(options("--seed", "3"))
    assert (wanted.place.alias, wanted.seed, wanted.layers) == ("default", 3, (Layer.DECORATOR,))
    assert wanted.target == "built-in workload"
    assert not any(scenario.needs_write for scenario in wanted.selection.chosen)
    assert {reason for _, reason in wanted.selection.left_out} == {"needs --write"}


def test_all_layers_are_three() -> None:
    assert asked(options("--layer", "all")).layers == (
        Layer.BACKEND,
        Layer.DECORATOR,
        Layer.MIDDLEWARE,
    )


def test_a_function_runs_what_fits_any_code() -> None:
    wanted = asked(options("--call", f"{HERE}.function", "--write"))
    assert (wanted.target, wanted.layers) == (f"{HERE}.function", (Layer.TARGET,))
    assert "control-outer-block" not in {s.name for s in wanted.selection.chosen}
    assert "for the built-in workload alone" in {r for _, r in wanted.selection.left_out}


def test_no_secret_is_in_a_repr() -> None:
    assert "secret" not in repr(asked(options()))


@override_settings(ROOT_URLCONF=HERE)
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--database", "replica"), "DATABASES has no alias 'replica'; it has 'default', 'orders'"),
        (("--database", "cache"), "alias 'cache' is not SQL Server: its ENGINE is"),
        (("--database", "orders"), "alias 'orders' is the database 'shop_prod', and 'prod' is in"),
        (("--only", "wedge"), "--only 'wedge' is no scenario; --list shows all of them"),
        (("--only", "commit-1205"), "--only commit-1205 needs to write; add --write"),
        (("--call", "no.such"), "--call 'no.such' cannot be imported"),
        (("--invariant", "no.such"), "--invariant 'no.such' cannot be imported"),
        (("--url", "/nowhere/"), "--url '/nowhere/': no view of the project answers it"),
        (("--plan", "/nonexistent/plan.toml"), "plan.toml: cannot be read: No such file"),
        (
            ("--call", f"{HERE}.function", "--only", "control-outer-block"),
            "the chosen scenarios are for the built-in workload alone",
        ),
    ],
)
def test_what_cannot_be_asked(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        asked(options(*words))
    assert str(caught.value).startswith(sentence)
    assert "\n" not in str(caught.value)


def test_production_may_be_meant() -> None:
    words = ("--database", "orders", "--i-know-this-is-production")
    assert place_of(options(*words)).alias == "orders"
    with override_settings(MSSQL_OPS={"RETRYTEST_DATABASES": ("shop_*",)}):
        assert place_of(options("--database", "orders")).alias == "orders"


def test_a_plan_has_scenarios_of_its_own_and_a_seed(tmp_path: Path) -> None:
    plan = tmp_path / "own.toml"
    plan.write_text(
        'seed = 5\n[[scenario]]\nname = "two refused logins"\nexpect = "survived"\n'
        '[[scenario.injection]]\nfault = "login-error"\nnumber = 40613\ncount = 2\n'
    )
    wanted = asked(options("--plan", str(plan)))
    assert wanted.seed == 5
    assert [s.name for s in wanted.selection.chosen] == ["two refused logins"]
    assert asked(options("--plan", str(plan), "--seed", "6")).seed == 6
    with pytest.raises(ConfigurationError, match="--serve needs"):
        plan_of(options("--plan", str(plan)))


def test_injections_of_a_plan_are_one_scenario_or_are_served(tmp_path: Path) -> None:
    plan = tmp_path / "storm.toml"
    plan.write_text(
        '[[injection]]\nfault = "reset"\n[[injection]]\nfault = "login-error"\nnumber = 40613\n'
    )
    (scenario,) = all_scenarios(options("--plan", str(plan)))
    assert [one.fault.name for one in scenario.injections] == ["reset", "login-error"]
    assert plan_of(options("--plan", str(plan), "--seed", "4")) == (4, scenario.injections)


def test_a_plan_that_expects_nonsense_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "own.toml"
    plan.write_text(
        '[[scenario]]\nname = "x"\nexpect = "fine"\n[[scenario.injection]]\nfault = "reset"\n'
    )
    with pytest.raises(ConfigurationError, match=r"own\.toml: scenario 1: expect is 'fine'"):
        asked(options("--plan", str(plan)))


@pytest.mark.parametrize(
    ("fault", "lasts"),
    [
        ('fault = "reset"', False),
        ('fault = "latency"\nseconds = 9', False),
        ('fault = "error-storm"', True),
        ('fault = "refuse"', True),
        ('fault = "reset"\nduration = 20', True),
        ('fault = "reset"\nafter = 1', True),
    ],
)
def test_what_lasts_for_a_time_is_waited_for_in_full(
    tmp_path: Path, fault: str, lasts: bool
) -> None:
    plan = tmp_path / "own.toml"
    plan.write_text(f"[[injection]]\n{fault}\n")
    (scenario,) = all_scenarios(options("--plan", str(plan)))
    assert scenario.real_time is lasts
    head = '[[scenario]]\nname = "x"\nexpect = "survived"\n[[scenario.injection]]\n'
    plan.write_text(f"{head}{fault}\n")
    (scenario,) = all_scenarios(options("--plan", str(plan)))
    assert scenario.real_time is lasts


def test_no_built_in_scenario_is_waited_for_in_full() -> None:
    assert not any(scenario.real_time for scenario in all_scenarios(options()))
