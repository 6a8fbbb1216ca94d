"""Keys that stand one level too high or too low in DATABASES."""

from __future__ import annotations

from typing import Final

from django_mssql_ops.configuration.keywords import KEYWORDS, known_keywords
from django_mssql_ops.configuration.option_names import (
    CONNECTION_OPTIONS,
    MODULE_LEVEL,
    SETTING_OF_KEYWORD,
    belongs_to_top_level,
)
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule

#: Options of mssql-django that ODBC has as keywords too: in extra_params they would not count.
_OPTION_AND_KEYWORD: Final = frozenset({"driver", "dsn"})


@rule(109, "setting-wrong-level", stage="settings", needs=("settings.top_level_names",))
def setting_wrong_level(facts: Facts, names: tuple[str, ...]) -> Verdicts:
    """A key stands at the wrong level of the settings, where nobody reads it.

    `TOKEN` and `Trusted_Connection` belong beside `NAME` and `HOST`; `driver`, `extra_params` and
    the other options of mssql-django belong into `OPTIONS`; keywords of the driver belong into the
    text of `extra_params`; `DATABASE_CONNECTION_POOLING` is a setting of its own, outside of
    `DATABASES`. At another level they are ignored without a word:

        DATABASE_CONNECTION_POOLING = False
        DATABASES = {
            "default": {
                "ENGINE": "mssql",
                "Trusted_Connection": "yes",
                "OPTIONS": {"extra_params": "Encrypt=strict"},
            }
        }

    Source: mssql-django 2.0, `base.py`; seen in microsoft/mssql-django#414.
    """
    for name in dict.fromkeys(facts.settings.option_names):
        place = _place_of_option(facts, name)
        if place:
            yield error(
                f"{facts.setting('OPTIONS', name)} has no effect there",
                hint=f"Move it to {place}.",
                about=f"OPTIONS.{name}",
            )
    for name in dict.fromkeys(names):
        place = _place_of_top_level(facts, name)
        if place:
            yield error(
                f"{facts.setting(name)} has no effect there",
                hint=f"Move it to {place}.",
                about=name,
            )


def _place_of_option(facts: Facts, name: str) -> str:
    if name in MODULE_LEVEL:
        return f"the settings module, as {name}"
    setting = belongs_to_top_level(name)
    return facts.setting(setting) if setting else ""


def _place_of_top_level(facts: Facts, name: str) -> str:
    if name in MODULE_LEVEL:
        return f"the settings module, as {name}"
    if name in CONNECTION_OPTIONS or name.lower() in _OPTION_AND_KEYWORD:
        option = name if name in CONNECTION_OPTIONS else name.lower()
        return facts.setting("OPTIONS", option)
    known = known_keywords(facts.settings.driver_family) or KEYWORDS["18"]
    if name.lower() in known and name.lower() not in SETTING_OF_KEYWORD:
        return f"the text of OPTIONS['extra_params']: '{known[name.lower()]}=...'"
    return ""
