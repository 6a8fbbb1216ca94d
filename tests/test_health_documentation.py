"""docs/health.md names every setting, threshold, word and metric of the health checks, as it is."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from django.urls import URLPattern

from django_mssql_ops.conf import Health
from django_mssql_ops.conf.health_keys import HEALTH_KEYS, THRESHOLD_KEYS
from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.families import MEANINGS
from django_mssql_ops.health.pool.judging import PoolThresholds
from django_mssql_ops.health.server.describing import GAUGES
from django_mssql_ops.health.thresholds import WORDS, Thresholds
from django_mssql_ops.health.urls import urlpatterns

_DOCS = Path(__file__).parent.parent / "docs"
PAGE = (_DOCS / "health.md").read_text(encoding="utf-8")
#: Of every table: what is in backquotes in the first column -> the second column.
ROWS = {
    name: second.strip()
    for first, second in re.findall(r"^\| (`[^|]+) \|([^|\n]*)\|", PAGE, re.MULTILINE)
    for name in re.findall(r"`([^`]+)`", first)
}
#: Defaults that are no numbers, as Python spells them.
_SPELT = {"()": "()", "mappingproxy({})": "{}", "'unavailable'": '"unavailable"'}


def defaults(*instances: object) -> dict[str, object]:
    """The fields of dataclasses in the spelling of settings."""
    found: dict[str, object] = {}
    for one in instances:
        found |= {field.name.upper(): getattr(one, field.name) for field in dataclasses.fields(one)}  # type: ignore[arg-type]
    return found


def said(default: object) -> str:
    is_number = isinstance(default, float | int)
    return f"`{default:g}`" if is_number else f"`{_SPELT[repr(default)]}`"


@pytest.mark.parametrize("key", HEALTH_KEYS)
def test_every_setting_stands_there_with_its_default(key: str) -> None:
    assert ROWS[key] == said(defaults(Health())[key])


@pytest.mark.parametrize("key", THRESHOLD_KEYS)
def test_every_threshold_stands_there_with_its_default(key: str) -> None:
    # TOKEN is the threshold; the setting of that name is TOKENS.
    assert ROWS[key] == said(defaults(Thresholds(), PoolThresholds())[key])


def test_every_word_stands_there() -> None:
    missing = [word.value for word in Word if word.value not in ROWS]
    assert missing == []
    assert [word for word in sorted(WORDS) if f"`{word}`" not in PAGE] == []


def test_every_metric_stands_there_by_its_whole_name() -> None:
    counters = {"connections_opened", "retries"}
    names = {f"{name}_total" if name in counters else name for name in {**MEANINGS, **GAUGES}}
    named = {name.partition("{")[0] for name in ROWS if name.startswith("mssql_ops_")}
    assert named == {f"mssql_ops_{name}" for name in names}


@pytest.mark.parametrize("pattern", urlpatterns)
def test_every_address_stands_there(pattern: URLPattern) -> None:
    assert f"/{pattern.pattern}" in ROWS
