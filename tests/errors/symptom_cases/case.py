"""The shape of a case: an error, and the row that must explain it first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django_mssql_ops.errors import Origin
from tests.errors.forms import Form, forms


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Either the parts that a driver's error has, or ``texts`` and ``exceptions`` as they are.

    ``without`` names groups of forms (forms.GROUPS) that do not exist for this error or do not say
    enough to know it, such as forms.NUMBERLESS for a number whose text nobody has confirmed.
    """

    row: int
    sqlstate: str = ""
    number: int = 0
    function: str = "SQLDriverConnect"
    sentence: str = ""
    origin: Origin = "server"
    without: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    exceptions: tuple[Callable[[], BaseException], ...] = ()

    def forms(self) -> tuple[Form, ...]:
        found = [Form(f"text-{i}", "text", text) for i, text in enumerate(self.texts)]
        found += [Form(f"raised-{i}", "raised", make()) for i, make in enumerate(self.exceptions)]
        if self.sentence:
            found += forms(
                self.sqlstate, self.number, self.function, self.sentence, origin=self.origin
            )
        return tuple(form for form in found if form.group not in self.without)


def server(
    row: int,
    sqlstate: str,
    number: int,
    sentence: str,
    *,
    function: str = "SQLDriverConnect",
    without: frozenset[str] = frozenset(),
) -> Case:
    """SQL Server's own message."""
    return Case(
        row=row,
        sqlstate=sqlstate,
        number=number,
        sentence=sentence,
        function=function,
        without=without,
    )


def client(
    row: int,
    sqlstate: str,
    number: int,
    sentence: str,
    *,
    function: str = "SQLDriverConnect",
    without: frozenset[str] = frozenset(),
) -> Case:
    """The ODBC driver's message."""
    return Case(
        row=row,
        sqlstate=sqlstate,
        number=number,
        sentence=sentence,
        function=function,
        origin="client",
        without=without,
    )


def manager(row: int, sqlstate: str, sentence: str) -> Case:
    """The driver manager's message; mssql-python brings its own manager and never shows one."""
    return Case(row=row, sqlstate=sqlstate, sentence=sentence, origin="driver_manager")


def pasted(row: int, *texts: str) -> Case:
    """Text as people paste it."""
    return Case(row=row, texts=texts)


def raising(row: int, *exceptions: Callable[[], BaseException]) -> Case:
    """Exceptions that no driver raised."""
    return Case(row=row, exceptions=exceptions)
