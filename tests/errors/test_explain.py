from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_mssql_ops.errors import Confidence, Diagnosis, Origin, classify, explain
from django_mssql_ops.errors.diagnosing import matcher
from django_mssql_ops.errors.matching import Fit, Matcher, is_tie
from django_mssql_ops.errors.observed import Observed
from django_mssql_ops.errors.pasted_text import read_text
from django_mssql_ops.errors.raised import read_exception
from django_mssql_ops.errors.symptoms import ROWS
from tests.errors.fake_drivers import MssqlPythonError, PyodbcError, raised
from tests.errors.forms import DRIVER_18, Form, forms, in_django
from tests.errors.symptom_cases import all_cases
from tests.errors.symptom_cases.case import Case
from tests.errors.symptom_cases.seen_elsewhere import NO_ROW

CASES = all_cases()
MS18 = f"[Microsoft][{DRIVER_18}]"

each_case = pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{case.row}-{index}") for index, case in enumerate(CASES)]
)


def fits(form: Form) -> tuple[Fit, ...]:
    return matcher().fitting(observed(form))


def observed(form: Form) -> Observed:
    value = form.value
    return read_text(value) if isinstance(value, str) else read_exception(value)


def number(found: Diagnosis) -> int | None:
    return None if found.symptom is None else found.symptom.number


@each_case
def test_the_right_row_comes_first_in_each_form(case: Case) -> None:
    """And no other row fits as well: that would be chance."""
    for form in case.forms():
        first, *others = fits(form)
        assert (form.name, first.symptom.number) == (form.name, case.row)
        ties = [other.symptom.number for other in others if is_tie(first, other)]
        assert (form.name, ties) == (form.name, [])


def test_the_first_row_that_fits_is_the_diagnosis() -> None:
    for case in CASES:
        form = case.forms()[-1]
        assert (form.name, number(explain(form.value))) == (form.name, case.row)


@pytest.mark.parametrize("text", NO_ROW)
def test_what_only_looks_alike_is_in_no_row(text: str) -> None:
    assert fits(Form("text", "text", text)) == ()


def test_every_row_has_a_case() -> None:
    assert {row.number for row in ROWS} - {case.row for case in CASES} == set()


def test_numbers_and_slugs_are_given_once() -> None:
    for values in ([row.number for row in ROWS], [row.slug for row in ROWS]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_the_order_of_the_rows_changes_nothing() -> None:
    shuffled = list(ROWS)
    random.Random(4).shuffle(shuffled)
    other = Matcher(shuffled)
    for case in CASES:
        seen = observed(case.forms()[0])
        assert other.fitting(seen) == matcher().fitting(seen)


#: Each example is twenty forms; what one costs is asked in test_explain_hostile.
few = settings(max_examples=6, deadline=None)

NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789_$-.", min_size=1, max_size=40)
DRIVERS = st.sampled_from(
    [
        "ODBC Driver 17 for SQL Server",
        "ODBC Driver 13 for SQL Server",
        "SQL Server Native Client 11.0",
    ]
)


def variant(
    row: int,
    sqlstate: str,
    native: int,
    sentence: str,
    driver: str,
    origin: Origin = "client",
    without: Iterable[str] = (),
) -> None:
    for form in forms(sqlstate, native, "SQLDriverConnect", sentence, origin=origin, driver=driver):
        if form.group not in without:
            assert (form.name, number(explain(form.value))) == (form.name, row)


@few
@given(name=NAMES, driver=DRIVERS)
def test_unseen_libraries_are_not_opened(name: str, driver: str) -> None:
    sentence = f"Can't open lib '/opt/{name}/libmsodbcsql.so' : file not found"
    variant(2, "01000", 0, sentence, driver, "driver_manager")


@few
@given(code=st.sampled_from(["1A2B3C4D", "0A000086", "14090086"]), driver=DRIVERS)
def test_unseen_versions_of_openssl_are_understood(code: str, driver: str) -> None:
    reason = f"error:{code}:SSL routines:f:certificate verify failed:self signed certificate"
    sentence = f"SSL Provider: [{reason}]"
    variant(35, "08001", -1, sentence, driver, without={"sqlcmd"})


@few
@given(limit=st.integers(1, 32767), driver=DRIVERS)
def test_unseen_limits_of_connections_are_understood(limit: int, driver: str) -> None:
    sentence = (
        f"Could not connect because the maximum number of '{limit}' user connections has already "
        "been reached. The connection has been closed."
    )
    variant(34, "08004", 17809, sentence, driver, "server")


NOISE = st.text(st.characters(codec="utf-8", exclude_characters="[]()'\"\\&"), max_size=80).filter(
    lambda text: "error" not in text.lower()
)


@given(before=NOISE, after=NOISE)
def test_noise_around_a_message_changes_nothing(before: str, after: str) -> None:
    message = (
        f"('08001', '[08001] {MS18}Neither DSN nor SERVER keyword supplied (0) (SQLDriverConnect)')"
    )
    assert number(explain(f"{before}\n{message}\n{after}")) == 12


def test_the_servers_number_beats_what_its_message_quotes() -> None:
    text = (
        f"[23000] {MS18}[SQL Server]Violation of PRIMARY KEY constraint 'pk'. The duplicate key "
        "value is (Login timeout expired (10061)). (2627) (SQLExecDirectW)"
    )
    assert number(explain(PyodbcError("23000", text))) not in (16, 19)
    assert number(explain(text)) not in (16, 19)


def test_a_quoted_record_does_not_come_in_by_djangos_copy() -> None:
    quoted = f"[40001] {MS18}[SQL Server]Transaction was deadlocked. (1205) (SQLExecDirectW)"
    text = f"[23000] {MS18}[SQL Server]Duplicate ({quoted}). (2627) (SQLExecDirectW)"
    found = explain(in_django(PyodbcError("23000", text), "IntegrityError"))
    assert [record.number for record in found.records] == [2627]


@pytest.mark.process
def test_the_sentences_are_loaded_by_the_first_explanation_only() -> None:
    code = (
        "import sys, django_mssql_ops.errors as e; loaded = set(sys.modules);"
        "assert not any('symptoms' in m or 'pasted' in m for m in loaded), loaded;"
        "e.explain('x'); assert callable(e.explain); e.Symptom; e.Diagnosis"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_refused_the_login_comes_before_the_refusal() -> None:
    refused = f"[28000] {MS18}[SQL Server]Login failed for user 'app'. (18456) (SQLDriverConnect)"
    reason = f"[28000] {MS18}[SQL Server]Die Datenbank kann nicht ge\u00f6ffnet werden. (4060)"
    for exc in (PyodbcError("28000", f"{refused}; {reason}"), f"{refused}\n{reason}"):
        found = explain(exc)
        assert (number(found), [row.number for row in found.alternatives]) == (53, [49])
    other = f"[42S02] {MS18}[SQL Server]Invalid object name 'x'. (208) (SQLExecDirectW)"
    assert number(explain(f"{refused}\n{other}")) == 49


def test_a_clients_number_is_not_the_servers() -> None:
    text = f"[23000] {MS18}[SQL Server]Column 'x' does not allow NULL. (233) (SQLExecDirectW)"
    assert number(explain(PyodbcError("23000", text))) != 33


NOT_AUTHENTICATED = (
    "Failed to authenticate the user 'x' in Active Directory (Authentication option is "
    "'ActiveDirectoryMSI')."
)


@pytest.mark.parametrize(
    ("value", "confidence"),
    [
        (f"[08001] {MS18}TCP Provider: x. (10061) (SQLDriverConnect)", Confidence.HIGH),
        (f"[HYT00] {MS18}Login timeout expired (0) (SQLDriverConnect)", Confidence.HIGH),
        (f"[IM002] {MS18}? (0) (SQLDriverConnect)", Confidence.HIGH),
        (f"[FA004] {MS18}[SQL Server]{NOT_AUTHENTICATED} (0) (SQLDriverConnect)", Confidence.HIGH),
        (f"[CE267] {MS18}[SQL Server]{NOT_AUTHENTICATED} (0) (SQLDriverConnect)", Confidence.LOW),
        ("Login timeout expired", Confidence.LOW),
        ("the target machine actively refused it", Confidence.LOW),
    ],
)
def test_what_was_told_is_certain_and_mere_words_are_not(
    value: str, confidence: Confidence
) -> None:
    assert explain(value).confidence is confidence


def test_a_row_brings_its_words_and_what_was_recognised() -> None:
    found = explain(f"[08001] {MS18}TCP Provider: x (10061) (SQLDriverConnect)")
    assert found.symptom is not None
    assert (found.meaning, found.remedies) == (found.symptom.meaning, found.symptom.remedies)
    assert (found.links, found.evidence) == (found.symptom.links, found.symptom.evidence)
    (record,) = found.records
    assert (record.sqlstate, record.number, record.origin) == ("08001", 10061, "client")


def test_other_rows_that_fit_are_named() -> None:
    found = explain(f"[08001] {MS18}TCP Provider: x 0x2746 (10054) (SQLDriverConnect)")
    assert number(found) == 24
    assert 40 in [other.number for other in found.alternatives]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        (
            f"[08001] {MS18}Invalid value specified for connection string attribute 'Encrypt' (0) "
            "(SQLDriverConnect)",
            "connection attribute",
            "Encrypt",
        ),
        (f"{MS18}TCP Provider: Error code 0x2749", "provider code", "0x2749"),
        (
            f"{MS18}[SQL Server]Cannot open server 'x' requested by the login. Client with IP "
            "address '203.0.113.7' is not allowed to access the server.",
            "client IP address",
            "203.0.113.7",
        ),
    ],
)
def test_details_are_read_out_of_the_text(text: str, name: str, value: str) -> None:
    assert explain(text).details[name] == value


def test_what_mssql_python_may_hide_is_an_alternative() -> None:
    text = f"{MS18}[SQL Server]Login failed for user 'app'."
    exc = MssqlPythonError("Invalid authorization specification", text)
    assert 53 not in [other.number for other in explain(exc).alternatives]
    connecting = raised(exc, within=frame("mssql_python.db_connection", "connect"))
    assert 53 in [other.number for other in explain(connecting).alternatives]


def frame(module: str, function: str) -> Callable[[BaseException], None]:
    """Raises what it is given from a function of that name in a module of that name."""
    namespace: dict[str, Any] = {"__name__": module}
    exec(f"def {function}(exc):\n    raise exc", namespace)  # noqa: S102
    made: Callable[[BaseException], None] = namespace[function]
    return made


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"[42000] {MS18}[SQL Server]Something. (99999) (SQLExecDirectW)", "99999"),
        (f"[HY012] {MS18}Invalid transaction operation code (0) (SQLEndTran)", "HY012"),
        ("hello", "neither"),
        ("", "neither"),
    ],
)
def test_what_no_row_explains_is_said(text: str, words: str) -> None:
    found = explain(text)
    assert found.symptom is None
    assert words in found.meaning
    assert (found.remedies, found.evidence, found.alternatives) == ((), None, ())


def test_what_classify_made_of_an_exception_is_explained_as_the_exception_itself() -> None:
    text = f"[28000] {MS18}[SQL Server]Login failed for user 'app'. (18456) (SQLDriverConnect)"
    refused = PyodbcError("28000", text)
    told = classify(refused)
    assert told is not None
    assert explain(told) == explain(refused)
    assert number(explain(told)) == 49
