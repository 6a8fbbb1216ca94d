"""The number catalogue against the tables it was made from, written down a second time."""

from __future__ import annotations

import pytest

from django_mssql_ops.errors.catalogue import (
    ENDING_SEVERITY,
    LISTS,
    DefaultClass,
    Kind,
    Meaning,
    TransactionState,
    client_meaning_of,
    meaning_at,
    meaning_of,
)
from django_mssql_ops.errors.catalogue.efcore import ONLY_EF_CORE
from django_mssql_ops.errors.catalogue.rows import CATALOGUE, CLIENT_CODES

RECONNECT = DefaultClass.RECONNECT
RERUN = DefaultClass.RERUN
PERMANENT = DefaultClass.PERMANENT

#: Class -> the server's numbers of it.
CLASSES = {
    RECONNECT: (
        "4060 4221 615 921 926 927 941 952 976 982 983 988 17197 18401 42108 42109 49918 49919 "
        "49920"
    ),
    RERUN: (
        "10928 10929 10930 10936 40020 40143 40166 40189 40197 40501 40540 40613 601 1203 1204 "
        "1205 1221 1222 1232 3906 3941 3947 3948 3950 3957 3960 3961 3966 3971 3980 3989 41301 "
        "41302 41305 41325 41339 41839 701 802 845 8628 8645 8651 41823 41840"
    ),
    PERMANENT: "18456 40532 40615 40544 40549 40550 40551 40552 40553 3998 9002",
}
CLIENT_CLASSES = {
    RECONNECT: "233 997 10060 11001",
    RERUN: "64 121 10053 10054",
    PERMANENT: "20",
}

#: Documented severities; a number that is missing here has none that was verified.
SEVERITIES = {
    11: "",
    12: "601",
    13: "1205",
    14: "916 921 926 927 976 978 982 983 988 18401 18456",
    16: (
        "4060 4221 941 952 49918 49919 49920 40549 40550 40551 40552 40553 1222 3906 3948 3950 "
        "3957 3960 3961 3971 3980 3989 3998 41302 41339"
    ),
    17: "40197 40613 3966 802 845 8628 8645 8651 41301 41305 41325",
    19: "1204 701",
    20: "10928 10929 10936 40501 40544 1203 1221",
    21: "615",
}

#: The vendors' whole lists.
VENDORS = {
    "F": (
        "233 997 1204 1205 1222 4060 4221 10060 10928 10929 40143 40197 40501 40540 40613 42108 "
        "42109 49918 49919 49920"
    ),
    "C": "4060 10928 10929 40197 40501 40613 42108 42109",
    "J": (
        "64 233 4060 4221 10053 10054 10928 10929 40020 40143 40166 40197 40501 40540 40613 42108 "
        "42109 49918 49919 49920"
    ),
    "R": ("233 4060 4221 10928 10929 40143 40197 40501 40540 40613 42108 42109 49918 49919 49920"),
    "T": "4060 10928 10929 40197 40501 40613",
    "D": "4060 10928 10929 40197 40501 40613 49918 49919 49920",
    "S": "64 233 4221 10053 10054 10928 10929 40197 40501 40613 49918 49919 49920",
    "6": "20 64 233 10053 10054 10060 10928 10929 40197 40501 40613",
    "A": "615 926 4060 4221 40197 40501 40613 49918 49919 49920",
}

DEFINITE_ABORTS = {1205, 3960, 3966, 41301, 41302, 41305, 41325, 41339, 41839}


def numbers(text: str) -> set[int]:
    return {int(number) for number in text.split()}


@pytest.mark.parametrize(
    ("number", "default_class"),
    [(n, cls) for cls, text in CLASSES.items() for n in sorted(numbers(text))],
)
def test_every_number_of_the_core_has_its_class(number: int, default_class: DefaultClass) -> None:
    row = meaning_of(number)
    assert row is not None
    assert row.default_class is default_class


@pytest.mark.parametrize(
    ("number", "default_class"),
    [(n, cls) for cls, text in CLIENT_CLASSES.items() for n in sorted(numbers(text))],
)
def test_every_client_number_of_the_core_has_its_class(
    number: int, default_class: DefaultClass
) -> None:
    row = client_meaning_of(number)
    assert row is not None
    assert row.default_class is default_class


def test_the_core_is_84_numbers() -> None:
    tables = [*CLASSES.values(), *CLIENT_CLASSES.values()]
    assert sum(len(text.split()) for text in tables) == 84


def test_severities_are_the_documented_ones_or_none() -> None:
    expected = {n: level for level, text in SEVERITIES.items() for n in numbers(text)}
    assert {row.number: row.severity for row in CATALOGUE if row.severity} == expected


@pytest.mark.parametrize("letter", VENDORS)
def test_each_vendors_list_is_whole(letter: str) -> None:
    listed = {row.number for row in (*CATALOGUE, *CLIENT_CODES) if letter in row.lists}
    assert listed == numbers(VENDORS[letter])


def test_ef_cores_list_is_whole() -> None:
    # 176 numbers, as its detector had them.
    listed = {row.number for row in (*CATALOGUE, *CLIENT_CODES) if "E" in row.lists}
    assert len(ONLY_EF_CORE) == 114
    assert not listed & ONLY_EF_CORE
    assert len(listed | ONLY_EF_CORE) == 176
    assert all(meaning_of(number) is None for number in ONLY_EF_CORE)


def test_lists_are_known_and_named() -> None:
    for row in (*CATALOGUE, *CLIENT_CODES):
        assert set(row.lists) <= set(LISTS)
        assert len(row.listed_by) == len(row.lists)
    deadlock = meaning_of(1205)
    assert deadlock is not None
    assert deadlock.listed_by[0].startswith("EF Core")


def test_only_definite_aborts_are_safe_at_commit() -> None:
    assert {row.number for row in CATALOGUE if row.aborts_transaction} == DEFINITE_ABORTS
    for number in DEFINITE_ABORTS:
        row = meaning_of(number)
        assert row is not None
        assert row.transaction is TransactionState.ROLLED_BACK


@pytest.mark.parametrize("number", [1222, 3906, 952])
def test_a_statement_that_ended_leaves_the_transaction(number: int) -> None:
    row = meaning_of(number)
    assert row is not None
    assert row.transaction is TransactionState.INTACT
    assert row.ends_connection is False


def test_a_severity_that_ends_the_connection_ends_it() -> None:
    for row in CATALOGUE:
        if row.severity is not None and row.severity >= ENDING_SEVERITY:
            # 10929 comes with 16 in an elastic pool.
            assert row.ends_connection is (None if row.number == 10929 else True), row


def test_numbers_to_be_tried_seldom_or_slowly() -> None:
    limited = {row.number for row in CATALOGUE if row.limited}
    throttling = {row.number for row in CATALOGUE if row.throttles}
    assert limited == {4060, 926, 927, 42108, 41823, 41840, 701, 3906, 17142, 17809}
    assert throttling == numbers(
        "10928 10929 10930 10936 40189 40501 49918 49919 49920 1204 701 802 8628 8645 8651 17809"
    )


@pytest.mark.parametrize("number", [104, 121, 233, 10053, 10054])
def test_one_number_is_two_things(number: int) -> None:
    server, client = meaning_at("server", number), meaning_at("client", number)
    assert isinstance(server, Meaning)
    assert isinstance(client, Meaning)
    assert (server.kind, client.kind) == (Kind.STATEMENT, Kind.CONNECTION)
    assert server.default_class is PERMANENT
    assert client.default_class is not PERMANENT
    assert server.text != client.text


@pytest.mark.parametrize("number", [18456, 1205, 40613])
def test_a_servers_number_is_nothing_from_the_client(number: int) -> None:
    assert meaning_at("client", number) is None


@pytest.mark.parametrize("number", [20, 26, 32, 111, -1])
def test_a_clients_number_is_nothing_from_the_server(number: int) -> None:
    assert meaning_at("server", number) is None


def test_a_number_from_nowhere_is_nothing() -> None:
    assert meaning_at("unknown", 18456) is None
    assert meaning_at("driver_manager", 104) is None
    assert meaning_at("server", None) is None


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("0x20", "EPIPE"),
        ("0x68", "ECONNRESET"),
        ("0x6E", "ETIMEDOUT"),
        ("0x6F", "ECONNREFUSED"),
        ("0x71", "EHOSTUNREACH"),
        ("0x2714", "WSAEINTR"),
        ("0x2745", "WSAECONNABORTED"),
        ("0x2746", "WSAECONNRESET"),
        ("0x2749", "WSAENOTCONN"),
        ("0x274C", "WSAETIMEDOUT"),
        ("0x274D", "WSAECONNREFUSED"),
        ("0x2AF9", "WSAHOST_NOT_FOUND"),
    ],
)
def test_the_providers_hexadecimal_codes(shown: str, name: str) -> None:
    row = client_meaning_of(int(shown, 16))
    assert row is not None
    assert row.name == name


def test_client_codes_stand_in_order_and_once() -> None:
    found = [row.number for row in CLIENT_CODES]
    assert found == sorted(set(found))
    assert all(row.origin == "client" and row.text and row.sources for row in CLIENT_CODES)
    assert all(row.origin == "server" for row in CATALOGUE)
