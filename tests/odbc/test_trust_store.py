"""Where the driver looks for trusted certificates, and how a context is made to look there too."""

from __future__ import annotations

import ctypes
import os
import ssl
import sys
from pathlib import Path

import pytest

from django_mssql_ops.odbc import trust_store
from django_mssql_ops.odbc.trust_store import TrustStore, driver_trust_store

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the system's OpenSSL is Linux's")


@pytest.fixture
def defaults(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """A Linux machine whose OpenSSL looks into /etc/test, and an environment that says nothing."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    found = ("/etc/test/cert.pem", "/etc/test/certs", "defaults of libcrypto.so.3")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(trust_store, "_library_defaults", lambda: found)
    return found


@pytest.mark.usefixtures("defaults")
def test_without_environment_the_systems_openssl_decides() -> None:
    store = driver_trust_store()
    assert (store.file, store.directory) == ("/etc/test/cert.pem", "/etc/test/certs")
    assert str(store) == ("/etc/test/cert.pem and /etc/test/certs (defaults of libcrypto.so.3)")


@pytest.mark.usefixtures("defaults")
def test_the_environment_overrides_file_and_directory_on_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/ca.pem")
    assert str(driver_trust_store()) == "/ca.pem and /etc/test/certs (SSL_CERT_FILE)"
    monkeypatch.setenv("SSL_CERT_DIR", "/cas")
    assert str(driver_trust_store()) == "/ca.pem and /cas (SSL_CERT_FILE and SSL_CERT_DIR)"
    monkeypatch.delenv("SSL_CERT_FILE")
    assert str(driver_trust_store()) == "/etc/test/cert.pem and /cas (SSL_CERT_DIR)"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_the_platforms_store_is_used_whatever_the_environment_says(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("SSL_CERT_FILE", "/ca.pem")
    store = driver_trust_store()
    assert (store.file, store.directory) == ("", "")
    assert str(store) == "the platform's certificate store"


def test_without_a_system_openssl_python_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    paths = ssl.get_default_verify_paths()
    assert trust_store._library_defaults() == (
        paths.openssl_cafile,
        paths.openssl_capath,
        "Python's defaults, as no system OpenSSL was found",
    )


@on_linux
def test_the_systems_openssl_names_absolute_paths() -> None:
    file, directory, source = trust_store._library_defaults()
    assert file.startswith("/")
    assert directory.startswith("/")
    assert "libcrypto" in source or "Python" in source


class RecordingContext:
    """Takes what a store loads into it."""

    def __init__(self) -> None:
        self.loaded: list[tuple[str, str]] = []

    def load_default_certs(self, purpose: ssl.Purpose) -> None:
        self.loaded.append(("defaults", purpose.name))

    def load_verify_locations(self, *, cafile: str = "", capath: str = "") -> None:
        self.loaded += [(kind, path) for kind, path in (("file", cafile), ("dir", capath)) if path]


def loaded(store: TrustStore) -> list[tuple[str, str]]:
    context = RecordingContext()
    store.load_into(context)  # type: ignore[arg-type]
    return context.loaded


def test_a_store_without_places_loads_the_platforms_certificates() -> None:
    assert loaded(TrustStore(source="platform")) == [("defaults", "SERVER_AUTH")]


def test_file_and_each_directory_that_exists_are_loaded(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("")
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    places = f"{first}{os.pathsep}{tmp_path / 'missing'}{os.pathsep}{second}"
    store = TrustStore(file=str(file), directory=places, source="test")
    assert loaded(store) == [("file", str(file)), ("dir", str(first)), ("dir", str(second))]


def test_places_that_are_missing_add_nothing_and_no_default_instead(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    assert loaded(TrustStore(file=gone, directory=gone, source="test")) == []


def test_a_bundle_that_is_no_certificate_trusts_nobody(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("not a certificate")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    TrustStore(file=str(bundle), source="test").load_into(context)
    assert context.cert_store_stats()["x509"] == 0
