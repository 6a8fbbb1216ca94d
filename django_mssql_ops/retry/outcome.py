"""The error for a call of which nobody knows whether it was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import OperationalError

if TYPE_CHECKING:
    from django_mssql_ops.errors import DriverError

_SENTENCE = "the outcome is unknown: {why}; look it up before doing it again"


class OutcomeUnknown(OperationalError):
    """The connection was lost at a moment when the work may or may not have been committed.

    ``driver_error`` is the classified error (or None), ``token`` what a verification can be asked
    for, or None; the driver's own exception is the cause. Both travel with a pickle.
    """

    def __init__(
        self,
        why: str = "the connection was lost while work was being committed",
        *,
        driver_error: DriverError | None = None,
        token: object = None,
    ) -> None:
        super().__init__(_SENTENCE.format(why=why))
        self.why = why
        self.driver_error = driver_error
        self.token = token

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.why,), {"driver_error": self.driver_error, "token": self.token})
