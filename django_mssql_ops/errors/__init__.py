"""A driver's exception, taken apart: ``classify(exc)`` gives a :class:`DriverError`."""

from __future__ import annotations

from django_mssql_ops.errors.classify import classify, driver_errors
from django_mssql_ops.errors.driver_error import (
    Confidence,
    DiagnosticRecord,
    DriverError,
    DriverModule,
    Phase,
)
from django_mssql_ops.errors.message import Origin
from django_mssql_ops.errors.mssql_python_shim import diagnostic_records
from django_mssql_ops.errors.numbers import Kind, Meaning, kind_of, meaning_of
from django_mssql_ops.errors.redaction import redact

__all__ = [
    "Confidence",
    "DiagnosticRecord",
    "DriverError",
    "DriverModule",
    "Kind",
    "Meaning",
    "Origin",
    "Phase",
    "classify",
    "diagnostic_records",
    "driver_errors",
    "kind_of",
    "meaning_of",
    "redact",
]
