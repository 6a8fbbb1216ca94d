"""The shape of a middleware that tries get_response again, in its source."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Protocol

import pytest

from django_mssql_ops.diagnostics.probes.middleware_source import line_of_retry


class FindLine(Protocol):
    def __call__(self, source: str, **others: str) -> int | None: ...


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FindLine:
    """The line found for ``X`` in a module of this source; others by their names."""
    monkeypatch.syspath_prepend(str(tmp_path))
    numbers = iter(range(100))

    def found(source: str, **others: str) -> int | None:
        for other, text in others.items():
            (tmp_path / f"{other}.py").write_text(textwrap.dedent(text))
        module = f"shape_of_{next(numbers)}"
        (tmp_path / f"{module}.py").write_text(textwrap.dedent(source).lstrip())
        before = set(sys.modules)
        result = line_of_retry(f"{module}.X")
        assert module not in set(sys.modules) - before, "nothing is executed"
        return result

    return found


CLASS = """
class X:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        for attempt in range(3):
            try:
                return self.get_response(request)
            except {caught}:
                continue
"""


@pytest.mark.parametrize(
    "caught",
    [
        "OperationalError",
        "OperationalError as error",
        "db.OperationalError",
        "django.db.utils.Error",
        "(OperationalError, InterfaceError)",
        "(ValueError, pyodbc.Error)",
        "Exception",
        "BaseException",
    ],
)
def test_a_try_that_catches_an_error_of_the_database(line: FindLine, caught: str) -> None:
    assert line(CLASS.format(caught=caught)) == 7


@pytest.mark.parametrize("caught", ["ValueError", "Http404", "(KeyError, Http404)"])
def test_other_errors_are_the_projects_own_business(line: FindLine, caught: str) -> None:
    assert line(CLASS.format(caught=caught)) is None


def test_everything_caught_once_is_no_retry(line: FindLine) -> None:
    source = """
        class X:
            def __call__(self, request):
                try:
                    return self.get_response(request)
                except Exception:
                    log()
                    raise
        """
    assert line(source) is None


@pytest.mark.parametrize(
    ("source", "number"),
    [
        (
            """
            def X(get_response):
                def middleware(request):
                    try:
                        return get_response(request)
                    except OperationalError:
                        return get_response(request)
                return middleware
            """,
            3,
        ),
        (
            """
            class X:
                async def __call__(self, request):
                    try:
                        return await self.get_response(request)
                    except OperationalError:
                        return await self.get_response(request)
            """,
            3,
        ),
        (
            """
            class X:
                def __call__(self, request):
                    return retry_on_transient(self.get_response)(request)
            """,
            3,
        ),
        (
            """
            class X:
                def __call__(self, request):
                    return Retrying(stop=3)(self.get_response, request)
            """,
            3,
        ),
        (
            """
            class X:
                def __call__(self, request):
                    return retried(lambda: self._get_response(request), times=3)
            """,
            3,
        ),
        (
            """
            class X:
                def __call__(self, request):
                    @retry(stop=3)
                    def answer():
                        return self.get_response(request)
                    return answer()
            """,
            4,
        ),
        (
            """
            TRANSIENT = (OperationalError, InterfaceError)
            class X:
                def __call__(self, request):
                    try:
                        return self.get_response(request)
                    except TRANSIENT:
                        return None
            """,
            4,
        ),
        (
            """
            from django.db import OperationalError as Broken
            class X:
                def __call__(self, request):
                    try:
                        return self.get_response(request)
                    except Broken:
                        return None
            """,
            4,
        ),
        (
            """
            class Base:
                def __call__(self, request):
                    try:
                        return self.get_response(request)
                    except OperationalError:
                        return None
            class X(Base):
                pass
            """,
            3,
        ),
    ],
    ids=["function", "async", "decorator", "call", "lambda", "inner", "tuple", "alias", "base"],
)
def test_other_spellings(line: FindLine, source: str, number: int) -> None:
    assert line(textwrap.dedent(source)) == number


@pytest.mark.parametrize(
    "source",
    [
        "class X:\n    def __call__(self, request):\n        return self.get_response(request)\n",
        "class X:\n    def __call__(self, request):\n        try:\n            count()\n"
        "        except OperationalError:\n            pass\n"
        "        return self.get_response(request)\n",
        "class Y:\n    def f(self):\n        try:\n            self.get_response()\n"
        "        except Error:\n            pass\nclass X:\n    pass\n",
        "X = 5\n",
        "class X(:\n",
        "class X:\n    a = '\x00'\n",
    ],
    ids=["plain", "another try", "another class", "no class", "no Python", "NUL"],
)
def test_anything_else_has_no_such_line(line: FindLine, source: str) -> None:
    assert line(source) is None


def test_a_name_is_followed_to_where_it_is_defined(line: FindLine) -> None:
    source = "from behind_it import Real as X\n"
    assert (
        line(source, behind_it=CLASS.format(caught="Error").replace("class X", "class Real")) == 8
    )
    assert line("from behind_it import Missing as X\n") is None
    assert line("from no_such_module_at_all import X\n") is None


@pytest.mark.parametrize("path", ["", "X", "no.such.module.X", "sys.X", "os.path", "...", "a..b"])
def test_what_cannot_be_found_has_no_line(path: str) -> None:
    assert line_of_retry(path) is None


def test_the_published_sample_is_found() -> None:
    assert line_of_retry("tests.scoreboard.published.Middleware") is not None
    assert line_of_retry("tests.scoreboard.published.SleeplessMiddleware") is not None


def test_ours_is_not() -> None:
    assert line_of_retry("django_mssql_ops.middleware.DatabaseRetryMiddleware") is None
