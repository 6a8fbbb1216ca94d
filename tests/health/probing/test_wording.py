"""Which word stands for which error, through both drivers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured

from django_mssql_ops.errors.message import Origin
from django_mssql_ops.exceptions import ConfigurationError, DriverUnavailable
from django_mssql_ops.health.answer import Word
from django_mssql_ops.health.probing.wording import Failure, failure_of
from tests.errors.fake_drivers import ConnectionStringParseError, raised
from tests.health.probing.scripted import driver_error, lost, refused, rejected, timed_out

DRIVERS = ("pyodbc", "mssql_python")
CONNECT, EXECUTE = "SQLDriverConnect", "SQLExecDirectW"


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("word", "sqlstate", "number", "sentence", "origin"),
    [
        (Word.LOGIN_REJECTED, "28000", 18456, "Login failed for user 'app'.", "server"),
        (Word.LOGIN_REJECTED, "42000", 18486, "Login failed: it is locked out.", "server"),
        (
            Word.CANNOT_OPEN_DATABASE,
            "42000",
            4060,
            'Cannot open database "shop" requested by the login. The login failed.',
            "server",
        ),
        (
            Word.NOT_AVAILABLE,
            "42000",
            40613,
            "Database 'shop' on server 'db' is not currently available.",
            "server",
        ),
        (
            Word.NOT_AVAILABLE,
            "42000",
            18401,
            "Login failed for user 'app'. Reason: Server is in script upgrade mode.",
            "server",
        ),
        (
            Word.TLS_FAILED,
            "08001",
            -1,
            "SSL Provider: [error:0A000086:SSL routines::certificate verify failed:self-signed "
            "certificate]",
            "client",
        ),
        (Word.TIMED_OUT, "HYT00", 0, "Login timeout expired", "client"),
        (Word.CANNOT_CONNECT, "08001", 10061, "TCP Provider: Error code 0x274D", "client"),
        (Word.CANNOT_CONNECT, "08S01", 104, "TCP Provider: Error code 0x68", "client"),
    ],
)
def test_what_stops_a_login(
    driver: str, word: Word, sqlstate: str, number: int, sentence: str, origin: Origin
) -> None:
    error = driver_error(sqlstate, number, sentence, origin=origin, driver=driver)
    failure = failure_of(error, is_opening=True)
    assert failure.word is word
    assert failure.is_rejected == (word is Word.LOGIN_REJECTED)
    assert not failure.is_lost
    assert not failure.is_usable


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(
    ("word", "sqlstate", "number", "sentence", "origin", "is_usable"),
    [
        (Word.CONNECTION_LOST, "08S01", 104, "Communication link failure", "client", False),
        (Word.CONNECTION_LOST, "01000", 233, "no longer usable", "client", False),
        (Word.TIMED_OUT, "HYT00", 0, "Query timeout expired", "client", False),
        (
            Word.UNEXPECTED,
            "42000",
            229,
            "The SELECT permission was denied on the object 'x', database 'shop', schema 'dbo'.",
            "server",
            True,
        ),
    ],
)
def test_what_stops_a_statement(
    driver: str,
    word: Word,
    sqlstate: str,
    number: int,
    sentence: str,
    origin: Origin,
    is_usable: bool,
) -> None:
    error = driver_error(sqlstate, number, sentence, function=EXECUTE, origin=origin, driver=driver)
    failure = failure_of(error, is_opening=False)
    assert failure.word is word
    assert failure.is_lost == (word is Word.CONNECTION_LOST)
    assert failure.is_usable is is_usable
    assert not failure.is_rejected


def _without_pyodbc() -> BaseException:
    def within(error: BaseException) -> None:
        raise error from ImportError("libodbc.so.2: cannot open shared object file")

    return raised(ImproperlyConfigured("Error loading pyodbc module: libodbc"), within)


def _no_library() -> BaseException:
    return driver_error("01000", 0, "Can't open lib 'x' : file not found", origin="driver_manager")


def _no_name() -> BaseException:
    return driver_error("IM002", 0, "Data source name not found", origin="driver_manager")


BEFORE_THE_SERVER: dict[str, tuple[Callable[[], BaseException], Word]] = {
    "no NAME": (lambda: ImproperlyConfigured("Please supply NAME."), Word.CONFIGURATION),
    "no alias": (lambda: ConfigurationError("no alias 'x'"), Word.CONFIGURATION),
    "keyword": (lambda: ConnectionStringParseError(["Unknown 'junk'"]), Word.CONFIGURATION),
    "no manager": (lambda: DriverUnavailable("no driver manager"), Word.DRIVER_MISSING),
    "no module": (lambda: ImportError("No module named 'x'"), Word.DRIVER_MISSING),
    "no pyodbc": (_without_pyodbc, Word.DRIVER_MISSING),
    "no library": (_no_library, Word.DRIVER_MISSING),
    "no data source": (_no_name, Word.DRIVER_MISSING),
    "a bug": (lambda: TypeError("sequence item 0"), Word.UNEXPECTED),
    "the machine": (lambda: OSError(28, "No space left on device"), Word.UNEXPECTED),
}


@pytest.mark.parametrize(
    ("make", "word"),
    BEFORE_THE_SERVER.values(),
    ids=BEFORE_THE_SERVER,
)
def test_what_stops_before_the_server(make: Callable[[], BaseException], word: Word) -> None:
    failure = failure_of(make(), is_opening=True)
    assert (failure.word, failure.is_rejected, failure.is_lost) == (word, False, False)


def test_number_and_sqlstate_are_the_drivers() -> None:
    assert failure_of(rejected(), is_opening=True) == Failure(
        word=Word.LOGIN_REJECTED, number=18456, sqlstate="28000", is_rejected=True
    )
    assert failure_of(lost(), is_opening=False).number == 104
    assert failure_of(timed_out(), is_opening=False).sqlstate == "HYT00"


@pytest.mark.parametrize("make", [rejected, refused, lost, timed_out])
def test_no_text_of_the_driver_is_kept(make: Callable[[], Exception]) -> None:
    shown = repr(failure_of(make(), is_opening=True))
    assert not any(word in shown for word in ("app", "db.example.com", "Login", "Provider"))
