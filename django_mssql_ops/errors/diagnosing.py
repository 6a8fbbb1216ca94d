"""What was observed -> a Diagnosis."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final

from django_mssql_ops.errors.catalogue.sqlstates import SQLSTATES
from django_mssql_ops.errors.details import details_of
from django_mssql_ops.errors.diagnosis import MAX_ALTERNATIVES, Diagnosis
from django_mssql_ops.errors.driver_error import Confidence
from django_mssql_ops.errors.matching import Fit, Matcher, is_tie
from django_mssql_ops.errors.numbers import meaning_at
from django_mssql_ops.errors.observed import Observed, ObservedRecord
from django_mssql_ops.errors.redaction import printable
from django_mssql_ops.errors.symptom import Symptom
from django_mssql_ops.errors.symptoms import ROWS

#: Literal characters that a driver's own sentence must share with a clue to be unmistakable.
_UNMISTAKABLE: Final = 12

_WHOSE: Final = {"server": "SQL Server's", "client": "The ODBC driver's"}


@cache
def matcher() -> Matcher:
    return Matcher(ROWS)


def diagnose(observed: Observed) -> Diagnosis:
    fits = matcher().fitting(observed)
    records = tuple(_printable(record) for record in observed.records if record.is_safe)
    shown = tuple(r for r in records if r.sqlstate or r.number is not None or r.origin != "unknown")
    if not fits:
        return _unknown(shown)
    best = fits[0]
    row = best.symptom
    hidden = matcher().fitting(_behind(best.record)) if best.record.also else ()
    return Diagnosis(
        symptom=row,
        confidence=_confidence(fits),
        meaning=row.meaning,
        remedies=row.remedies,
        links=row.links,
        evidence=row.evidence,
        alternatives=_alternatives(row, [*hidden, *fits[1:]]),
        records=shown,
        details=MappingProxyType(details_of(records)),
    )


def _alternatives(row: Symptom, fits: list[Fit]) -> tuple[Symptom, ...]:
    others = dict.fromkeys(fit.symptom for fit in fits if fit.symptom is not row)
    return tuple(others)[:MAX_ALTERNATIVES]


def _behind(record: ObservedRecord) -> Observed:
    """The numbers that mssql-python may have hidden behind the one it shows."""
    return Observed(
        records=tuple(
            replace(record, number=number, sqlstate=None, sentence="") for number in record.also
        )
    )


def _confidence(fits: tuple[Fit, ...]) -> Confidence:
    best = fits[0]
    if len(fits) > 1 and is_tie(best, fits[1]):
        return Confidence.LOW
    return Confidence.HIGH if _is_certain(best) else Confidence.LOW


def _is_certain(fit: Fit) -> bool:
    """The number or the state was told; or the words are the driver's; or the class was raised."""
    record, clue = fit.record, fit.clue
    if clue.numbers:
        return record.is_told
    if clue.exceptions and clue.text:
        return True
    if clue.sqlstates:
        return record.sqlstate is not None
    if clue.text:
        is_own = record.origin in ("client", "driver_manager")
        return is_own and fit.score.literal >= _UNMISTAKABLE
    return False


def _unknown(records: tuple[ObservedRecord, ...]) -> Diagnosis:
    """No row fits; what was recognised may still help."""
    for record in records:
        meaning = _recognised(record)
        if meaning:
            told = Confidence.HIGH if record.is_told else Confidence.LOW
            return Diagnosis(
                confidence=told,
                meaning=meaning,
                links=_sources(record),
                records=records,
                details=MappingProxyType(details_of(records)),
            )
    return Diagnosis(records=records)


def _sources(record: ObservedRecord) -> tuple[str, ...]:
    """The pages among the sources; a measurement cannot be opened."""
    known = meaning_at(record.origin, record.number)
    return () if known is None else tuple(s for s in known.sources if s.startswith("https://"))


def _recognised(record: ObservedRecord) -> str:
    known = meaning_at(record.origin, record.number)
    whose = _WHOSE.get(record.origin)
    if whose and record.number:
        if known is None:
            return f"{whose} error {record.number}, which the catalogue does not explain."
        return f"{whose} error {record.number}: {known.text}."
    if record.sqlstate:
        state = SQLSTATES.get(record.sqlstate)
        if state is None:
            return f"SQLSTATE {record.sqlstate} of ODBC, which the catalogue does not explain."
        return f"SQLSTATE {record.sqlstate} of ODBC: {state.text}."
    return ""


def _printable(record: ObservedRecord) -> ObservedRecord:
    return replace(record, sentence=printable(record.sentence))
