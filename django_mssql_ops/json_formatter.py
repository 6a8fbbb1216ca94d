"""A formatter for logging whose output is JSON, always: one object a line.

::

    LOGGING = {
        "formatters": {"json": {"()": "django_mssql_ops.json_formatter.JsonFormatter"}},
        ...
    }

A template such as ``{"message": "%(message)s"}`` breaks on the first quotation mark or line break,
and the drivers' messages are full of both. Here every value is made of what JSON has: text without
lone surrogates, numbers that are finite, lists and objects of bounded size. What a value is that
JSON does not know is told by its class, not by its repr, which may hold a secret; passwords and
tokens are taken out of texts, and values under names like theirs are not written.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django_mssql_ops.errors.redaction import redact

#: Characters of one text, and of a traceback, which keeps its end.
MAX_TEXT: Final = 8_192
#: Members of one list or object.
MAX_MEMBERS: Final = 100
#: Objects in objects.
MAX_DEPTH: Final = 6
#: Bits of a whole number; Python itself writes no longer ones than some 14,000.
MAX_BITS: Final = 1_024

HIDDEN: Final = "…"
_SECRET_NAMES: Final = ("password", "passwd", "pwd", "secret", "token", "authorization", "api_key")
_SPOKEN: Final = (date, time, timedelta, Decimal, UUID, BaseException)

#: What every record has; anything else came as ``extra``.
_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """``time`` (UTC, ISO 8601), ``level``, ``logger``, ``message``, the record's ``extra``, and
    ``exception`` with ``class``, ``message`` and ``traceback``; an extra never takes the name of
    one of these.

    Never raises for a record, whatever is in it.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line of JSON, in ASCII."""
        told: dict[str, Any] = {
            name: _value(value) for name, value in _extra(record) if not _is_secret(name)
        }
        told |= {name: HIDDEN for name, _ in _extra(record) if _is_secret(name)}
        told |= {
            "time": _moment(record.created),
            "level": _text(str(record.levelname)),
            "logger": _text(str(record.name)),
            "message": _text(_message(record)),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["exception"] = self._exception(record.exc_info)
        if record.stack_info:
            told["stack"] = _text(str(record.stack_info), end=True)
        return json.dumps(told, ensure_ascii=True, allow_nan=False)

    def _exception(self, exc_info: Any) -> dict[str, str]:
        cls = type(exc_info[1])
        try:
            traceback = self.formatException(exc_info)
        except Exception as failed:
            traceback = f"no traceback: {type(failed).__name__}"
        return {
            "class": _text(f"{cls.__module__}.{cls.__qualname__}"),
            "message": _text(_spoken(exc_info[1])),
            "traceback": _text(traceback, end=True),
        }


def _extra(record: logging.LogRecord) -> Iterable[tuple[str, object]]:
    given = ((str(n), v) for n, v in vars(record).items() if n not in _OWN)
    return ((_text(name), value) for name, value in islice(given, MAX_MEMBERS))


def _message(record: logging.LogRecord) -> str:
    try:
        return str(record.getMessage())
    except Exception:
        # Arguments that do not fit the message, or that cannot be written.
        return f"{_spoken(record.msg)} (its arguments do not fit)"


def _moment(created: object) -> str | None:
    try:
        return datetime.fromtimestamp(float(created), UTC).isoformat()  # type: ignore[arg-type]
    except (OverflowError, ValueError, TypeError, OSError):
        return None


def _value(value: object, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, _SPOKEN):
        return _text(_spoken(value))
    if depth < MAX_DEPTH and isinstance(value, Mapping):
        return _object(value, depth)
    if depth < MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
        return [_value(member, depth + 1) for member in islice(value, MAX_MEMBERS)]
    return f"<{_text(type(value).__qualname__)}>"


def _object(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    try:
        members = list(islice(value.items(), MAX_MEMBERS))
    except Exception:
        return {}
    named = ((_text(_spoken(name)), member) for name, member in members)
    return {n: HIDDEN if _is_secret(n) else _value(member, depth + 1) for n, member in named}


def _number(value: int | float) -> int | float | str:
    if isinstance(value, int):
        return int(value) if value.bit_length() <= MAX_BITS else "<int>"
    return float(value) if math.isfinite(value) else str(float(value))


def _spoken(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__qualname__}>"


def _is_secret(name: str) -> bool:
    lower = name.lower()
    return any(word in lower for word in _SECRET_NAMES)


def _text(text: str, *, end: bool = False) -> str:
    """Without secrets and lone surrogates, and not too long."""
    short = str.__str__(text)
    if len(short) > MAX_TEXT:
        short = f"…{short[-MAX_TEXT:]}" if end else f"{short[:MAX_TEXT]}…"
    whole = short.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return redact(whole)
