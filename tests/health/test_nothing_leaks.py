"""Whatever a failing connection says, nothing that health publishes or logs repeats it."""

from __future__ import annotations

import logging
import random
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import pytest
from django.db import connections
from django.test import Client, override_settings
from health_check.exceptions import HealthCheckException
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health import MSSQLConnection, MSSQLPool
from django_mssql_ops.health.answer import Answer
from django_mssql_ops.health.probing import log, opening, registry
from django_mssql_ops.health.server import certificate
from tests.health.failing import Driver, Failing, Moment, opener
from tests.health.planted import CASES, MARK, Planted, driver_errors, leaks, other_errors

#: A token in HEALTH is a secret too.
TOKEN: Final = f"{MARK}-token-of-the-monitor"
PAGES: Final = (
    "/health/",
    *(f"/health/?format={name}" for name in ("json", "text", "openmetrics", "atom", "rss")),
    "/health/?format=details",
    "/ready/",
    "/live/",
)
#: Those with the most in them: the others say no more, in another format.
FULL_PAGES: Final = ("/health/?format=details", "/ready/")
#: Pieces that messages, pages and settings give a meaning to.
_PIECES: Final = st.sampled_from(
    ["'", '"', "}", "{", ";", "\n", "<b>", "&", "%s", "{}", "\\", "]", ") (", ",", ":", " ", "\x00"]
)
_NAMES: Final = st.lists(st.one_of(_PIECES, st.text(max_size=4)), max_size=5).map(
    lambda pieces: MARK + "".join(pieces) + MARK
)
_ADDRESSES: Final = st.one_of(
    st.ip_addresses(network="203.0.113.0/24"), st.ip_addresses(network="2001:db8::/32")
).map(str)
PLANTED: Final = st.builds(
    Planted,
    host=st.one_of(_NAMES, _ADDRESSES),
    user=_NAMES,
    database=_NAMES,
    password=_NAMES,
    address=_ADDRESSES,
)
PLAIN: Final = Planted(
    host=f"{MARK}.database.windows.net",
    user=f"{MARK}_user",
    database=f"{MARK}_shop",
    password=f"{MARK};'}}pass",
    address="203.0.113.77",
)


@pytest.fixture(scope="module", autouse=True)
def project() -> Iterator[None]:
    health = {"TOKENS": [TOKEN], "CACHE": 0, "TIMEOUT": 5.0, "FACTS_EVERY": 0.001}
    with override_settings(
        ROOT_URLCONF="django_mssql_ops.health.urls", MSSQL_OPS={"HEALTH": health}
    ):
        yield


def entry(planted: Planted, alias: str, failing: Failing) -> dict[str, Any]:
    """Aliases have users of their own: those of one share what they know of a rejected login."""
    return {
        "ENGINE": "mssql",
        "HOST": planted.host,
        "NAME": planted.database,
        "USER": f"{planted.user}{alias}",
        "PASSWORD": planted.password,
        "OPTIONS": {"python_driver": failing.driver, "extra_params": f"Encrypt=yes;APP={MARK}"},
    }


_OF_ANY_RECORD: Final = frozenset(vars(logging.makeLogRecord({})))


class _Kept(logging.Handler):
    """Everything of a record, and of its exception's chain."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        extra = {name: value for name, value in vars(record).items() if name not in _OF_ANY_RECORD}
        self.said += [record.getMessage(), repr(record.args), repr(extra)]
        if error is not None:
            self.said.append(chain(error))


def chain(error: BaseException) -> str:
    """An exception, all behind it however hidden, and what its frames hold: error trackers send
    that too."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    parts = [str(error), repr(error), repr(vars(error)), *told.format(chain=False)]
    parts += [chain(one) for one in (error.__cause__, error.__context__) if one is not None]
    return "\n".join(parts)


@contextmanager
def kept_logs() -> Iterator[list[str]]:
    handler = _Kept()
    names = ("", "django.request", "django_mssql_ops.health", "health_check")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    # Alone: pytest's keeps records, with them tracebacks, and with those the executors of threads.
    others, loggers[0].handlers = loggers[0].handlers, [handler]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield handler.said
    finally:
        loggers[0].handlers = others
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def project_with(drivers: Mapping[str, Driver], planted: Planted) -> Iterator[None]:
    """DATABASES has these aliases and no other, and this is what their connections do."""
    entries = {alias: entry(planted, alias, one.failing) for alias, one in drivers.items()}
    configured = connections.configure_settings({**entries, "default": {}})
    del configured["default"]
    log.say_once.cache_clear()
    handshake = SimpleNamespace(certificate=Unreadable(planted.said))
    reached = SimpleNamespace(reached=SimpleNamespace(address=planted.address))
    with (
        mock.patch.dict(connections.settings, configured, clear=True),
        mock.patch.object(opening, "open_raw", opener(drivers)),
        # The handshake that looks at the certificate would go over the network.
        mock.patch.object(certificate, "probe_dns", return_value=mock.Mock()),
        mock.patch.object(certificate, "probe_tcp", return_value=reached),
        mock.patch.object(certificate, "probe_tls", return_value=handshake),
    ):
        try:
            yield
        finally:
            registry.close_all()


def published(
    failing: Mapping[str, Failing], planted: Planted, pages: Sequence[str] = PAGES
) -> str:
    """All that anybody can see of these aliases."""
    drivers = {alias: Driver(one) for alias, one in failing.items()}
    with kept_logs() as logs, project_with(drivers, planted):
        lost = [alias for alias, one in failing.items() if one.moment is Moment.LOST]
        parts = [_seen(alias) for alias in (*failing, *lost)]
        for path in pages:
            parts += _answered(path, {"Authorization": f"Bearer {TOKEN}"})
        for path in ("/ready/", "/live/", "/health/"):
            parts += _answered(path, {})
    silent = [alias for alias, driver in drivers.items() if not driver.has_spoken]
    assert not silent, "an error that was never met proves nothing"
    return "\n".join(dict.fromkeys([*parts, *logs]))


def _answered(path: str, headers: dict[str, str]) -> list[str]:
    answer = Client(raise_request_exception=False, headers=headers).get(path)
    return [str(answer.headers), answer.content.decode(), answer.reason_phrase]


def _seen(alias: str) -> str:
    parts = []
    for check in (MSSQLConnection(alias), MSSQLPool(alias)):
        parts.append(_raised(check.run))
        parts += [repr(check), str(check), str(check.labels), check.pretty_status()]
    return "\n".join(parts)


def _raised(run: Callable[[], object]) -> str:
    try:
        run()
    except HealthCheckException as error:
        # This frame is the test's own, and knows what was planted.
        return chain(error.with_traceback(error.__traceback__ and error.__traceback__.tb_next))
    return ""


def failing_of(errors: list[BaseException], turn: int) -> dict[str, Failing]:
    """An alias for each error; moments and drivers take turns."""
    moments = list(Moment)
    return {
        f"a{number}": Failing(
            moments[(number + turn) % len(moments)],
            error,
            ("pyodbc", "mssql_python")[number % 2],
        )
        for number, error in enumerate(errors)
    }


def test_a_leak_would_be_seen() -> None:
    """In a message, and so in every format: what the other tests stand on."""
    [error, *_] = other_errors(PLAIN)
    told = property(lambda _answer: str(error))
    with mock.patch.object(Answer, "why", told):
        found = published(failing_of([error], 0), PLAIN)
    assert leaks(found, [error])


@pytest.mark.parametrize("part", range(8))
def test_no_error_of_the_catalogue_is_repeated(part: int) -> None:
    errors = [
        random.Random(number).choice(driver_errors(case, PLAIN))
        for number, case in enumerate(CASES)
        if number % 8 == part
    ]
    found = published(failing_of(errors, part), PLAIN, FULL_PAGES)
    assert not leaks(found, errors)


@pytest.mark.parametrize("turn", range(len(Moment)))
def test_no_other_error_is_repeated(turn: int) -> None:
    errors = other_errors(PLAIN)
    found = published(failing_of(errors, turn), PLAIN, FULL_PAGES)
    assert not leaks(found, errors)


# Whatever is found says enough as it is: to make it smaller takes minutes.
@settings(deadline=None, max_examples=10, phases=(Phase.reuse, Phase.generate))
@given(planted=PLANTED, data=st.data())
def test_no_planted_value_is_repeated(planted: Planted, data: st.DataObject) -> None:
    cases = data.draw(st.lists(st.sampled_from(CASES), min_size=1, max_size=3))
    errors = [data.draw(st.sampled_from(driver_errors(case, planted))) for case in cases]
    errors.append(data.draw(st.sampled_from(other_errors(planted))))
    turn = data.draw(st.integers(0, len(Moment) - 1))
    found = published(failing_of(errors, turn), planted)
    assert not leaks(found, errors)
