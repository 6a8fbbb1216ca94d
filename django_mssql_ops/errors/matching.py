"""Which row of the catalogue an error is: the most specific clue decides, never the order of rows.

A number that the server or the driver gave is worth more than a sentence, because anybody can write
a sentence (RAISERROR, a value that a message quotes); a number with a sentence is worth more than
the number alone, because the sentence tells cases of one number apart. An exception's class with
its sentence is worth most: the rows that ask for a class are about errors that no driver raised.
Of two sentences the one with more literal characters is the more specific one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from django_mssql_ops.errors.observed import Observed, ObservedRecord
from django_mssql_ops.errors.patterns import literal_length, needle
from django_mssql_ops.errors.symptom import Clue, Symptom

_LOGIN_FAILED: Final = frozenset({18456})
#: Errors of a login that 18456 follows: the database, the default database.
_REASONS: Final = frozenset({4060, 4064})

_CLASS_AND_TEXT: Final = 6
_NUMBER_AND_TEXT: Final = 5
_NUMBER: Final = 4
_TEXT: Final = 3
_REST: Final = 1


class Score(NamedTuple):
    """How specific a clue is; compared from left to right."""

    tier: int
    literal: int
    conditions: int

    @property
    def is_number(self) -> bool:
        return self.tier in (_NUMBER, _NUMBER_AND_TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A row, the clue it is known by and the record that the clue fits; position 0 is the first."""

    symptom: Symptom
    clue: Clue
    score: Score
    record: ObservedRecord
    position: int


class _Candidate(NamedTuple):
    symptom: Symptom
    clue: Clue
    score: Score
    #: Words that every sentence has which the clue fits, in lower case.
    needle: str


class Matcher:
    """The rows, with the clues that ask for a number laid out by number."""

    def __init__(self, rows: Iterable[Symptom]) -> None:
        self._numbered: dict[int, list[_Candidate]] = {}
        self._others: list[_Candidate] = []
        for row in rows:
            for clue in row.clues:
                candidate = _Candidate(row, clue, score_of(clue), needle(clue.text))
                for number in clue.numbers:
                    self._numbered.setdefault(number, []).append(candidate)
                if not clue.numbers:
                    self._others.append(candidate)

    def fitting(self, observed: Observed) -> tuple[Fit, ...]:
        """The rows that fit, the best first; each once, with its best clue."""
        best: dict[int, Fit] = {}
        words = "\n".join(record.sentence for record in observed.records).lower()
        others = [
            candidate
            for candidate in self._others
            if candidate.needle in words and _class_fits(candidate.clue, observed.exceptions)
        ]
        for position, record in enumerate(_causes_first(observed.records)):
            numbered = self._numbered.get(record.number, ()) if record.number is not None else ()
            for candidate in (*numbered, *others):
                if _fits(candidate.clue, record, observed.exceptions):
                    fit = _fit(candidate, record, position)
                    known = best.setdefault(fit.symptom.number, fit)
                    best[fit.symptom.number] = max(known, fit, key=_order)
        return tuple(sorted(best.values(), key=_order, reverse=True))


def _causes_first(records: tuple[ObservedRecord, ...]) -> tuple[ObservedRecord, ...]:
    """The server ends a login that it refused for another reason with 18456, shown first."""
    if not any(_is_server(record, _REASONS) for record in records):
        return records or (ObservedRecord(),)
    return tuple(sorted(records, key=lambda record: _is_server(record, _LOGIN_FAILED)))


def _is_server(record: ObservedRecord, numbers: frozenset[int]) -> bool:
    return record.origin == "server" and record.number in numbers


def is_tie(first: Fit, second: Fit) -> bool:
    """Nothing but the number of the row tells the two apart."""
    return _order(first)[:-1] == _order(second)[:-1]


def score_of(clue: Clue) -> Score:
    others = (clue.sqlstates, clue.origin, clue.phase, clue.exceptions)
    return Score(
        tier=_tier(clue),
        literal=_literal(clue.text),
        conditions=sum(1 for condition in others if condition),
    )


def _tier(clue: Clue) -> int:
    if clue.numbers:
        return _NUMBER_AND_TEXT if clue.text else _NUMBER
    if clue.text:
        return _CLASS_AND_TEXT if clue.exceptions else _TEXT
    return _REST


def _order(fit: Fit) -> tuple[Score, int, int]:
    return (fit.score, -fit.position, -fit.symptom.number)


def _fit(candidate: _Candidate, record: ObservedRecord, position: int) -> Fit:
    return Fit(
        symptom=candidate.symptom,
        clue=candidate.clue,
        score=candidate.score,
        record=record,
        position=position,
    )


def _class_fits(clue: Clue, exceptions: frozenset[str]) -> bool:
    return not clue.exceptions or not clue.exceptions.isdisjoint(exceptions)


def _fits(clue: Clue, record: ObservedRecord, exceptions: frozenset[str]) -> bool:
    """Every condition holds; the cheap ones are asked first."""
    return (
        _class_fits(clue, exceptions)
        and (not clue.sqlstates or record.sqlstate in clue.sqlstates)
        and (clue.phase is None or record.phase is clue.phase)
        and (not clue.numbers or record.number in clue.numbers)
        and not (clue.is_numberless and record.number is not None)
        and _origin_fits(clue, record)
        and (not clue.text or _compiled(clue.text).search(record.sentence) is not None)
    )


def _origin_fits(clue: Clue, record: ObservedRecord) -> bool:
    """A sentence without tags may be anybody's: there the clue's own sentence must do."""
    if clue.origin is None or clue.origin == record.origin:
        return True
    return record.origin == "unknown" and bool(clue.text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


@cache
def _literal(pattern: str) -> int:
    return literal_length(pattern) if pattern else 0
