from __future__ import annotations

import inspect
import re

import mssql
from mssql import base, client

from django_mssql_ops.configuration.option_names import (
    CONNECTION_OPTIONS,
    DBSHELL_OPTIONS,
    OPTIONS,
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
