"""Settings whose value has the wrong Python type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django_mssql_ops.configuration.connection_settings import ConnectionSettings
from django_mssql_ops.configuration.effective_keywords import (
    writes_password,
    writes_trusted_connection,
)
from django_mssql_ops.diagnostics.facts import Facts
from django_mssql_ops.diagnostics.registry import Verdicts, error, rule

_TEXTS: Final = (
    "NAME",
    "HOST",
    "USER",
    "PASSWORD",
    "TOKEN",
    "Trusted_Connection",
    "OPTIONS.driver",
    "OPTIONS.dsn",
    "OPTIONS.isolation_level",
    "TEST.COLLATION",
)
#: Options that are whole numbers of 0 or more -> what they count.
_NUMBERS: Final[Mapping[str, str]] = {
    "connection_timeout": "seconds",
    "query_timeout": "seconds",
    "connection_retries": "attempts",
    "connection_retry_backoff_time": "seconds",
}


@rule(105, "value-not-string", stage="settings", needs=("settings.wrong_types",))
def value_not_string(facts: Facts, wrong_types: Mapping[str, str]) -> Verdicts:
    """A setting that must be text is something else.

    mssql-django joins the settings to one connection string. Anything but text, None included,
    ends in a `TypeError` that names neither the setting nor the alias; `isolation_level` and the
    collation of the databases for tests end in an SQL error. The usual way there is
    `os.environ.get("DB_PASSWORD")` without the variable, or a number without quotes. Give a text,
    and leave the key out instead of setting it to None.

    A value that the connection does not use, such as a `PASSWORD` without a `USER`, is not named.

    Source: measured with mssql-django 2.0; its `encode_connection_string` and
    `prepare_token_for_odbc`.
    """
    for name in _TEXTS:
        if name in wrong_types and _is_used(facts.settings, name):
            yield error(
                f"{facts.setting(*name.split('.'))} is {_a(wrong_types[name])} and must be a str",
                hint=_text_hint(name, wrong_types[name]),
                about=name,
            )


def _is_used(settings: ConnectionSettings, name: str) -> bool:
    if name == "PASSWORD":
        return writes_password(settings)
    if name == "Trusted_Connection":
        return writes_trusted_connection(settings) and "USER" not in settings.wrong_types
    if name == "HOST":
        falsy_is_fine = settings.python_driver == "mssql_python"
        none = settings.wrong_types[name] == "NoneType"
        return not settings.dsn and not (falsy_is_fine and none)
    if name in ("OPTIONS.driver", "OPTIONS.dsn"):
        return settings.python_driver == "pyodbc"
    return True


def _a(type_name: str) -> str:
    return "None" if type_name == "NoneType" else f"a value of type {type_name}"


def _text_hint(name: str, type_name: str) -> str:
    key = name.rpartition(".")[2]
    if type_name == "NoneType":
        return f"Leave {key} out, or give it a text; an environment variable may be missing."
    return f"Write {key} as a text in quotes."


@rule(166, "timeout-types", stage="settings", needs=("settings.wrong_types",))
def timeout_types(facts: Facts, wrong_types: Mapping[str, str]) -> Verdicts:
    """A time-out or a number of retries is not a whole number of 0 or more.

    `connection_timeout` and `query_timeout` go to the driver, which takes whole numbers only:
    `"30"`, `2.5` and None raise `TypeError`, and mssql-python refuses a bool and a negative number
    as well. `connection_retries` and `connection_retry_backoff_time` are first used when connecting
    has failed, so a wrong one hides the failure behind a `TypeError` just then, and an infinite
    number of retries never ends. A value from the environment is text: convert it with `int()`.

    `CONN_MAX_AGE` is judged here too: it must be a number of seconds or None. A backoff time with a
    fraction works and is left alone.

    Source: measured with pyodbc 5.5 and mssql-python 1.16; mssql-django 2.0, `get_new_connection`.
    """
    for name, unit in _NUMBERS.items():
        problem = _number_problem(facts.settings, name)
        if problem:
            path = f"OPTIONS.{name}"
            yield error(
                f"{facts.setting(*path.split('.'))} is {problem} and must be a whole "
                f"number of {unit}, 0 or more",
                hint="Write a number without quotes, or convert it with int().",
                about=path,
            )
    if "CONN_MAX_AGE" in wrong_types:
        yield error(
            f"{facts.setting('CONN_MAX_AGE')} is {_a(wrong_types['CONN_MAX_AGE'])} and must "
            "be a number of seconds or None",
            hint="Write a number without quotes, or convert it with int().",
            about="CONN_MAX_AGE",
        )


def _number_problem(settings: ConnectionSettings, name: str) -> str:
    type_name = settings.wrong_types.get(f"OPTIONS.{name}", "")
    if type_name == "float" and name == "connection_retry_backoff_time":
        return ""  # time.sleep() takes it
    if type_name:
        return _a(type_name)
    return "negative" if getattr(settings, name) < 0 else ""
