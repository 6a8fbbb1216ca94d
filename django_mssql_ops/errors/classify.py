"""From any exception to the driver's error behind it, without importing a driver.

Django raises its own class from the driver's (``__cause__``); mssql-django may raise a second
error that hides the first (``Cannot open a new connection in an atomic block`` after a lost
connection), which is then in ``__context__``. A driver's exception is known by the module of one
of its classes; where only a copy is left (a pickled wrapper), by the shape of its arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

from django_mssql_ops.errors import mssql_python_error, pyodbc_error
from django_mssql_ops.errors.driver_error import DriverError, DriverModule
from django_mssql_ops.errors.phases import refine

#: Exceptions looked at in one chain: __cause__ and __context__ can be long, and can be circular.
MAX_CHAIN: Final = 64

_DJANGO_MODULE = "django.db.utils"


def classify(exc: BaseException) -> DriverError | None:
    """The outermost driver error in ``exc``'s chain, or None when no driver has a part in it.

    Never raises. A ConnectionStringParseError of mssql_python is a driver error (phase CONNECT,
    origin client, no state, no number). Django's ImproperlyConfigured is not, not even the one
    with which the backend reports a pyodbc that cannot be imported: no driver ran, and the text is
    Django's own sentence.
    """
    return next(iter(driver_errors(exc)), None)


def driver_errors(exc: BaseException) -> tuple[DriverError, ...]:
    """Every driver error in the chain, the outermost (that is the latest) first.

    A rollback that fails on a lost connection says less than the statement before it: whoever
    decides about a retry wants both.
    """
    links = tuple(chain(exc))
    errors = tuple(error for error in map(_read_exception, links) if error is not None)
    if errors:
        return errors
    return tuple(error for error in map(_read_shape, links) if error is not None)


def chain(exc: BaseException) -> Iterator[BaseException]:
    """``exc``, its causes and its contexts that are not suppressed, each once, depth first.

    mssql-python suppresses the context of everything it raises, and with it the error that led
    there: after 40501 closing the dead connection fails too, and only that is shown (measured with
    1.16). Its suppressed contexts are followed.
    """
    waiting, seen = [exc], set[int]()
    while waiting and len(seen) < MAX_CHAIN:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        followers = [link.__cause__]
        if not link.__suppress_context__ or _driver_module(type(link)) == "mssql_python":
            followers.append(link.__context__)
        waiting.extend(f for f in reversed(followers) if isinstance(f, BaseException))


def _read_exception(exc: BaseException) -> DriverError | None:
    module = _driver_module(type(exc))
    if module is None:
        return None
    name = _qualified_name(type(exc))
    if module == "pyodbc":
        error = pyodbc_error.read(_args(exc), "pyodbc", name)
    else:
        error = mssql_python_error.read(exc, name)
    return replace(error, phase=refine(error.phase, exc.__traceback__))


def _read_shape(exc: BaseException) -> DriverError | None:
    """A copy of the driver's arguments; only Django's own wrapper vouches for the driver."""
    args, name = _args(exc), _qualified_name(type(exc))
    vouched = type(exc).__module__ == _DJANGO_MODULE
    if pyodbc_error.has_shape(args):
        driver: DriverModule = "pyodbc" if vouched else "unknown"
        error = pyodbc_error.read(args, driver, name)
    elif mssql_python_error.has_shape(args):
        driver = "mssql_python" if vouched or type(exc) is RuntimeError else "unknown"
        error = mssql_python_error.read_shape(args, driver, name)
    else:
        return None
    return replace(error, phase=refine(error.phase, exc.__traceback__))


def _args(exc: BaseException) -> tuple[object, ...]:
    """The real arguments, also of a class that has a property in their place."""
    args: tuple[object, ...] = BaseException.__dict__["args"].__get__(exc)
    return args


def _driver_module(cls: type[BaseException]) -> Literal["pyodbc", "mssql_python"] | None:
    for base in cls.__mro__:
        module = base.__dict__.get("__module__", "")
        root = module.partition(".")[0] if isinstance(module, str) else ""
        if root in ("pyodbc", "mssql_python"):
            return "pyodbc" if root == "pyodbc" else "mssql_python"
    return None


def _qualified_name(cls: type[BaseException]) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
