"""Each fault's actions at each of its points, without a socket."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.errors.catalogue.rows import CATALOGUE
from django_mssql_ops.errors.numbers import Meaning, TransactionState, meaning_of
from django_mssql_ops.errors.signatures import SIGNATURES, matching_numbers
from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy import faults as faults_package
from django_mssql_ops.faultproxy import server_errors
from django_mssql_ops.faultproxy.actions import (
    Action,
    Answer,
    Cut,
    CutDriver,
    Execute,
    Forward,
    PartOfReply,
    RawBytes,
    Refuse,
    RollBack,
    Shape,
    Stall,
)
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.injections import KEYS
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.parameters import parameters_of
from django_mssql_ops.faultproxy.registry import all_faults, fault, fault_class, fault_named
from django_mssql_ops.faultproxy.server_texts import text_of
from django_mssql_ops.tds import (
    Done,
    DoneStatus,
    EnvChange,
    EnvChangeType,
    Packet,
    PacketReader,
    PacketType,
    ServerError,
    Token,
    TokenReader,
    encode_token,
)
from tests.faultproxy.moments import moment
from tests.faultproxy.strategies import faults, few

RESET, CLOSE = CutDriver(Cut.RESET), CutDriver(Cut.CLOSE)
DESCRIPTOR = 0x3E00000001
ROLLED_BACK = EnvChange(EnvChangeType.ROLLBACK_TRANSACTION, b"", DESCRIPTOR.to_bytes(8, "little"))
FAILED = Done(status=DoneStatus.ERROR)

every_fault = pytest.mark.parametrize("cls", all_faults().values(), ids=list(all_faults()))


def acts(
    fault: Fault, point: Point = Point.REQUEST, *, descriptor: int = DESCRIPTOR
) -> list[Action]:
    return list(fault.inject(moment(point, descriptor=descriptor)))


def answer_in(actions: list[Action]) -> tuple[Token, ...]:
    (answer,) = (action for action in actions if isinstance(action, Answer))
    return answer.tokens


def kinds(actions: list[Action]) -> list[type]:
    return [type(action) for action in actions]


# --- all of them ---


@every_fault
def test_a_fault_says_what_it_is(cls: type[Fault]) -> None:
    assert cls.name == cls.__module__.rpartition(".")[2].replace("_", "-")
    assert cls.points
    assert len(set(cls.points)) == len(cls.points)
    assert cls.summary
    assert cls.summary[-1] != "."
    assert (cls.__doc__ or "").rstrip().endswith(".")
    assert not (cls.__doc__ or "").startswith(cls.__name__ + "(")


@every_fault
def test_no_parameter_is_called_like_a_key_of_the_trigger(cls: type[Fault]) -> None:
    assert not {field.name for field, _ in parameters_of(cls)} & set(KEYS)


@every_fault
def test_every_field_is_a_parameter_with_a_meaning(cls: type[Fault]) -> None:
    known = {field.name: parameter for field, parameter in parameters_of(cls)}
    assert set(known) == set(cls.__slots__)  # type: ignore[attr-defined]
    assert all(parameter.meaning for parameter in known.values())


@few
@given(fault=faults(), data=st.data())
def test_every_answer_can_be_sent_and_read_again(fault: Fault, data: st.DataObject) -> None:
    """The ERROR goes first, and the DONE that says so last: anything else confuses a driver."""
    point = data.draw(st.sampled_from(fault.points))
    if fault.contradiction(point):
        return
    for action in acts(fault, point, descriptor=data.draw(st.sampled_from([0, DESCRIPTOR]))):
        if isinstance(action, Answer):
            assert isinstance(action.tokens[0], ServerError)
            assert action.tokens[-1] == FAILED
            assert read(b"".join(map(encode_token, action.tokens))) == list(action.tokens)


def read(payload: bytes) -> list[Token]:
    reader = TokenReader()
    reader.receive(payload)
    tokens = []
    while (token := reader.next_token()) is not None:
        tokens.append(token)
    reader.end_of_message()
    return tokens


@few
@given(fault=faults(), seed=st.integers())
def test_the_same_seed_gives_the_same_actions(fault: Fault, seed: int) -> None:
    point = fault.default_points[0]
    if not fault.contradiction(point):
        first, second = (fault.inject(moment(point, random=random.Random(seed))) for _ in range(2))
        assert list(first) == list(second)


# --- registering ---


def test_a_file_is_the_whole_registration() -> None:
    (directory,) = faults_package.__path__
    files = {path.stem.replace("_", "-") for path in Path(directory).glob("[a-z]*.py")}
    assert set(all_faults()) == files


def test_a_fault_under_another_name_than_its_file_is_refused() -> None:
    class Other(Fault):
        name = "other"

    with pytest.raises(ValueError, match="'other'"):
        fault(Other)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("server-eror", "there is no fault 'server-eror'; did you mean 'server-error'? Known: "),
        ("Reset", "there is no fault 'Reset'; did you mean 'reset'? Known: "),
        ("xyz", "there is no fault 'xyz'; known: attention-ignored, bandwidth, "),
        ("x" * 500, "there is no fault a text of 500 characters; known: "),
        (7, "there is no fault 7; known: "),
        ([], "there is no fault a list; known: "),
    ],
)
def test_an_unknown_fault_is_answered_with_the_known_ones(name: object, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        fault_class(name)
    assert str(caught.value).startswith(said)
    assert "truncate" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("reset", {"wen": 1}, "reset has no parameter 'wen'; did you mean 'when'? Known: when"),
        ("session-killed", {"a": 1}, "session-killed has no parameter 'a'; it has none"),
        ("server-error", {}, "server-error needs number"),
        ("reset", {"when": "later"}, "reset: when is 'later'; it must be one of before, after"),
        ("reset", {"when": ["x"]}, "reset: when is a list; it must be one of before, after"),
        ("latency", {"seconds": -1}, "latency: seconds is -1; it must be a number from 0 to 3600"),
        ("latency", {"seconds": float("nan")}, "latency: seconds is nan; it must be a number"),
        ("latency", {"seconds": True}, "latency: seconds is True; it must be a number"),
        ("slicer", {"size": 2.5}, "slicer: size is 2.5; it must be a whole number from 1 to 65536"),
        ("slicer", {"size": 10**40}, "slicer: size is 1000000000"),
        ("server-error", {"number": 0}, "server-error: number is 0; it must be a whole number"),
        ("server-error", {"number": 1, "message": "\ud800"}, "server-error: message is "),
        ("server-error", {"number": 1, "severity": 10}, "server-error: severity is 10; it must be"),
        ("truncate", {"inside_token": 1}, "truncate: inside_token is 1; it must be true or false"),
        ("server-error", {"number": None}, "server-error: number is None; it must be"),
        ("latency", {"jitter": 9.0}, "latency has a jitter of 9 s, more than its 0.1 seconds"),
        (
            "server-error",
            {"number": 1205, "rows": 2},
            "server-error has rows = 2, which goes with when = 'mid-rows' alone",
        ),
        (
            "server-error",
            {"number": 40501, "closes": False},
            "server-error of severity 20 ends the connection; closes cannot be false",
        ),
    ],
)
def test_wrong_parameters_are_named(name: str, parameters: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        fault_named(name, **parameters)
    assert str(caught.value).startswith(said)


# --- what each does ---


@pytest.mark.parametrize(
    ("name", "parameters", "point", "expected"),
    [
        ("refuse", {}, Point.ACCEPT, [Refuse(1.0)]),
        ("refuse", {"seconds": 5}, Point.ACCEPT, [Refuse(5)]),
        ("silent-accept", {}, Point.ACCEPT, [Stall(None)]),
        ("reset", {}, Point.PRELOGIN, [RESET]),
        ("reset", {"when": "after"}, Point.COMMIT, [Execute(), RESET]),
        ("close", {}, Point.IDLE, [CLOSE]),
        ("close", {"when": "after"}, Point.REPLY, [Execute(), CLOSE]),
        ("half-open", {"seconds": 2}, Point.REQUEST, [Stall(2)]),
        ("half-open", {"when": "after"}, Point.COMMIT, [Execute(), Stall(None)]),
        (
            "latency",
            {"seconds": 0.2, "jitter": 0.1},
            Point.ACCEPT,
            [Shape(latency=0.2, jitter=0.1), Forward()],
        ),
        (
            "bandwidth",
            {"bytes_per_second": 9},
            Point.REQUEST,
            [Shape(bytes_per_second=9), Forward()],
        ),
        ("slicer", {}, Point.REPLY, [Shape(slice_size=7), Forward()]),
        ("truncate", {"rows": 3}, Point.REQUEST, [PartOfReply(3, False), RESET]),
        (
            "truncate",
            {"inside_token": True, "how": "stall"},
            Point.REPLY,
            [PartOfReply(0, True), Stall()],
        ),
        ("commit-lost-before", {}, Point.COMMIT, [RESET]),
        ("commit-lost-before", {"how": "stall"}, Point.COMMIT, [Stall()]),
        ("commit-lost-after", {"how": "close"}, Point.COMMIT, [Execute(), CLOSE]),
        ("empty-commit-lost", {}, Point.EMPTY_COMMIT, [RESET]),
        ("empty-commit-lost", {"when": "after"}, Point.EMPTY_COMMIT, [Execute(), RESET]),
        ("idle-cut", {"how": "close"}, Point.IDLE, [CLOSE]),
        ("attention-ignored", {}, Point.ATTENTION, []),
        ("session-killed", {}, Point.IDLE, [CLOSE]),
        ("error-storm", {}, Point.REQUEST, [RESET]),
        ("error-storm", {"how": "close"}, Point.IDLE, [CLOSE]),
    ],
)
def test_what_a_fault_does(
    name: str, parameters: dict[str, object], point: Point, expected: list[Action]
) -> None:
    assert acts(fault_named(name, **parameters), point) == expected


def test_garbage_is_no_packet() -> None:
    content, ended = acts(fault_named("garbage", size=10))
    assert isinstance(content, RawBytes)
    assert len(content.content) == 10
    assert content.content[0] not in set(PacketType)
    assert content.content[0] not in range(20, 25)  # RFC 5246 6.2.1: content types of TLS
    assert ended == CLOSE


def test_garbage_can_be_a_web_server() -> None:
    (content, _) = acts(fault_named("garbage", content="http"), Point.PRELOGIN)
    assert isinstance(content, RawBytes)
    head, _, body = content.content.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert f"Content-Length: {len(body)}".encode() in head


@pytest.mark.parametrize("alert", ["handshake-failure", "internal-error"])
def test_a_failed_handshake_is_a_fatal_alert_in_a_prelogin_packet(alert: str) -> None:
    raw, ended = acts(fault_named("tls-failure", alert=alert), Point.TLS)
    assert isinstance(raw, RawBytes)
    packet = one_packet(raw.content)
    assert (packet.type, packet.ends_message) == (PacketType.PRELOGIN, True)
    assert packet.payload[:6] == bytes([21, 3, 3, 0, 2, 2])
    assert packet.payload[6:] == bytes([{"handshake-failure": 40, "internal-error": 80}[alert]])
    assert ended == CLOSE


def test_a_handshake_can_be_answered_with_anything() -> None:
    raw, _ = acts(fault_named("tls-failure", alert="none"), Point.TLS)
    assert isinstance(raw, RawBytes)
    assert one_packet(raw.content).payload[0] not in range(20, 25)


def one_packet(content: bytes) -> Packet:
    reader = PacketReader()
    reader.receive(content)
    packet = reader.next_packet()
    assert packet is not None
    assert not reader.trailing
    return packet


@pytest.mark.parametrize(("idle", "strikes"), [(1.9, False), (2.0, True), (5.0, True)])
def test_only_who_is_idle_long_enough_is_cut(idle: float, strikes: bool) -> None:
    cut = fault_named("idle-cut", seconds=2.0)
    assert cut.strikes(moment(Point.IDLE, idle=idle), 0.0) is strikes


@pytest.mark.parametrize(("seconds", "strikes"), [(0.0, True), (9.9, True), (10.0, False)])
def test_a_storm_ends(seconds: float, strikes: bool) -> None:
    storm = fault_named("error-storm", seconds=10)
    assert storm.strikes(moment(Point.LOGIN), seconds) is strikes
    assert set(storm.default_points) == set(storm.points)


def test_the_empty_commit_of_a_new_connection_is_another_one() -> None:
    at_connect, later = moment(Point.EMPTY_COMMIT), moment(Point.EMPTY_COMMIT, commits=1)
    usual, early = (
        fault_named("empty-commit-lost"),
        fault_named("empty-commit-lost", at_connect=True),
    )
    assert [usual.strikes(one, 0.0) for one in (at_connect, later)] == [False, True]
    assert [early.strikes(one, 0.0) for one in (at_connect, later)] == [True, False]


# --- errors of the server ---


def test_an_error_that_ends_the_transaction_says_so_and_really_rolls_back() -> None:
    actions = acts(fault_named("server-error", number=1205))
    assert kinds(actions) == [RollBack, Answer]
    error, change, done = answer_in(actions)
    assert isinstance(error, ServerError)
    assert (error.number, error.severity) == (1205, 13)
    assert (change, done) == (ROLLED_BACK, FAILED)


def test_outside_a_transaction_there_is_nothing_to_roll_back() -> None:
    actions = acts(fault_named("server-error", number=1205), descriptor=0)
    assert kinds(actions) == [Answer]
    assert [type(token) for token in answer_in(actions)] == [ServerError, Done]


@pytest.mark.parametrize("number", [1222, 8645, 2627, 50001])
def test_an_error_of_the_statement_leaves_the_transaction_open(number: int) -> None:
    actions = acts(fault_named("server-error", number=number))
    assert kinds(actions) == [Answer]
    assert [type(token) for token in answer_in(actions)] == [ServerError, Done]


def test_an_uncommittable_transaction_is_rolled_back_with_its_batch() -> None:
    assert kinds(acts(fault_named("server-error", number=3941))) == [RollBack, Answer]


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: str(row.number))
def test_every_number_of_the_catalogue_is_in_step_with_the_transaction(row: Meaning) -> None:
    actions = acts(fault_named("server-error", number=row.number))
    error = answer_in(actions)[0]
    assert isinstance(error, ServerError)
    closes = error.severity >= 20 or bool(row.ends_connection)
    gone = row.transaction in (TransactionState.ROLLED_BACK, TransactionState.DOOMED)
    assert (actions[-1] == CLOSE) is closes
    assert (RollBack() in actions) is (gone or closes)
    assert (ROLLED_BACK in answer_in(actions)) is (gone and not closes)
    assert row.severity in (None, error.severity)


@pytest.mark.parametrize("severity", [20, 25])
def test_from_severity_20_on_the_server_hangs_up(severity: int) -> None:
    actions = acts(fault_named("server-error", number=50001, severity=severity))
    assert kinds(actions) == [RollBack, Answer, CutDriver]
    assert [type(token) for token in answer_in(actions)] == [ServerError, Done]


def test_whether_the_server_hangs_up_can_be_said() -> None:
    stays = acts(fault_named("server-error", number=40613, closes=False))
    assert kinds(stays) == [RollBack, Answer]
    assert ROLLED_BACK in answer_in(stays)
    goes = acts(fault_named("server-error", number=1222, closes=True))
    assert kinds(goes) == [RollBack, Answer, CutDriver]


def test_severity_and_text_can_be_given() -> None:
    actions = acts(fault_named("server-error", number=50001, severity=11, message="(40501)"))
    error = answer_in(actions)[0]
    assert isinstance(error, ServerError)
    assert (error.number, error.severity, error.message) == (50001, 11, "(40501)")


def test_an_error_after_the_execution() -> None:
    assert kinds(acts(fault_named("server-error", number=1222, when="after"))) == [Execute, Answer]
    after = acts(fault_named("server-error", number=1205, when="after"))
    assert kinds(after) == [Execute, RollBack, Answer]


@pytest.mark.parametrize(("given", "passed"), [({}, 1), ({"rows": 0}, 0), ({"rows": 3}, 3)])
def test_an_error_between_rows(given: dict[str, int], passed: int) -> None:
    actions = acts(fault_named("server-error", number=1205, when="mid-rows", **given))
    assert kinds(actions) == [PartOfReply, RollBack, Answer]
    assert actions[0] == PartOfReply(passed)


def test_an_error_at_commit_before_it_was_executed_rolls_back() -> None:
    actions = acts(fault_named("server-error", number=40197), Point.COMMIT)
    assert kinds(actions) == [RollBack, Answer, CutDriver]


def test_an_error_after_the_commit_finds_nothing_to_roll_back() -> None:
    actions = acts(fault_named("server-error", number=40197, when="after"), Point.COMMIT)
    assert kinds(actions) == [Execute, Answer, CutDriver]


@pytest.mark.parametrize(
    ("parameters", "point", "said"),
    [
        ({"number": 1205, "when": "after"}, Point.COMMIT, "1205 says that nothing was committed"),
        ({"number": 1222, "when": "after"}, Point.COMMIT, "1222 after the COMMIT would leave"),
        ({"number": 1222, "when": "after"}, Point.BEGIN, "cannot strike after the execution"),
        ({"number": 1222, "when": "after"}, Point.LOGIN, "cannot strike after the execution"),
        ({"number": 1222, "when": "mid-rows"}, Point.COMMIT, "cannot strike between rows at"),
    ],
)
def test_an_error_that_would_be_a_lie_is_refused(
    parameters: dict[str, object], point: Point, said: str
) -> None:
    assert fault_named("server-error", **parameters).contradiction(point).startswith(said)


@pytest.mark.parametrize("name", ["reset", "close", "half-open"])
@pytest.mark.parametrize("point", [Point.PRELOGIN, Point.IDLE, Point.ATTENTION])
def test_nothing_is_executed_at_some_points(name: str, point: Point) -> None:
    assert not fault_named(name).contradiction(point)
    assert fault_named(name, when="after").contradiction(point).startswith("cannot strike after")


@pytest.mark.parametrize("name", ["server-error", "login-error", "error-storm"])
def test_a_login_that_fails_ends_the_connection(name: str) -> None:
    actions = acts(fault_named(name, number=40613), Point.LOGIN, descriptor=0)
    assert kinds(actions) == [Answer, CutDriver]
    error, done = answer_in(actions)
    assert isinstance(error, ServerError)
    assert (error.number, error.severity, done) == (40613, 17, FAILED)


def test_a_database_that_is_not_there_is_a_failed_login_too() -> None:
    tokens = answer_in(acts(fault_named("login-error", number=4060), Point.LOGIN))
    assert [token.number for token in tokens if isinstance(token, ServerError)] == [4060, 18456]


def test_a_killed_session_says_596_and_hangs_up() -> None:
    actions = acts(fault_named("session-killed"))
    assert kinds(actions) == [RollBack, Answer, CutDriver]
    error = answer_in(actions)[0]
    assert isinstance(error, ServerError)
    assert (error.number, error.severity) == (596, 21)
    assert kinds(acts(fault_named("session-killed"), descriptor=0)) == [Answer, CutDriver]


# --- texts ---


@pytest.mark.parametrize("number", [row.number for row in CATALOGUE])
def test_a_text_is_recognised_by_its_signature(number: int) -> None:
    known = {row.number for row in SIGNATURES}
    assert matching_numbers(text_of(number)) == ((number,) if number in known else ())


@pytest.mark.parametrize("number", [row.number for row in SIGNATURES])
def test_every_signature_has_a_text(number: int) -> None:
    assert not text_of(number).startswith("Error ")


def test_an_unknown_number_has_a_text_and_the_usual_severity() -> None:
    assert meaning_of(4711) is None
    error = server_errors.error_of(4711)
    assert (error.message, error.severity) == ("Error 4711.", 16)


def test_no_fault_does_io() -> None:
    """Faults are pure: what they import says so."""
    (directory,) = faults_package.__path__
    for path in Path(directory).glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert names.isdisjoint({"socket", "time", "threading", "os", "random"}), path
