from __future__ import annotations

import json
import logging
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.json_formatter import HIDDEN, MAX_TEXT, JsonFormatter


def written(msg: object = "hello", *args: object, exc: Any = None, **extra: object) -> Any:
    record = logging.LogRecord("shop", logging.WARNING, __file__, 1, msg, args, exc)
    vars(record).update(extra)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert line.isascii()
    return json.loads(line, parse_constant=pytest.fail)


def raised(exc: BaseException) -> Any:
    try:
        raise exc
    except BaseException:
        return sys.exc_info()


def test_what_a_record_becomes() -> None:
    told = written("attempt %d", 2, mssql_ops_event="retry_attempted", number=1205)
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "WARNING",
        "logger": "shop",
        "message": "attempt 2",
        "mssql_ops_event": "retry_attempted",
        "number": 1205,
    }


@pytest.mark.parametrize("text", ['say "no"', "a\nb", "\\", "\x00\x1b", "ü\u2028", "\ud800x"])
def test_what_breaks_a_template(text: str) -> None:
    assert written(text)["message"] == text.replace("\ud800", "\N{REPLACEMENT CHARACTER}")


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert written("\ud83d\ude00")["message"] == "\U0001f600"


def test_an_exception() -> None:
    told = written(exc=raised(ValueError('a "b"\nc')))["exception"]
    assert told["class"] == "builtins.ValueError"
    assert told["message"] == 'a "b"\nc'
    assert told["traceback"].startswith("Traceback")
    assert "raise exc" in told["traceback"]


def test_values_that_json_does_not_have() -> None:
    told = written(
        day=date(2026, 1, 2), price=Decimal("1.5"), inf=float("inf"), it=object(), big=10**999,
        error=ValueError("x"), some={1, }, deep=[[[[[[[[1]]]]]]]],
    )  # fmt: skip
    assert told["day"] == "2026-01-02"
    assert told["price"] == "1.5"
    assert told["inf"] == "inf"
    assert told["it"] == "<object>"
    assert told["big"] == "<int>"
    assert told["error"] == "x"
    assert told["some"] == [1]
    assert "<list>" in str(told["deep"])


def test_a_list_in_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert written(endless=endless)["endless"]


def test_arguments_that_do_not_fit() -> None:
    assert written("%d of %d", 1)["message"] == "%d of %d (its arguments do not fit)"


def test_what_cannot_be_written() -> None:
    class Stubborn:
        def __str__(self) -> str:
            raise RuntimeError

        __repr__ = __str__

    assert written(Stubborn())["message"].startswith("<")
    assert written(it=Stubborn(), them={Stubborn(): Stubborn()})["it"].endswith("Stubborn>")
    assert written(exc=raised(type("Odd", (Exception,), {"__str__": Stubborn.__str__})()))


def test_secrets() -> None:
    told = written(
        "DRIVER=x;UID=app;PWD=hunter2;", password="hunter2", api={"Auth_Token": "hunter2"},
        exc=raised(ValueError("Password=hunter2;")),
    )  # fmt: skip
    assert "hunter2" not in json.dumps(told)
    assert (told["password"], told["api"]) == (HIDDEN, {"Auth_Token": HIDDEN})


def test_an_extra_does_not_take_a_fields_place() -> None:
    assert written(level="x", time="y", logger="z")["level"] == "WARNING"


def test_long_texts_are_cut() -> None:
    assert len(written("x " * 99_999)["message"]) == MAX_TEXT + 1


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
    | st.text(st.characters(categories=("Cs", "Cc"))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)  # fmt: skip


@given(ANYTHING, st.lists(ANYTHING, max_size=2), st.dictionaries(st.text(), ANYTHING, max_size=4))
def test_always_json(msg: object, args: list[object], extra: dict[str, object]) -> None:
    own = vars(logging.makeLogRecord({}))
    written(msg, *args, **{n: v for n, v in extra.items() if n not in own})
