"""``--explain``: which of several things a text is: a check's name, an error, a bare number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django_mssql_ops.diagnostics.registry import Rule, all_rules, slugs
from django_mssql_ops.diagnostics.selection import select
from django_mssql_ops.errors import Diagnosis, explain
from django_mssql_ops.errors.catalogue import client_meaning_of, meaning_of
from django_mssql_ops.errors.catalogue.sqlstates import SQLSTATES
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.findings import ID_PREFIX

#: An id and nothing else: whoever writes one means a check, not an error.
_BARE_ID: Final = re.compile(rf"\s*(?:{ID_PREFIX}\.)?[EWIU]\d{{3}}\s*", re.IGNORECASE | re.ASCII)
#: An id in a line of ``check`` or ``mssql_check``.
_QUOTED_ID: Final = re.compile(rf"\b{ID_PREFIX}\.[EWIU]\d{{3}}\b")
#: What people type who have the number alone.
_BARE_NUMBER: Final = re.compile(
    r"\s*(?:(?:SQL Server )?(?:error|msg|number)[ :#]*)?(\d{2,6})\s*", re.IGNORECASE | re.ASCII
)
_BARE_STATE: Final = re.compile(
    r"\s*(?:sqlstate)?[ :=]*\[?((?=\w*\d)[0-9A-Z]{5})\]?\s*", re.IGNORECASE | re.ASCII
)
#: Further readings are for a line, not for a log.
_LONGEST: Final = 64


def meant(text: str) -> Rule | Diagnosis:
    """The check that ``text`` names, or the error that it is.

    An error comes before an id that stands in the same text: the driver's own words say more than
    the check that repeats them. Raises ConfigurationError for an id that there is not.
    """
    named = _named(text)
    if named is not None:
        return named
    first = explain(text)
    if first.symptom is not None or first.records:
        return first
    for diagnosis in map(explain, _as_a_driver_says_it(text)):
        if diagnosis.symptom is not None:
            return diagnosis
        first = diagnosis
    for quoted in _QUOTED_ID.finditer(text):
        named = _named(quoted.group())
        if named is not None:
            return named
    return first


def _named(text: str) -> Rule | None:
    try:
        selection = select([text], [], slugs())
    except ConfigurationError:
        if _BARE_ID.fullmatch(text):
            raise
        return None
    return next(rule for rule in all_rules() if rule.number in selection)


def _as_a_driver_says_it(text: str) -> Iterator[str]:
    """The readings of a number or a SQLSTATE alone that somebody knows: the server's come first."""
    if len(text) > _LONGEST:
        return
    number, state = _BARE_NUMBER.fullmatch(text), _BARE_STATE.fullmatch(text)
    readings: dict[str, object] = {}
    if number is not None:
        server, client = meaning_of(int(number[1])), client_meaning_of(int(number[1]))
        readings[f"Msg {number[1]}, Level 16, State 1\n"] = server
        readings[f"[Microsoft][ODBC Driver 18 for SQL Server] ({number[1]})"] = client
    if state is not None:
        name = state[1].upper()
        readings[f"[{name}] [Microsoft][ODBC Driver 18 for SQL Server] (0)"] = SQLSTATES.get(name)
    for reading, meaning in readings.items():
        if meaning is not None or explain(reading).symptom is not None:
            yield reading
