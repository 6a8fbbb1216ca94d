from __future__ import annotations

import pytest

from django_mssql_ops.errors import Confidence, DriverError, Origin, Phase


def error(
    number: int | None,
    *,
    state: str = "42000",
    origin: Origin = "server",
    phase: Phase = Phase.CONNECT,
) -> DriverError:
    return DriverError(driver="pyodbc", sqlstate=state, number=number, origin=origin, phase=phase)


@pytest.mark.parametrize(
    "number",
    [18456, 18452, 18486, 18487, 18488, 18470, 4060, 4064, 916, 40615, 40914, 40532, 47073],
)
@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.UNKNOWN])
def test_a_no_from_the_server_is_a_rejected_login(number: int, phase: Phase) -> None:
    assert error(number, phase=phase).is_login_rejected


@pytest.mark.parametrize("number", [40613, 40197, 40501, 10928, 18401, 49918, 4221])
@pytest.mark.parametrize("state", ["42000", "HY000", "08004"])
def test_not_now_rejects_nobody(number: int, state: str) -> None:
    assert not error(number, state=state).is_login_rejected


def test_an_unknown_number_that_ends_a_login_counts_as_a_no() -> None:
    assert error(50123).is_login_rejected
    assert not error(50123, phase=Phase.UNKNOWN).is_login_rejected


@pytest.mark.parametrize("state", ["28000", "08004", "FA004"])
def test_a_rejecting_state_needs_no_number(state: str) -> None:
    assert error(None, state=state, origin="client").is_login_rejected


@pytest.mark.parametrize("phase", [Phase.EXECUTE, Phase.FETCH, Phase.COMMIT])
def test_a_login_that_fails_inside_a_statement_is_a_linked_servers(phase: Phase) -> None:
    assert not error(18456, state="28000", phase=phase).is_login_rejected


def test_a_clients_number_is_not_the_servers() -> None:
    assert not error(18456, state="08001", origin="client").is_login_rejected


def test_a_failed_login_through_mssql_python_may_hide_a_missing_database() -> None:
    hiding = DriverError(driver="mssql_python", number=18456, origin="server", phase=Phase.CONNECT)
    assert hiding.possible_numbers == (18456, 4060, 4064)
    assert error(18456).possible_numbers == (18456,)
    assert error(None).possible_numbers == ()


def test_an_inferred_number_is_marked() -> None:
    text = "[Microsoft][SQL Server]Login failed\nfor user 'a'."
    inferred = DriverError(driver="mssql_python", sqlstate="28000", number=18456, text=text)
    assert inferred.describe() == "28000/~18456 Login failed for user 'a'."
    assert DriverError(driver="pyodbc", exception_class="pyodbc.Error").describe() == "pyodbc.Error"


def test_a_long_sentence_is_one_short_line() -> None:
    line = DriverError(driver="pyodbc", text="x\n" * 5_000, confidence=Confidence.HIGH).describe()
    assert len(line) == 160
    assert "\n" not in line


def test_autocommit_may_commit() -> None:
    assert [p for p in Phase if p.may_commit] == [
        Phase.AUTOCOMMIT,
        Phase.COMMIT,
        Phase.COMMIT_OR_ROLLBACK,
    ]


@pytest.mark.parametrize("number", [941, 982, 40020, 1205, 701, 8645, 3906])
def test_what_another_try_may_get_is_no_rejection(number: int) -> None:
    assert not error(number).is_login_rejected


@pytest.mark.parametrize("number", [262, 978, 40544, 9002])
def test_what_only_a_change_can_get_is_a_rejection(number: int) -> None:
    assert error(number).is_login_rejected
