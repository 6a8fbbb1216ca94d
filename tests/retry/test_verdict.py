"""The verdict over the whole catalogue, over what the drivers were measured to say, and over texts
that only look like it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from django_mssql_ops.errors import DriverError, Phase, driver_errors
from django_mssql_ops.errors.catalogue.efcore import ONLY_EF_CORE
from django_mssql_ops.errors.catalogue.rows import CATALOGUE, CLIENT_CODES
from django_mssql_ops.errors.message import Origin
from django_mssql_ops.retry.judging import judge, judge_one
from django_mssql_ops.retry.verdict import (
    THROTTLING_FLOOR,
    Action,
    FaultKind,
    TransientRules,
    Verdict,
)
from tests.errors.forms import forms

RULES = TransientRules()
EXECUTE, CONNECT, END = "SQLExecDirectW", "SQLDriverConnect", "SQLEndTran"

#: The catalogue, written down a second time from the reference's table: what a number asks for.
CONCURRENCY = (
    "601 1203 1205 1221 1222 1232 3941 3947 3948 3950 3957 3960 3961 3966 41301 41302 41305 41325 "
    "41339 41839"
)
CONNECTION = (
    "596 615 921 926 927 941 952 976 982 983 988 3906 3971 3980 3989 4221 17142 17187 17188 17197 "
    "18401 40020 40143 40166 40197 40540 40613 42108 42109"
)
THROTTLING = (
    "701 802 845 1204 8628 8645 8651 10928 10929 10930 10936 17809 40189 40501 41823 41840 49918 "
    "49919 49920"
)
DEFINITE_ABORTS = {1205, 3960, 3966, 41301, 41302, 41305, 41325, 41339, 41839}
KINDS = {
    **dict.fromkeys(map(int, CONCURRENCY.split()), FaultKind.CONCURRENCY),
    **dict.fromkeys(map(int, CONNECTION.split()), FaultKind.CONNECTION),
    **dict.fromkeys(map(int, THROTTLING.split()), FaultKind.THROTTLING),
}


def server(number: int, phase: Phase = Phase.EXECUTE, sqlstate: str = "42000") -> DriverError:
    return error(number, "server", sqlstate, phase)


def error(
    number: int | None,
    origin: Origin,
    sqlstate: str | None,
    phase: Phase = Phase.EXECUTE,
    text: str = "",
) -> DriverError:
    tags = "[Microsoft][ODBC Driver 18 for SQL Server]"
    return DriverError(
        driver="pyodbc", number=number, origin=origin, sqlstate=sqlstate, phase=phase,
        text=f"[{sqlstate}] {tags}{text}" if text else "",
    )  # fmt: skip


def in_every_form(
    sqlstate: str, number: int, function: str, sentence: str, origin: Origin = "server"
) -> Iterator[Verdict]:
    """The verdicts on all exceptions of both drivers, and of Django, that say it."""
    for form in forms(sqlstate, number, function, sentence, origin=origin):
        if isinstance(form.value, BaseException):
            verdict = judge(driver_errors(form.value), RULES)
            assert verdict is not None, form.name
            yield verdict


class TestCatalogue:
    @pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: str(row.number))
    def test_every_row(self, row: object) -> None:
        from django_mssql_ops.errors import Meaning

        assert isinstance(row, Meaning)
        verdict = judge_one(server(row.number), RULES)
        assert verdict.kind is KINDS.get(row.number)
        assert verdict.is_transient is (row.number in KINDS)
        assert verdict.definite_abort is (row.number in DEFINITE_ABORTS)
        assert (verdict.floor >= THROTTLING_FLOOR) is (row.throttles and verdict.is_transient)

    @pytest.mark.parametrize("number", KINDS)
    def test_at_login_nothing_ran(self, number: int) -> None:
        verdict = judge_one(server(number, Phase.CONNECT), RULES)
        assert verdict.action is Action.RECONNECT

    @pytest.mark.parametrize("number", KINDS)
    @pytest.mark.parametrize("phase", [Phase.COMMIT, Phase.COMMIT_OR_ROLLBACK])
    def test_at_commit_only_the_definite_aborts_are_certain(
        self, number: int, phase: Phase
    ) -> None:
        verdict = judge_one(server(number, phase), RULES)
        certain = number in DEFINITE_ABORTS
        assert verdict.action is (Action.RERUN if certain else Action.AMBIGUOUS)

    @pytest.mark.parametrize("row", CLIENT_CODES, ids=lambda row: str(row.number))
    def test_every_code_of_the_client(self, row: object) -> None:
        from django_mssql_ops.errors import Meaning

        assert isinstance(row, Meaning)
        broken = judge_one(error(row.number, "client", "08S01"), RULES)
        permanent = row.number in (-1, 20, -2146893022, -2146893019)
        assert broken.is_transient is not permanent
        assert broken.kind is (None if permanent else FaultKind.CONNECTION)
        connecting = judge_one(error(row.number, "client", "08001", Phase.CONNECT), RULES)
        assert connecting.action is (Action.NEVER if permanent else Action.RECONNECT)

    def test_the_same_number_of_the_server_is_another(self) -> None:
        for number in (64, 104, 121, 233, 10053, 10054):
            assert not judge_one(server(number), RULES).is_transient

    @pytest.mark.parametrize(
        ("number", "tries"),
        [(3906, 1), (4221, None), (926, 2), (701, 2), (41823, 2), (40501, 3), (40613, None)],
    )
    def test_how_often(self, number: int, tries: int | None) -> None:
        assert judge_one(server(number), RULES).max_retries == tries

    def test_the_server_may_ask_for_more_patience(self) -> None:
        text = "[SQL Server]The service is currently busy. Retry the request after 25 seconds."
        assert judge_one(error(40501, "server", "42000", text=text), RULES).floor == 25.0


#: The faults of the scoreboard as the real driver reports them (measured), and the action.
SCOREBOARD = {
    "login 40613": (
        "42000",
        40613,
        CONNECT,
        "Database 'app' on server 'db' is not currently available.  Please retry the "
        "connection later.",
        "server",
        Action.RECONNECT,
    ),
    "login 40501": (
        "HY000",
        40501,
        CONNECT,
        "The service is currently busy. Retry the request after 10 seconds. Code: 1",
        "server",
        Action.RECONNECT,
    ),
    "login 40197": (
        "42000",
        40197,
        CONNECT,
        "The service has encountered an error processing your request. Please try "
        "again. Error code 4815.",
        "server",
        Action.RECONNECT,
    ),
    "login 10928": (
        "HY000",
        10928,
        CONNECT,
        "Resource ID: 1. The request limit for the database is 90 and has been reached.",
        "server",
        Action.RECONNECT,
    ),
    "login 10929": (
        "HY000",
        10929,
        CONNECT,
        "Resource ID: 1. The request minimum guarantee is 0, maximum limit is 90",
        "server",
        Action.RECONNECT,
    ),
    "login 49918": (
        "42000",
        49918,
        CONNECT,
        "Cannot process request. Not enough resources to process request. Please retry",
        "server",
        Action.RECONNECT,
    ),
    "login 49919": (
        "42000",
        49919,
        CONNECT,
        "Cannot process create or update request. Too many create or update operations",
        "server",
        Action.RECONNECT,
    ),
    "login 49920": (
        "42000",
        49920,
        CONNECT,
        "Cannot process request. Too many operations in progress for subscription",
        "server",
        Action.RECONNECT,
    ),
    "login 4221": (
        "42000",
        4221,
        CONNECT,
        "Login to read-secondary failed due to long wait on 'HADR_DATABASE_WAIT'",
        "server",
        Action.RECONNECT,
    ),
    "prelogin RST": (
        "08001",
        26,
        CONNECT,
        "Client unable to establish connection",
        "client",
        Action.RECONNECT,
    ),
    "login RST": (
        "08S01",
        104,
        CONNECT,
        "TCP Provider: Error code 0x68",
        "client",
        Action.RECONNECT,
    ),
    "login FIN": (
        "08S01",
        10054,
        CONNECT,
        "TCP Provider: Error code 0x2746",
        "client",
        Action.RECONNECT,
    ),
    "login hang": (
        "HYT00",
        0,
        CONNECT,
        "Login timeout expired",
        "client",
        Action.RECONNECT,
    ),
    "query 40501": (
        "HY000",
        40501,
        EXECUTE,
        "The service is currently busy. Retry the request after 10 seconds. Code: 1",
        "server",
        Action.RERUN,
    ),
    "query 40197": (
        "42000",
        40197,
        EXECUTE,
        "The service has encountered an error processing your request. Please try "
        "again. Error code 4815.",
        "server",
        Action.RERUN,
    ),
    "query 40613": (
        "42000",
        40613,
        EXECUTE,
        "Database 'app' on server 'db' is not currently available.  Please retry the "
        "connection later.",
        "server",
        Action.RERUN,
    ),
    "query 10928": (
        "HY000",
        10928,
        EXECUTE,
        "Resource ID: 1. The request limit for the database is 90 and has been reached.",
        "server",
        Action.RERUN,
    ),
    "query 1205": (
        "40001",
        1205,
        EXECUTE,
        "Transaction (Process ID 52) was deadlocked on lock resources with another "
        "process and has been chosen as the deadlock victim. Rerun the transaction.",
        "server",
        Action.RERUN,
    ),
    "query 1222": (
        "42000",
        1222,
        EXECUTE,
        "Lock request time out period exceeded.",
        "server",
        Action.RERUN,
    ),
    "query 3960": (
        "42000",
        3960,
        EXECUTE,
        "Snapshot isolation transaction aborted due to update conflict. You cannot use "
        "snapshot isolation",
        "server",
        Action.RERUN,
    ),
    "query 41302": (
        "42000",
        41302,
        EXECUTE,
        "The current transaction attempted to update a record that has been updated "
        "since this transaction started.",
        "server",
        Action.RERUN,
    ),
    "query RST": (
        "08S01",
        104,
        EXECUTE,
        "TCP Provider: Error code 0x68",
        "client",
        Action.RERUN,
    ),
    "query FIN": (
        "08S01",
        10054,
        EXECUTE,
        "TCP Provider: Error code 0x2746",
        "client",
        Action.RERUN,
    ),
    "query write on closed": (
        "08S01",
        32,
        EXECUTE,
        "TCP Provider: Error code 0x20",
        "client",
        Action.RERUN,
    ),
    "after that": (
        "08S01",
        0,
        EXECUTE,
        "Communication link failure",
        "client",
        Action.RERUN,
    ),
    "garbage": (
        "HY000",
        0,
        EXECUTE,
        "Protocol error in TDS stream",
        "client",
        Action.RERUN,
    ),
    "DONE_SRVERROR": (
        "HY000",
        0,
        EXECUTE,
        "Unspecified error occurred on SQL Server. Connection may have been terminated "
        "by the server.",
        "client",
        Action.RERUN,
    ),
    "IMC06": (
        "IMC06",
        0,
        EXECUTE,
        "The connection is broken and recovery is not possible.",
        "client",
        Action.RERUN,
    ),
    "time-out": (
        "HYT00",
        0,
        EXECUTE,
        "Query timeout expired",
        "client",
        Action.RERUN,
    ),
    "08S02": (
        "08S02",
        0,
        EXECUTE,
        "Unable to open a logical session",
        "client",
        Action.RERUN,
    ),
}


@pytest.mark.parametrize("case", SCOREBOARD)
def test_what_the_drivers_say(case: str) -> None:
    sqlstate, number, function, sentence, origin, action = SCOREBOARD[case]
    verdicts = list(in_every_form(sqlstate, number, function, sentence, origin))  # type: ignore[arg-type]
    assert len(verdicts) >= 7
    # mssql-python's exceptions name no function; without a frame the phase is unknown.
    assert all(verdict.is_transient for verdict in verdicts)
    assert verdicts[0].action is action


CONTROLS = {
    "key (64)": (
        "23000",
        2627,
        EXECUTE,
        "Violation of PRIMARY KEY constraint 'pk'. Cannot insert duplicate key in "
        "object 'dbo.t'. The duplicate key value is (64).",
    ),
    "key (1205)": (
        "23000",
        2601,
        EXECUTE,
        "Cannot insert duplicate key row in object 'dbo.t' with unique index 'u'. The "
        "duplicate key value is (1205).",
    ),
    "THROW (40501)": (
        "42000",
        50001,
        EXECUTE,
        "order (40501) failed, the service is currently busy",
    ),
    "RAISERROR": (
        "42000",
        50000,
        EXECUTE,
        "x (40613) (SQLExecDirectW)",
    ),
    "245 (64)": (
        "22018",
        245,
        EXECUTE,
        "Conversion failed when converting the varchar value '(64)' to data type int.",
    ),
    "2628 (1205)": (
        "42000",
        2628,
        EXECUTE,
        "String or binary data would be truncated in table 'a.dbo.t', column 'c'. "
        "Truncated value: '(1205)'.",
    ),
    "server 233": (
        "23000",
        233,
        EXECUTE,
        "The column 'c' in table 't' cannot be null.",
    ),
    "syntax": (
        "42000",
        102,
        EXECUTE,
        "Incorrect syntax near '40501'.",
    ),
    "18456": (
        "28000",
        18456,
        CONNECT,
        "Login failed for user 'app'.",
    ),
    "18456 app40613": (
        "28000",
        18456,
        CONNECT,
        "Login failed for user 'app40613'.",
    ),
    "18486": (
        "42000",
        18486,
        CONNECT,
        "Login failed for user 'app' because the account is currently locked out.",
    ),
    "4060": (
        "42000",
        4060,
        CONNECT,
        'Cannot open database "nope" requested by the login. The login failed.',
    ),
    "40615": (
        "42000",
        40615,
        CONNECT,
        "Cannot open server 'db' requested by the login. Client with IP address "
        "'192.0.2.1' is not allowed",
    ),
    "an unknown answer to a login": (
        "42000",
        18999,
        CONNECT,
        "Kein Zugang.",
    ),
    "log full": (
        "42000",
        9002,
        EXECUTE,
        "The transaction log for database 'app' is full",
    ),
    "quota": (
        "HY000",
        40544,
        EXECUTE,
        "The database has reached its size quota.",
    ),
}


@pytest.mark.parametrize("case", CONTROLS)
def test_never(case: str) -> None:
    verdicts = list(in_every_form(*CONTROLS[case]))
    assert len(verdicts) >= 7
    assert {verdict.action for verdict in verdicts} == {Action.NEVER}
    assert {verdict.kind for verdict in verdicts} == {None}


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (-1, "SSL Provider: [error:0A000086:SSL routines::certificate verify failed:self-signed]"),
        (20, "Encryption not supported on SQL Server."),
    ],
)
def test_tls_stays_as_it_is(number: int, sentence: str) -> None:
    for verdict in in_every_form("08001", number, CONNECT, sentence, "client"):
        assert verdict.action is Action.NEVER


@pytest.mark.parametrize("state", ["40003", "08007"])
@pytest.mark.parametrize("phase", [Phase.EXECUTE, Phase.COMMIT, Phase.UNKNOWN])
def test_unknown_by_definition(state: str, phase: Phase) -> None:
    assert judge_one(error(0, "client", state, phase), RULES).action is Action.AMBIGUOUS


class TestTimeOuts:
    def test_of_a_query_once(self) -> None:
        verdict = judge_one(error(0, "client", "HYT00", text="Query timeout expired"), RULES)
        assert (verdict.action, verdict.max_retries) == (Action.RERUN, 1)

    def test_of_a_login(self) -> None:
        verdict = judge_one(error(0, "client", "HYT00", Phase.CONNECT), RULES)
        assert (verdict.action, verdict.max_retries) == (Action.RECONNECT, None)

    def test_of_a_commit(self) -> None:
        verdict = judge_one(error(0, "client", "HYT00", Phase.COMMIT), RULES)
        assert verdict.action is Action.AMBIGUOUS

    def test_where_the_phase_is_not_known(self) -> None:
        late = error(0, "client", "HYT00", Phase.UNKNOWN, "Login timeout expired")
        assert judge_one(late, RULES).action is Action.RECONNECT


class TestChains:
    def test_the_latest_error_decides(self) -> None:
        chain = (server(1205, sqlstate="40001"), server(2627, sqlstate="23000"))
        assert _of(chain).action is Action.RERUN
        assert _of(chain[::-1]).action is Action.NEVER

    @pytest.mark.parametrize("number", [3902, 3903, 3930, 3998])
    def test_what_an_error_leaves_behind_does_not_hide_it(self, number: int) -> None:
        verdict = _of((server(number), server(1205, sqlstate="40001")))
        assert (verdict.action, verdict.number) == (Action.RERUN, 1205)

    def test_a_closed_connection_is_such_a_thing(self) -> None:
        closed = DriverError(
            driver="pyodbc", origin="client", text="Attempt to use a closed connection."
        )
        assert _of((closed, server(40501, sqlstate="HY000"))).is_transient
        assert not _of((server(18456, Phase.CONNECT), error(104, "client", "08S01"))).is_transient

    def test_the_error_that_ended_the_connection_says_how_long_to_wait(self) -> None:
        """mssql-python fails to roll back on the connection that 40501 has ended (measured)."""
        dead = error(0, "client", "08S01", text="Communication link failure")
        verdict = _of((dead, server(40501, sqlstate="HY000")))
        assert (verdict.number, verdict.floor) == (40501, 10.0)

    def test_the_cursor_of_a_closed_connection_does_not_hide_the_fault(self) -> None:
        """What every query of a QuerySet ends with through pyodbc when the connection is lost."""
        closed = DriverError(
            driver="pyodbc", origin="client", text="The cursor's connection has been closed."
        )
        lost = error(104, "client", "08S01", text="TCP Provider: Error code 0x68")
        before = server(2627, sqlstate="23000")
        for chain in ((closed, lost), (closed, lost, before)):
            verdict = _of(chain)
            assert (verdict.number, verdict.is_transient, verdict.max_retries) == (104, True, None)

    def test_what_was_handled_before_does_not_decide(self) -> None:
        """A duplicate key that was handled, and in its except clause the connection was lost."""
        dead = error(104, "client", "08S01")
        assert _of((dead, server(2627, sqlstate="23000"))).number == 104

    def test_a_commit_that_is_hidden_makes_the_outcome_unknown(self) -> None:
        """mssql-django asks for @@TRANCOUNT on the connection that the COMMIT lost (measured)."""
        asked = error(0, "client", "08S01", text="Communication link failure")
        committing = error(104, "client", "08S01", Phase.COMMIT_OR_ROLLBACK)
        assert _of((asked, committing)).action is Action.AMBIGUOUS

    def test_a_definite_abort_at_commit_does_not(self) -> None:
        asked = error(0, "client", "08S01", text="Communication link failure")
        verdict = _of((asked, server(1205, Phase.COMMIT, "40001")))
        assert verdict.action is Action.RERUN

    def test_records_behind_a_message(self) -> None:
        from django_mssql_ops.errors import DiagnosticRecord

        behind = DiagnosticRecord(sqlstate="40001", number=1205, origin="server", text="…")
        first = DriverError(
            driver="pyodbc", sqlstate="01000", number=5701, origin="server",
            phase=Phase.EXECUTE, records=(behind,),
        )  # fmt: skip
        assert judge_one(first, RULES).action is Action.RERUN

    def test_nothing_at_all(self) -> None:
        assert judge((), RULES) is None


def _of(errors: tuple[DriverError, ...]) -> Verdict:
    verdict = judge(errors, RULES)
    assert verdict is not None
    return verdict


class TestSettings:
    def test_adds(self) -> None:
        rules = TransientRules(reactions={50001: "rerun", 4060: "reconnect"})
        assert judge_one(server(50001), rules).action is Action.RERUN
        assert judge_one(server(4060, Phase.CONNECT), rules).action is Action.RECONNECT
        assert judge_one(server(4060, Phase.CONNECT), rules).max_retries == 2

    def test_removes(self) -> None:
        rules = TransientRules(reactions={40613: "never"})
        assert judge_one(server(40613, Phase.CONNECT), rules).action is Action.NEVER

    def test_re_classes(self) -> None:
        rules = TransientRules(reactions={1205: "ambiguous", 40501: "reconnect"})
        assert judge_one(server(1205, sqlstate="40001"), rules).action is Action.AMBIGUOUS
        changed = judge_one(server(40501), rules)
        assert (changed.action, changed.floor) == (Action.RECONNECT, THROTTLING_FLOOR)

    def test_an_added_number_is_not_certain_at_commit(self) -> None:
        rules = TransientRules(reactions={50001: "rerun"})
        assert judge_one(server(50001, Phase.COMMIT), rules).action is Action.AMBIGUOUS

    def test_a_number_of_the_client_is_not_meant(self) -> None:
        rules = TransientRules(reactions={10054: "never"})
        assert judge_one(error(10054, "client", "08S01"), rules).is_transient

    @pytest.mark.parametrize("number", sorted(ONLY_EF_CORE))
    def test_ef_cores_list(self, number: int) -> None:
        assert not judge_one(server(number), RULES).is_transient
        assert judge_one(server(number), TransientRules(efcore=True)).action is Action.RERUN

    def test_4060_behind_18456_of_mssql_python_stays(self) -> None:
        hidden = DriverError(
            driver="mssql_python", sqlstate="28000", number=18456, origin="server",
            phase=Phase.CONNECT,
        )  # fmt: skip
        assert 4060 in hidden.possible_numbers
        rules = TransientRules(reactions={4060: "reconnect"})
        assert judge_one(hidden, rules).action is Action.NEVER
