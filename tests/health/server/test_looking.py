"""Which facts a caller gets: those read now, those read before, or what the settings tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.probing.prober import Prober
from django_mssql_ops.health.probing.registry import prober_for
from django_mssql_ops.health.server import looking
from django_mssql_ops.health.server.certificate import EVERY, EVERY_AFTER_FAILURE
from django_mssql_ops.health.server.facts import NOT_ASKED_YET, NOT_USED, ServerFacts
from django_mssql_ops.health.server.looking import CERTIFICATE, SERVER, server_facts
from tests.health.server.answering import AnsweringOwn
from tests.standin import StandIn
from tests.testing.aliases import alias, entry_for

END = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
SECRET = "db7.corp.example"


class FakeProber:
    """Looks at once, or says what it is told to; ``max_ages`` are those it was asked with."""

    alias = "shop"

    def __init__(self) -> None:
        self.own = AnsweringOwn()
        self.seen: dict[str, object] = {}
        self.instead: dict[str, object] = {}
        self.max_ages: dict[str, float] = {}

    def look(
        self, name: str, question: Callable[[Any], Any], *, limit: float, max_age: float
    ) -> Any:
        assert limit >= 0
        self.max_ages[name] = max_age
        if name in self.instead:
            return self.instead[name]
        self.seen[name] = question(self.own)
        return self.seen[name]

    def last(self, name: str) -> object | None:
        return self.seen.get(name)


@pytest.fixture
def prober(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProber]:
    monkeypatch.setattr(looking, "certificate_expiry", lambda settings: END)
    with alias("shop", entry_for(1433, "pyodbc", extra_params="Encrypt=yes")):
        yield FakeProber()


def look(prober: FakeProber) -> ServerFacts:
    return server_facts(cast("Prober", prober), limit=1.0, max_age=60.0)


def test_the_facts_and_the_certificate_have_their_own_ages(prober: FakeProber) -> None:
    facts = look(prober)
    assert (facts.state, facts.certificate_expires) == ("ONLINE", END)
    assert prober.max_ages == {SERVER: 60.0, CERTIFICATE: EVERY}


def test_a_certificate_that_was_not_read_is_asked_for_sooner(prober: FakeProber) -> None:
    prober.seen[CERTIFICATE] = Unreadable("no TLS handshake came about within its limit")
    assert look(prober).certificate_expires == END
    assert prober.max_ages[CERTIFICATE] == EVERY_AFTER_FAILURE


def test_a_driver_that_does_not_encrypt_uses_no_certificate() -> None:
    prober = FakeProber()
    with alias("shop", entry_for(1433, "pyodbc", extra_params="Encrypt=no")):
        assert look(prober).certificate_expires == NOT_USED
    assert CERTIFICATE not in prober.max_ages


def test_the_rights_are_remembered_from_look_to_look(prober: FakeProber) -> None:
    look(prober)
    look(prober)
    assert len(prober.own.asked) == 3


def test_what_was_read_before_stands_in(prober: FakeProber) -> None:
    before = look(prober)
    prober.instead[SERVER] = Unreadable("not asked", timed_out=True)
    assert look(prober) == before


@pytest.mark.parametrize("timed_out", [True, False])
def test_without_any_the_settings_tell_what_they_can(prober: FakeProber, timed_out: bool) -> None:
    prober.instead[SERVER] = Unreadable(f"{SECRET} did not answer", timed_out=timed_out)
    facts = look(prober)
    assert facts.encrypted is True
    assert isinstance(facts.state, Unreadable)
    assert SECRET not in repr(facts)
    assert facts.certificate_expires == NOT_ASKED_YET
    assert CERTIFICATE not in prober.max_ages


@pytest.mark.socket
def test_a_prober_looks_for_both(standin: StandIn, driver: str) -> None:
    name = f"shop_{standin.port}"
    extra = "Encrypt=yes;TrustServerCertificate=yes"
    with alias(name, entry_for(standin.port, driver, extra_params=extra)):
        facts = server_facts(prober_for(name), limit=10.0, max_age=60.0)
    assert facts.encrypted is True
    assert isinstance(facts.certificate_expires, dt.datetime)
    assert not facts.checks_certificate
