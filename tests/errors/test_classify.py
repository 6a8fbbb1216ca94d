from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import utils
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors import Phase, classify, driver_errors
from django_mssql_ops.errors.classify import MAX_CHAIN
from tests.errors.fake_drivers import MssqlPythonError, PyodbcError, raised

SERVER = "[Microsoft][ODBC Driver 18 for SQL Server][SQL Server]"
DEADLOCK = ("40001", f"[40001] {SERVER}Deadlock. (1205) (SQLExecDirectW)")
LINK = ("08S01", "[08S01] [Microsoft][ODBC Driver 18 for SQL Server]Gone (0) (SQLEndTran)")


def chained(outer: BaseException, cause: BaseException) -> BaseException:
    outer.__cause__ = cause
    return outer


def in_context(outer: BaseException, context: BaseException) -> BaseException:
    outer.__context__ = context
    return outer


def test_djangos_wrapper_leads_to_the_drivers_exception() -> None:
    error = classify(chained(utils.Error(*DEADLOCK), PyodbcError(*DEADLOCK)))
    assert error is not None
    assert (error.number, error.exception_class) == (1205, "pyodbc.Error")


def test_an_error_that_hides_the_first_leads_to_it() -> None:
    first = chained(utils.OperationalError(*LINK), PyodbcError(*LINK))
    hiding = utils.ProgrammingError("Cannot open a new connection in an atomic block.")
    error = classify(in_context(hiding, first))
    assert error is not None
    assert error.sqlstate == "08S01"


def test_a_suppressed_context_is_left_alone() -> None:
    exc = in_context(ValueError("x"), PyodbcError(*DEADLOCK))
    exc.__suppress_context__ = True
    assert classify(exc) is None


def test_what_mssql_python_suppresses_is_read_all_the_same() -> None:
    """It raises ``from None`` when closing fails, and hides the error that ended the connection."""
    closing = in_context(
        MssqlPythonError("Communication link failure", "[Microsoft]Communication link failure"),
        PyodbcError(*DEADLOCK),
    )
    closing.__suppress_context__ = True
    assert [e.driver for e in driver_errors(closing)] == ["mssql_python", "pyodbc"]


def test_all_driver_errors_come_latest_first() -> None:
    latest = in_context(PyodbcError(*LINK), PyodbcError(*DEADLOCK))
    assert [e.sqlstate for e in driver_errors(latest)] == ["08S01", "40001"]


def test_a_pickled_wrapper_is_known_by_its_arguments() -> None:
    copy = pickle.loads(pickle.dumps(utils.Error(*DEADLOCK)))  # noqa: S301
    error = classify(copy)
    assert error is not None
    assert (error.driver, error.number) == ("pyodbc", 1205)


def test_a_wrapper_of_mssql_python_is_known_by_its_text() -> None:
    text = str(MssqlPythonError("Serialization failure", f"{SERVER}Deadlock"))
    error = classify(utils.OperationalError(text))
    assert error is not None
    assert (error.driver, error.sqlstate, error.origin) == ("mssql_python", "40001", "server")


def test_the_same_arguments_on_a_strangers_exception_name_no_driver() -> None:
    error = classify(ValueError(*DEADLOCK))
    assert error is not None
    assert (error.driver, error.number) == ("unknown", 1205)


@pytest.mark.parametrize(
    "exc",
    [
        ImproperlyConfigured("Error loading pyodbc module: libodbc.so.2: cannot open"),
        ValueError("40613"),
        utils.OperationalError("no such table"),
        KeyboardInterrupt(),
        utils.IntegrityError("UNIQUE constraint failed: (40613) (SQLExecDirectW)"),
    ],
)
def test_what_no_driver_said_is_none(exc: BaseException) -> None:
    assert classify(exc) is None


def test_a_circle_of_contexts_ends() -> None:
    a, b = ValueError("a"), ValueError("b")
    a.__context__, b.__context__ = b, a
    assert classify(a) is None


def test_a_long_chain_is_bounded() -> None:
    exc: BaseException = PyodbcError(*DEADLOCK)
    for _ in range(MAX_CHAIN * 200):
        exc = chained(ValueError("x"), exc)
    assert classify(exc) is None


class Hostile(Exception):
    __module__ = "mssql_python.exceptions"

    @property
    def args(self) -> tuple[object, ...]:  # type: ignore[override]
        raise RuntimeError("args")

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)

    def __str__(self) -> str:
        raise RuntimeError("str")


def test_an_exception_that_fails_to_be_read_is_still_classified() -> None:
    error = classify(Hostile("x"))
    assert error is not None
    assert (error.driver, error.number) == ("mssql_python", None)


ARGUMENT = st.one_of(
    st.none(),
    st.integers(),
    st.binary(max_size=20),
    st.text(max_size=60),
    st.sampled_from(["40001", "[40001] ", DEADLOCK[1], "SQLSTATE:40001:[Microsoft]", "(", "[["]),
    st.lists(st.integers(), max_size=2),
)
BUILDERS: list[Callable[..., BaseException]] = [PyodbcError, ValueError, utils.Error, RuntimeError]


@given(build=st.sampled_from(BUILDERS), args=st.lists(ARGUMENT, max_size=4))
def test_no_arguments_make_it_raise(
    build: Callable[..., BaseException], args: list[object]
) -> None:
    error = classify(build(*args))
    if error is not None:
        assert error.describe()
        assert isinstance(error.is_login_rejected, bool)


@given(driver_error=ARGUMENT, ddbc_error=ARGUMENT)
def test_no_attributes_make_it_raise(driver_error: object, ddbc_error: object) -> None:
    exc = MssqlPythonError("x", "y")
    exc.driver_error, exc.ddbc_error = driver_error, ddbc_error  # type: ignore[assignment]
    error = classify(exc)
    assert error is not None
    assert error.describe()


def test_a_frame_of_django_tells_commit_from_rollback() -> None:
    code = compile("def _rollback(exc):\n    raise exc", "x", "exec")
    namespace: dict[str, Callable[[BaseException], None]] = {}
    exec(code, {"__name__": "django.db.backends.base.base"}, namespace)  # noqa: S102
    exc = raised(PyodbcError(*LINK), namespace["_rollback"])
    error = classify(exc)
    assert error is not None
    assert error.phase is Phase.ROLLBACK
