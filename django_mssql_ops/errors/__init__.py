"""A driver's exception, taken apart and explained.

``classify(exc)`` gives a :class:`DriverError`, ``explain(exc_or_text)`` a :class:`Diagnosis`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
from django_mssql_ops.errors.numbers import (
    DefaultClass,
    Kind,
    Meaning,
    TransactionState,
    client_meaning_of,
    kind_of,
    meaning_at,
    meaning_of,
)
from django_mssql_ops.errors.redaction import redact
from django_mssql_ops.lazy_names import lazy_names

if TYPE_CHECKING:
    from django_mssql_ops.errors.diagnosis import Diagnosis, explain
    from django_mssql_ops.errors.observed import ObservedRecord
    from django_mssql_ops.errors.symptom import Evidence, Symptom

__all__ = [
    "Confidence",
    "DefaultClass",
    "Diagnosis",
    "DiagnosticRecord",
    "DriverError",
    "DriverModule",
    "Evidence",
    "Kind",
    "Meaning",
    "ObservedRecord",
    "Origin",
    "Phase",
    "Symptom",
    "TransactionState",
    "classify",
    "client_meaning_of",
    "diagnostic_records",
    "driver_errors",
    "explain",
    "kind_of",
    "meaning_at",
    "meaning_of",
    "redact",
]

#: Name -> its module, which is imported when the name is first asked for: whoever only classifies
#: exceptions, as a retry does, does not wait for the explanations.
_LATER: Final = {
    "Diagnosis": "diagnosis",
    "Evidence": "symptom",
    "ObservedRecord": "observed",
    "Symptom": "symptom",
    "explain": "diagnosis",
}

__getattr__ = lazy_names(__name__, _LATER)
