"""The questions of Microsoft's sample: is this exception transient, and which codes are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import Error

from django_mssql_ops.conf import ops_settings
from django_mssql_ops.retry.judging import judge
from django_mssql_ops.retry.verdict import TransientRules, Verdict

if TYPE_CHECKING:
    from django_mssql_ops.errors import DriverError

_MAX_CAUSES: Final = 16

#: What is called transient by number, as the sample has it: a set of texts. Made when first asked.
TRANSIENT_ERROR_CODES: frozenset[str]


def is_transient(exc: BaseException) -> bool:
    """Whether another try of what raised ``exc`` may succeed; not whether it is safe.

    It is for tenacity's ``retry_if_exception``, stamina's ``on`` and code like the sample's. Never
    raises, but for ConfigurationError about MSSQL_OPS.
    """
    verdict = verdict_on(exc)
    return verdict is not None and verdict.is_transient


def verdict_on(exc: BaseException) -> Verdict | None:
    """The verdict on what left a function; None when it is not about a database of SQL Server.

    An exception of the database counts with everything that was being handled when it was raised.
    An exception of the project's own counts when it was raised *from* one of the database: after
    ``except Error: raise OutOfStock()`` the fault has been dealt with.
    """
    errors = _driver_errors(exc)
    return judge(errors, TransientRules.of(ops_settings())) if errors else None


def _driver_errors(exc: BaseException) -> tuple[DriverError, ...]:
    from django_mssql_ops.errors import driver_errors

    link: BaseException | None = exc
    for _ in range(_MAX_CAUSES):
        if link is None:
            return ()
        if isinstance(link, Error) or _is_a_drivers(link):
            return driver_errors(link)
        link = link.__cause__
    return ()


def _is_a_drivers(exc: BaseException) -> bool:
    roots = {base.__module__.partition(".")[0] for base in type(exc).__mro__ if base.__module__}
    return not roots.isdisjoint(("pyodbc", "mssql_python"))


def _codes() -> frozenset[str]:
    from django_mssql_ops.errors.catalogue.rows import CATALOGUE, CLIENT_CODES

    rules = TransientRules.of(ops_settings())
    changed = {number: word != "never" for number, word in rules.reactions.items()}
    listed = {row.number for row in CLIENT_CODES if row.default_class.value != "permanent"}
    listed |= {
        row.number
        for row in CATALOGUE
        if row.default_class.value != "permanent" and row.kind.value != "login"
    }
    if rules.efcore:
        from django_mssql_ops.errors.catalogue.efcore import ONLY_EF_CORE

        listed |= ONLY_EF_CORE
    return frozenset(str(number) for number in listed if changed.get(number, True)) | frozenset(
        str(number) for number, added in changed.items() if added
    )


def __getattr__(name: str) -> object:
    if name == "TRANSIENT_ERROR_CODES":
        return _codes()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
