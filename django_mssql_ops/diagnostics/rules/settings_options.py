"""Keys of OPTIONS that mssql-django does not read: it ignores them without a word."""

from __future__ import annotations

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.engines import ENGINE
from django_mssql_ops.configuration.keywords import (
    KEYWORDS,
    known_keywords,
    setting_instead,
    suggest,
)
from django_mssql_ops.configuration.option_names import (
    MODULE_LEVEL,
    OPTIONS,
    SETTING_OF_KEYWORD,
    belongs_to_top_level,
)
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule, warning

_REMOVE = "Remove it; keywords of the driver belong into the text of OPTIONS['extra_params']."
_OPTIONS_IN_LOWER_CASE = frozenset(name.lower() for name in OPTIONS)


def _keywords(settings: ConnectionSettings) -> dict[str, str]:
    """Keywords (lower case -> usual spelling) that belong into extra_params and nowhere else."""
    known = known_keywords(settings.driver_family) or KEYWORDS["18"]
    elsewhere = _OPTIONS_IN_LOWER_CASE | SETTING_OF_KEYWORD.keys()
    return {key: name for key, name in known.items() if key not in elsewhere}


@rule(107, "options-unknown-key", stage="settings", needs=("settings.option_names",))
def options_unknown_key(facts: Facts, names: tuple[str, ...]) -> Verdicts:
    """`OPTIONS` has a key that mssql-django does not read and ignores without a word.

    mssql-django validates nothing, so a misspelt option has no effect and raises no error: a
    time-out that nobody set, a driver that nobody chose. The hint names what was probably meant.
    Keywords of the driver belong into the text of `extra_params`, which rule 112 looks at.

    A backend of your own that `MSSQL_OPS["ENGINES"]` names may read further keys. There only those
    are named that look like a known one.

    Source: mssql-django 2.0; seen in microsoft/mssql-django#414.
    """
    keywords = _keywords(facts.settings)
    for name in dict.fromkeys(names):
        if name in OPTIONS or name.lower() in keywords or _is_misplaced(name):
            continue
        meant = _remedy(facts, name, keywords)
        if meant or facts.settings.engine == ENGINE:
            yield warning(
                f"{facts.setting('OPTIONS')} has the key {name!r}, which mssql-django ignores",
                hint=meant or _REMOVE,
                about=name,
            )


def _is_misplaced(name: str) -> bool:
    """Rule 109 says where it belongs."""
    return name in MODULE_LEVEL or belongs_to_top_level(name) != ""


def _remedy(facts: Facts, name: str, keywords: dict[str, str]) -> str:
    """What was probably meant, or ``""``."""
    own_setting = SETTING_OF_KEYWORD.get(name.lower())
    if own_setting is not None:
        return f"Set {facts.setting(own_setting)} instead."
    option = suggest(name, OPTIONS)
    if option:
        return f"Did you mean {option!r}?"
    elsewhere = setting_instead(name)
    if elsewhere:
        return f"Use {elsewhere} instead."
    keyword = suggest(name, keywords.values())
    if keyword:
        return f"Did you mean {keyword}? It belongs into the text of OPTIONS['extra_params']."
    return ""


@rule(108, "odbc-keyword-as-option", stage="settings", needs=("settings.option_names",))
def odbc_keyword_as_option(facts: Facts, names: tuple[str, ...]) -> Verdicts:
    """A keyword of the driver stands in `OPTIONS` as a key, where it has no effect.

    `"TrustServerCertificate": "yes"` trusts nothing there and `"Encrypt": "strict"` encrypts
    nothing, although both look like security settings. Write the keyword into the text of
    `extra_params`:

        "OPTIONS": {"extra_params": "Encrypt=strict;ApplicationIntent=ReadOnly"}

    Source: mssql-django 2.0.
    """
    keywords = _keywords(facts.settings)
    for name in dict.fromkeys(names):
        keyword = keywords.get(name.lower())
        if keyword is not None and name not in OPTIONS:
            yield error(
                f"{facts.setting('OPTIONS')}[{name!r}] has no effect: "
                f"{keyword} is a keyword of the driver, not an option of mssql-django",
                hint=f"Write it into the text of OPTIONS['extra_params']: '{keyword}=...'.",
                about=name,
            )
