from __future__ import annotations

import inspect
import re

import mssql
from mssql import base, client

from django_mssql_ops.configuration.option_names import (
    CONNECTION_OPTIONS,
    DBSHELL_OPTIONS,
    MODULE_LEVEL,
    OPTIONS,
    TOP_LEVEL,
    belongs_to_top_level,
)

_READ = re.compile(r"""\b(?:options|opts)(?:\.get\(|\[)\s*'(\w+)'|'(\w+)' in (?:options|opts)\b""")


def _read_by(module: object) -> set[str]:
    source = inspect.getsource(module)  # type: ignore[arg-type]
    found = {name for pair in _READ.findall(source) for name in pair if name}
    # _uses_mssql_python reads it from conn_params.get('OPTIONS', {}).
    return found | set(re.findall(r"get\('OPTIONS', \{\}\)\.get\('(\w+)'\)", source))


def test_the_backend_reads_no_option_that_is_not_in_the_table() -> None:
    assert _read_by(base) <= CONNECTION_OPTIONS
    assert _read_by(client) <= OPTIONS


def test_the_table_names_no_option_that_the_backend_does_not_read() -> None:
    newer_than_1_8 = set() if hasattr(base, "_load_mssql_python") else {"python_driver"}
    read = _read_by(base) | newer_than_1_8
    assert read >= CONNECTION_OPTIONS, mssql.__file__
    assert _read_by(client) >= DBSHELL_OPTIONS


def test_the_settings_of_the_module_are_those_that_the_backend_reads() -> None:
    read = set(re.findall(r"hasattr\(settings, '(\w+)'\)", inspect.getsource(base)))
    assert read == MODULE_LEVEL


def test_a_setting_among_the_options_is_recognised_in_any_case() -> None:
    assert all(belongs_to_top_level(name) == name for name in TOP_LEVEL)
    assert belongs_to_top_level("token") == "TOKEN"
    assert belongs_to_top_level("trusted_connection") == "Trusted_Connection"


def test_an_option_of_the_backend_belongs_where_it_is() -> None:
    # dbshell reads these two from OPTIONS, in lower case.
    assert (belongs_to_top_level("host"), belongs_to_top_level("user")) == ("", "")
    assert not any(belongs_to_top_level(name) for name in OPTIONS)
