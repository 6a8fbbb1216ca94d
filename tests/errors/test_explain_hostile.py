"""Texts that were made to cost time, and values that were made to fail."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors import Diagnosis, explain
from django_mssql_ops.errors.diagnosing import matcher
from django_mssql_ops.errors.message import MAX_INPUT_LENGTH
from django_mssql_ops.errors.observed import MAX_OBSERVED, MAX_SENTENCE_LENGTH
from django_mssql_ops.errors.pasted_text import read_text
from tests.errors.fake_drivers import PyodbcError
from tests.errors.forms import DRIVER_18
from tests.errors.symptom_cases import all_cases

MS18 = f"[Microsoft][{DRIVER_18}]"
#: Seconds; the slowest is a third of it on two slow cores.
LIMIT = 2.0

NEAR_MISSES = [
    "[08001] [Microsoft]",
    f"[08001] {MS18}",
    f"[08001] {MS18}[SQL Server]Cannot open server ",
    "Can't open lib '",
    "Error relocating libmsodbcsql ",
    "SSL routines:",
    "Msg 1, Level 1, State 1, Server x, Procedure y, Line 1 ",
    "DDBC Error: ",
    "Driver Error: A; ",
    "Sqlcmd: Error: ",
    "(Microsoft SQL Server, Error: ",
    "Error: 1, Severity: 1, State: 1. ",
    "('IM003', '[IM003] x",
    "(1, b'x DB-Lib error message ",
    "(1, 'DB-Lib",
    "unable to open tcp connection with host ",
    "TLS Handshake failed: x509: ",
    "pyodbc ",
    "SSPI Provider: Server ",
    "The timeout period elapsed ",
    "encrypt_option ",
    "\\",
    '\\"',
    "\\n",
    "&quot;",
    "> ",
    "E  ",
    "(",
    "' ",
    "\n",
    " \n",
    "x.",
    "ERROR ",
    "a.b.c.Error: ",
    "\nThe above exception was the direct cause of the following exception:\n",
    "Login failed for user '",
    "PWD=",
    "eyJ",
    "token",
]


@pytest.mark.parametrize("piece", NEAR_MISSES)
def test_near_misses_cost_little(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    explain("warm up")
    started = time.perf_counter()
    explain(text)
    explain(PyodbcError("08001", f"[08001] {MS18}{text} (0) (SQLDriverConnect)"))
    assert time.perf_counter() - started < LIMIT


def test_every_clue_gives_up_soon_on_its_own_beginning() -> None:
    """Each case's sentence, cut short and repeated, is what its row's pattern likes best."""
    started = time.perf_counter()
    for case in all_cases():
        start = case.sentence[: len(case.sentence) * 2 // 3]
        if start:
            text = f"[08001] {MS18}" + start * (MAX_SENTENCE_LENGTH // len(start))
            matcher().fitting(read_text(text))
    assert time.perf_counter() - started < LIMIT * 5


def test_what_is_read_is_bounded() -> None:
    text = f"[08001] {MS18}{'x' * 5_000} (1) (SQLDriverConnect)\n" * 2_000
    assert len(text) > MAX_INPUT_LENGTH
    seen = read_text(text)
    assert len(seen.records) <= MAX_OBSERVED
    assert max(len(record.sentence) for record in seen.records) <= MAX_SENTENCE_LENGTH


def test_the_end_of_a_long_paste_counts() -> None:
    text = "INFO all is well\n" * 10_000 + f"[08001] {MS18}x (10061) (SQLDriverConnect)"
    found = explain(text)
    assert found.symptom is not None
    assert found.symptom.number == 19


@given(text=st.text(max_size=300))
def test_any_text_is_explained_somehow(text: str) -> None:
    assert isinstance(explain(text), Diagnosis)


@given(pieces=st.lists(st.one_of(st.sampled_from(NEAR_MISSES), st.text(max_size=20)), max_size=12))
def test_any_mixture_of_what_is_looked_for_is_explained_somehow(pieces: list[str]) -> None:
    assert explain("".join(pieces)).meaning


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("says nothing")


def test_any_exception_is_explained_somehow() -> None:
    circular = ValueError("a")
    circular.__context__ = KeyError("b")
    circular.__context__.__context__ = circular
    for exc in (Mute(), circular, KeyboardInterrupt(), ExceptionGroup("x", [ValueError()])):
        assert isinstance(explain(exc), Diagnosis)
