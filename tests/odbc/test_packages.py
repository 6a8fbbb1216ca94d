from __future__ import annotations

import pytest

from django_mssql_ops.odbc.packages import (
    MissingLibrary,
    family_of,
    install_command,
    package_of,
)


@pytest.mark.parametrize(
    ("library", "debian", "rhel", "alpine"),
    [
        ("libltdl.so.7", "libltdl7", "libtool-ltdl", "libltdl"),
        ("libodbc.so.2", "unixodbc", "unixODBC", "unixodbc"),
        ("libodbcinst.so.2", "unixodbc", "unixODBC", "unixodbc"),
        ("libkrb5.so.3", "libkrb5-3", "krb5-libs", "krb5-libs"),
        ("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs", "krb5-libs"),
        ("libssl.so.3", "libssl3", "openssl-libs", "libssl3"),
        ("libcrypto.so.3", "libssl3", "openssl-libs", "libcrypto3"),
        ("libstdc++.so.6", "libstdc++6", "libstdc++", "libstdc++"),
    ],
)
def test_the_package_of_a_library_by_family(
    library: str, debian: str, rhel: str, alpine: str
) -> None:
    found = tuple(package_of(library, family) for family in ("debian", "rhel", "alpine"))
    assert found == (debian, rhel, alpine)


def test_a_path_and_a_macos_name_are_understood() -> None:
    assert package_of("/usr/lib/libltdl.so.7", "debian") == "libltdl7"
    assert package_of("/opt/homebrew/lib/libodbcinst.2.dylib", "debian") == "unixodbc"


def test_a_library_that_only_begins_alike_is_not_taken_for_it() -> None:
    assert package_of("libodbccr.so.2", "debian") == ""
    assert package_of("libunknown.so.1", "debian") == ""


def test_an_unknown_family_gets_debians_name() -> None:
    assert package_of("libltdl.so.7", "plan9") == "libltdl7"


def test_a_command_names_each_package_once_in_order() -> None:
    assert install_command(["b", "a", "b", ""], "debian") == "apt-get install -y b a"
    assert install_command(["a"], "rhel") == "dnf install -y a"
    assert install_command(["a"], "alpine") == "apk add a"


def test_nothing_to_install_is_no_command() -> None:
    assert install_command([""], "debian") == ""


@pytest.mark.parametrize(
    ("identifiers", "family"),
    [
        ("debian ", "debian"),
        ("linuxmint ubuntu debian", "debian"),
        ("rocky rhel centos fedora", "rhel"),
        ("amzn fedora", "rhel"),
        ("opensuse-leap suse opensuse", "suse"),
        ("alpine ", "alpine"),
        ("void ", ""),
    ],
)
def test_the_family_is_the_first_known_word(identifiers: str, family: str) -> None:
    assert family_of(identifiers) == family


def test_a_missing_library_names_its_package_where_known() -> None:
    assert str(MissingLibrary("libltdl.so.7", "libltdl7")) == "libltdl.so.7 (package libltdl7)"
    assert str(MissingLibrary("libx.so.1")) == "libx.so.1"
