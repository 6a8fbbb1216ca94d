"""When the server's certificate expires, read by a handshake of its own."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import pytest

from django_mssql_ops.configuration import ConnectionSettings, read_settings
from django_mssql_ops.diagnostics.facts import Unreadable
from django_mssql_ops.health.server.certificate import certificate_expiry
from django_mssql_ops.health.server.facts import NOT_USED
from tests.configuration.entries import entry
from tests.standin.certificates import CertificateKind
from tests.standin.encryption import EncryptionPolicy
from tests.standin.fixtures import StartStandIn
from tests.standin.script import Delay, Phase
from tests.testing.aliases import entry_for


def settings_for(port: int, extra: str = "Encrypt=yes") -> ConnectionSettings:
    return read_settings("shop", entry_for(port, "pyodbc", extra_params=extra))


@pytest.mark.parametrize(
    "host", ["db\\SQLEXPRESS", "(localdb)\\MSSQLLocalDB", "np:\\\\db\\pipe\\sql\\query"]
)
def test_a_server_without_a_port_is_not_asked(host: str) -> None:
    found = certificate_expiry(read_settings("shop", entry(HOST=host, extra="Encrypt=yes")))
    assert isinstance(found, Unreadable)
    assert "no host and port" in found.reason


def test_a_driver_that_is_told_not_to_encrypt_uses_none() -> None:
    assert certificate_expiry(settings_for(1433, "Encrypt=no")) == NOT_USED


@pytest.mark.socket
class TestHandshake:
    def test_the_end_of_a_certificate(self, start_standin: StartStandIn) -> None:
        standin = start_standin()
        found = certificate_expiry(settings_for(standin.port))
        assert isinstance(found, dt.datetime)
        assert found > dt.datetime.now(dt.UTC)
        assert standin.counters.logins == ()

    def test_one_that_has_expired_is_read_as_well(self, start_standin: StartStandIn) -> None:
        standin = start_standin(certificate=CertificateKind.EXPIRED)
        found = certificate_expiry(settings_for(standin.port))
        assert isinstance(found, dt.datetime)
        assert found < dt.datetime.now(dt.UTC)

    def test_a_server_that_cannot_encrypt_shows_none(self, start_standin: StartStandIn) -> None:
        standin = start_standin(encryption=EncryptionPolicy.UNAVAILABLE)
        assert isinstance(certificate_expiry(settings_for(standin.port)), Unreadable)

    def test_a_silent_server_takes_the_limit_and_no_more(self, start_standin: StartStandIn) -> None:
        standin = start_standin()
        standin.script.on(Phase.PRELOGIN, Delay(5.0))
        began = time.monotonic()
        found = certificate_expiry(settings_for(standin.port), limit=0.3)
        assert time.monotonic() - began < 1.5
        assert isinstance(found, Unreadable)
        assert str(standin.port) not in repr(found)

    def test_an_unknown_host_is_no_reason_to_name_it(self) -> None:
        settings = settings_for(1433)
        assert settings.target is not None
        unknown = replace(settings, target=replace(settings.target, host="db7.invalid"))
        found = certificate_expiry(unknown, limit=0.5)
        assert isinstance(found, Unreadable)
        assert "db7" not in repr(found)
