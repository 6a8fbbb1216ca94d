"""Text in whatever form people paste it -> records and the names of exception classes.

Looked for are records with ODBC's tags (:mod:`.tagged_text`), what Microsoft's own tools print, and
lines that begin with an exception's class (:mod:`.plain_text`). Only a text that has no tags and no
number is taken as sentences, line by line and as a whole.

A text is believed less than an exception: what looks like a record may be quoted in one. And a
sentence may be repeated only if it stands in what is left of the whole text without secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from django_mssql_ops.errors.observed import MAX_OBSERVED, Observed, ObservedRecord
from django_mssql_ops.errors.plain_text import numbered_records, phase_of_frames, plain_records
from django_mssql_ops.errors.redaction import redact
from django_mssql_ops.errors.tagged_text import tagged_records
from django_mssql_ops.errors.transcript import transcribe

_CHAINED = re.compile(
    r"\n[ \n]{0,8}(?:The above exception was the direct cause of the following exception:"
    r"|During handling of the above exception, another exception occurred:)[ \n]{0,8}\n"
)
_CLASS_NAME = re.compile(
    r"(?<![\w/\\-])(?:[a-z_][\w.]{0,80}\.)?"
    r"((?:[A-Z]\w{0,60})?(?:Error|Exception|Warning|Configured|NotFound))(?=[:()'\"\]]|\s{0,4}(?:\n|\Z))"
)
#: The parser of mssql-python quotes pieces of the connection string, and those of a password.
_QUOTING = re.compile(
    r"connection string parsing failed|unknown keyword|incomplete specification", re.IGNORECASE
)


def read_text(text: str) -> Observed:
    """What ``text`` shows; of a chain of tracebacks the last one, the outermost, comes first."""
    clean = transcribe(text)
    parts = list(reversed(_CHAINED.split(clean)))
    found = [record for part in parts for record in _structured(part)]
    only = bool(found)
    found += [r for part in parts for r in plain_records(part, only_exceptions=only)]
    repeatable = " ".join(redact(_QUOTING.split(clean, maxsplit=1)[0]).split())
    records = list(dict.fromkeys(found))[:MAX_OBSERVED]
    return Observed(
        records=tuple(replace(r, is_safe=r.sentence in repeatable) for r in records),
        exceptions=frozenset(_CLASS_NAME.findall(clean)),
    )


def _structured(part: str) -> Iterator[ObservedRecord]:
    yield from tagged_records(part, phase_of_frames(part))
    yield from numbered_records(part)
