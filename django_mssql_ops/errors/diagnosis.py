"""``explain(exc_or_text)``: what an error means and what to do, from an exception or from its text.

The catalogue of symptoms and the readers of texts are imported by the first call: whoever only
classifies exceptions does not pay for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from django_mssql_ops.errors.driver_error import Confidence, DriverError
from django_mssql_ops.errors.observed import Observed, ObservedRecord
from django_mssql_ops.errors.symptom import Evidence, Symptom

#: Other rows that are named besides the best one.
MAX_ALTERNATIVES: Final = 5

_NOTHING: Final = (
    "This names neither an error of SQL Server or its drivers nor one of the errors that Django "
    "projects on SQL Server are known to meet."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What an error means.

    ``symptom`` is the row of the catalogue, None when none fits; ``meaning``, ``remedies``,
    ``links`` and ``evidence`` are the row's, and ``meaning`` says what was recognised where there
    is no row. ``confidence`` is HIGH when a number, a state or the driver's own words decided, LOW
    when only a sentence that anybody may have written did, or when another row fits as well.
    ``alternatives`` are the other rows that fit, the next best first. ``records`` is what was
    recognised, without secrets. ``details`` are facts that the text gave away, such as
    ``{"client IP address": "203.0.113.7"}``.
    """

    symptom: Symptom | None = None
    confidence: Confidence = Confidence.LOW
    meaning: str = _NOTHING
    remedies: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    evidence: Evidence | None = None
    alternatives: tuple[Symptom, ...] = ()
    records: tuple[ObservedRecord, ...] = ()
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def explain(exc_or_text: BaseException | str | DriverError) -> Diagnosis:
    """The row of the catalogue that ``exc_or_text`` is, with the meaning and the remedies.

    Takes an exception of either driver, of Django or of anybody around them, what ``classify`` made
    of one, or what people paste: a message, a traceback, a line of a log, the output of sqlcmd.
    Never raises, repeats no secret.
    """
    from django_mssql_ops.errors import diagnosing

    return diagnosing.diagnose(_observe(exc_or_text))


def _observe(exc_or_text: BaseException | str | DriverError) -> Observed:
    from django_mssql_ops.errors.pasted_text import read_text
    from django_mssql_ops.errors.raised import read_driver_error, read_exception

    if isinstance(exc_or_text, DriverError):
        return read_driver_error(exc_or_text)
    if isinstance(exc_or_text, BaseException):
        return read_exception(exc_or_text)
    return read_text(str.__str__(exc_or_text))
