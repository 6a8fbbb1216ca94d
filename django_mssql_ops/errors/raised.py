"""An exception -> records and class names: what the drivers said first, then everybody else.

The drivers' errors come from :func:`.classify.driver_errors`, with the numbers, states and phases
that it knows for certain. The other exceptions of the chain have only their class and their text,
which may hold a driver's whole message (pandas, SQLAlchemy, Airflow): they are read as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from django_mssql_ops.errors import mssql_python_error, pyodbc_error
from django_mssql_ops.errors.classify import chain, driver_errors
from django_mssql_ops.errors.driver_error import Confidence, DiagnosticRecord, DriverError
from django_mssql_ops.errors.message import MAX_INPUT_LENGTH, strip_frame
from django_mssql_ops.errors.observed import MAX_OBSERVED, Observed, ObservedRecord, squeeze
from django_mssql_ops.errors.pasted_text import read_text

#: Exceptions besides the drivers' whose texts are read.
_MAX_TEXTS: Final = 16

_DRIVERS: Final = ("pyodbc", "mssql_python")


def read_exception(exc: BaseException) -> Observed:
    """What ``exc`` and the exceptions behind it say; the outermost first."""
    errors = driver_errors(exc)
    links = tuple(chain(exc))
    records = [record for error in errors for record in _records(error)]
    known = {record.sentence for record in records}
    texts = [link for link in links if not _is_read(link)][:_MAX_TEXTS]
    read = [read_text(_text(link)) for link in texts]
    others = [r for seen in read for r in seen.records if r.sentence not in known]
    names = frozenset(base.__name__ for link in links for base in type(link).__mro__)
    return Observed(
        records=tuple([*records, *others][:MAX_OBSERVED]),
        exceptions=names.union(*(seen.exceptions for seen in read)),
    )


def read_driver_error(error: DriverError) -> Observed:
    """What a classified error says, where the exception itself is gone."""
    return Observed(
        records=tuple(_records(error))[:MAX_OBSERVED],
        exceptions=frozenset({error.exception_class.rpartition(".")[2]} - {""}),
    )


def _records(error: DriverError) -> Iterator[ObservedRecord]:
    """The first record decides; those behind it show another phase's words at most."""
    yield ObservedRecord(
        sqlstate=error.sqlstate,
        number=error.number,
        is_told=error.confidence is Confidence.HIGH or error.origin == "client",
        origin=error.origin,
        phase=error.phase,
        sentence=squeeze(_without_short_tags(error.sentence)),
        also=error.possible_numbers[1:],
    )
    for record in error.records:
        yield replace(_further(record), phase=error.phase)


def _further(record: DiagnosticRecord) -> ObservedRecord:
    return ObservedRecord(
        sqlstate=record.sqlstate,
        number=record.number,
        is_told=record.number is not None,
        origin=record.origin,
        sentence=squeeze(strip_frame(f"{record.text} (SQL)")),
    )


def _without_short_tags(sentence: str) -> str:
    """mssql-python leaves ``[SQL Server]`` of a server's tags and nothing of the driver's."""
    return sentence.removeprefix("[SQL Server]")


def _is_read(link: BaseException) -> bool:
    """A driver's own exception, or Django's copy of its arguments: ``driver_errors`` knows more."""
    if any(str(base.__module__).partition(".")[0] in _DRIVERS for base in type(link).__mro__):
        return True
    return pyodbc_error.has_shape(link.args) or mssql_python_error.has_shape(link.args)


def _text(link: BaseException) -> str:
    """``Class: text`` as a traceback ends; a class of somebody's may fail to say what it is."""
    try:
        text = str(link)[:MAX_INPUT_LENGTH]
    except Exception:
        text = ""
    return f"{type(link).__name__}: {text}"
