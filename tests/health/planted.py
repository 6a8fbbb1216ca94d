"""Names, secrets and addresses that must not come out, put into everything that a driver raises."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db import utils

from django_mssql_ops.exceptions import ConfigurationError, DriverUnavailable
from tests.errors.fake_drivers import ConnectionStringParseError, PyodbcError, raised
from tests.errors.forms import forms
from tests.errors.symptom_cases import all_cases
from tests.errors.symptom_cases.case import Case

#: Stands in every planted name; nothing else in a project is called so.
MARK: Final = "qZ7x"
#: All client addresses begin so; the networks are those of documentation (RFC 5737, RFC 3849).
ADDRESSES: Final = ("203.0.113.", "2001:db8:")
#: Characters of a driver's text that nobody but the driver says in a row.
_RUN: Final = 24

#: Leaks that are shown.
_SHOWN: Final = 3

#: What a message says about this very connection: names in quotes, and addresses.
_NAMED: Final = re.compile(r"'[^']*'|\"[^\"]*\"|\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+){2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What one connection has that is nobody's business."""

    host: str
    user: str
    database: str
    password: str
    address: str

    def within(self, sentence: str) -> str:
        """``sentence`` with these values for the names in it, and a connection string behind it."""
        values = [getattr(self, field.name) for field in fields(self)]

        def planted(found: re.Match[str]) -> str:
            quote = found[0][0] if found[0][0] in "'\"" else ""
            values.append(values.pop(0))
            return f"{quote}{values[-1]}{quote}"

        return f"{_NAMED.sub(planted, sentence)} ({self.said})"

    @property
    def said(self) -> str:
        return (
            f"SERVER={self.host};DATABASE={self.database};UID={self.user};PWD={self.password}; "
            f"client {self.address}"
        )


#: Every error that the catalogue of symptoms is tested with: what a driver says of it.
CASES: Final[tuple[Case, ...]] = tuple(case for case in all_cases() if case.sentence)


def driver_errors(case: Case, planted: Planted) -> list[BaseException]:
    """What pyodbc, mssql-python and Django raise for one case, on Linux and on Windows."""
    sentence = planted.within(case.sentence)
    made = forms(case.sqlstate, case.number, case.function, sentence, origin=case.origin)
    return [form.value for form in made if isinstance(form.value, BaseException)]


class _Mute(Exception):
    def __str__(self) -> str:
        raise ValueError(MARK)


def other_errors(planted: Planted) -> list[BaseException]:
    """What stands in a driver's way or beside it, and names the same things."""
    said = planted.said
    lost = PyodbcError("08S01", f"[08S01] [Microsoft][ODBC Driver 18 for SQL Server]{said} (0) (x)")
    behind = raised(RuntimeError(said), lambda exc: _raise_from(exc, lost))
    return [
        OSError(111, f"Connection refused: {planted.host}", planted.host),
        socket.gaierror(-2, f"Name or service not known: {planted.host}"),
        UnicodeDecodeError(
            "utf-8", f"{planted.password}\xff".encode("latin-1", "replace"), 0, 1, said
        ),
        KeyError(planted.user),
        LookupError(planted.database),
        ValueError(said),
        ImproperlyConfigured(f"cannot use {said}"),
        ConfigurationError(f"DATABASES['x']: {said}"),
        DriverUnavailable(f"no driver for {said}"),
        ImportError(f"no module {planted.host}", name=planted.user, path=planted.host),
        ConnectionStringParseError([f"Unknown keyword '{planted.password}' is not recognized"]),
        utils.OperationalError(said),
        ExceptionGroup(said, [OSError(111, said), ValueError(said)]),
        _Mute(said),
        behind,
    ]


def _raise_from(exc: BaseException, cause: BaseException) -> None:
    exc.add_note(f"{MARK} in a note")
    raise exc from cause


def leaks(text: str, errors: Iterable[BaseException] = ()) -> list[str]:
    """What of the planted values, or of what these errors say, stands in ``text``: the first few,
    because pytest explains a long list for minutes."""
    found = [value for value in (MARK, *ADDRESSES) if value in text]
    runs = set(_runs(text))
    for error in errors:
        for words in map(str, error.args):
            found += [run for run in _runs(words) if run in runs]
    return found[:_SHOWN]


def _runs(text: str) -> Iterator[str]:
    return (text[start : start + _RUN] for start in range(len(text) - _RUN + 1))
