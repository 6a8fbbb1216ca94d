from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from django_mssql_ops.health.families import Measured, families_of
from django_mssql_ops.health.openmetrics import Family, Sample, with_families

#: What django-health-check 4.0.6 writes: empty lines between its families.
THEIRS = """\
# HELP django_health_check_status Health check status (1 = healthy, 0 = unhealthy)
# TYPE django_health_check_status gauge
django_health_check_status{check="MSSQLConnection(alias='default')"} 1

# HELP django_health_check_overall_status Overall health check status
# TYPE django_health_check_overall_status gauge
django_health_check_overall_status 1
# EOF
"""


def parsed(text: str) -> dict[str, Any]:
    families: Any = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
    return {family.name: family for family in families}


def gauge(value: float, *labels: tuple[str, str]) -> Family:
    sample = Sample(labels=labels, value=value)
    return Family(name="latency", kind="gauge", meaning="How long.", samples=(sample,))


def test_ours_stand_behind_theirs() -> None:
    text = with_families(THEIRS, [gauge(0.25, ("alias", "default"))])
    assert text.endswith(
        '# HELP latency How long.\n# TYPE latency gauge\nlatency{alias="default"} 0.25\n# EOF\n'
    )
    assert list(parsed(text)) == [
        "django_health_check_status",
        "django_health_check_overall_status",
        "latency",
    ]


def test_a_counter_ends_in_total() -> None:
    samples = tuple(Sample(labels=(("outcome", o),), value=v) for o, v in (("a", 3), ("b", 0)))
    family = Family(name="retries", kind="counter", meaning="Retries.", samples=samples)
    text = with_families("# EOF\n", [family])
    assert 'retries_total{outcome="a"} 3\n' in text
    assert [(s.labels["outcome"], s.value) for s in parsed(text)["retries"].samples] == [
        ("a", 3),
        ("b", 0),
    ]


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_not_there(value: float) -> None:
    assert with_families("# EOF\n", [gauge(value)]) == "# EOF\n"


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_any_alias_is_written_so_that_it_is_read(alias: str, value: float) -> None:
    text = with_families(THEIRS, families_of([[Measured("up", alias, value)]]))
    (sample,) = parsed(text)["mssql_ops_up"].samples
    assert sample.labels == {"alias": alias}
    assert sample.value == value


def test_the_numbers_of_all_checks_are_put_together() -> None:
    one = [Measured("up", "default", 1), Measured("latency_seconds", "default", 0.1)]
    other = [Measured("up", "archive", 0), Measured("retries", "archive", 2, (("outcome", "x"),))]
    up, latency, retries = families_of([one, other])
    assert (up.name, up.kind, len(up.samples)) == ("mssql_ops_up", "gauge", 2)
    assert latency.name == "mssql_ops_latency_seconds"
    assert retries.kind == "counter"
    assert retries.samples == (Sample(labels=(("alias", "archive"), ("outcome", "x")), value=2),)
    assert parsed(with_families(THEIRS, [up, latency, retries]))


def test_the_same_number_twice_is_there_once() -> None:
    (family,) = families_of([[Measured("up", "default", 0)], [Measured("up", "default", 1)]])
    assert [sample.value for sample in family.samples] == [1]
