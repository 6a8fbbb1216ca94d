"""Retries that are shown to be safe before they are made (see docs/retry.md).

The names are those of Microsoft's sample for mssql-django, and three more::

    from django_mssql_ops.retry import retry_on_transient

    @retry_on_transient(max_retries=3, base_delay=1, max_delay=30, atomic=True)
    def place_order(customer, lines): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_mssql_ops.lazy_names import lazy_names

if TYPE_CHECKING:
    from django_mssql_ops.retry.decorator import retry_on_transient
    from django_mssql_ops.retry.outcome import OutcomeUnknown
    from django_mssql_ops.retry.policy import RetryPolicy
    from django_mssql_ops.retry.transient import TRANSIENT_ERROR_CODES, is_transient
    from django_mssql_ops.retry.verification import Verified

__all__ = [
    "TRANSIENT_ERROR_CODES",
    "OutcomeUnknown",
    "RetryPolicy",
    "Verified",
    "is_transient",
    "retry_on_transient",
]

#: Name -> its module, which is imported when the name is first asked for.
_MODULES: Final = {
    "OutcomeUnknown": "outcome",
    "RetryPolicy": "policy",
    "TRANSIENT_ERROR_CODES": "transient",
    "Verified": "verification",
    "is_transient": "transient",
    "retry_on_transient": "decorator",
}

__getattr__ = lazy_names(__name__, _MODULES)
