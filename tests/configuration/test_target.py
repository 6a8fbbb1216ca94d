from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.configuration import Target
from django_mssql_ops.configuration.target import (
    TargetProblem,
    has_colon_port,
    ports_in,
    read_port,
    read_server,
)


@pytest.mark.parametrize(
    ("server", "host", "port", "instance", "protocol"),
    [
        # Each form was measured with msodbcsql 18.6.2.1 and a listener on the port.
        ("db.example.com", "db.example.com", 1433, "", "tcp"),
        ("", "localhost", 1433, "", "tcp"),
        (".", "localhost", 1433, "", "tcp"),
        ("(local)", "localhost", 1433, "", "tcp"),
        ("(LOCAL),1444", "localhost", 1444, "", "tcp"),
        ("*", "localhost", 1433, "", "tcp"),
        (".,1444", "localhost", 1444, "", "tcp"),
        ("db,1444", "db", 1444, "", "tcp"),
        ("db, 1444", "db", 1444, "", "tcp"),
        ("db ,1444 ", "db", 1444, "", "tcp"),
        ("db,01444", "db", 1444, "", "tcp"),
        ("db,1444,1433", "db", 1444, "", "tcp"),
        ("tcp:db,1444", "db", 1444, "", "tcp"),
        (" TCP: db", "db", 1433, "", "tcp"),
        ("tcp:", "localhost", 1433, "", "tcp"),
        ("admin:db", "db", 1434, "", "admin"),
        ("db\\sales", "db", None, "sales", "tcp"),
        ("tcp:db\\sales", "db", None, "sales", "tcp"),
        ("db\\sales,1444", "db", 1444, "sales", "tcp"),
        (".\\sales", "localhost", None, "sales", "tcp"),
        ("db\\", "db", 1433, "", "tcp"),
        ("localhost\\,1444", "localhost", 1444, "", "tcp"),
        ("::1", "::1", 1433, "", "tcp"),
        ("::1,1444", "::1", 1444, "", "tcp"),
        ("tcp:::1,1444", "::1", 1444, "", "tcp"),
        ("fe80::1%eth0,1444", "fe80::1%eth0", 1444, "", "tcp"),
    ],
)
def test_reads_every_form_the_driver_reads(
    server: str, host: str, port: int | None, instance: str, protocol: str
) -> None:
    assert read_server(server) == Target(host=host, port=port, instance=instance, protocol=protocol)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (",1444", "port but no host"),
        ("tcp:,1444", "port but no host"),
        ("[::1]", "brackets"),
        ("[::1],1444", "brackets"),
        ("db:1444", "colon"),
        ("db,", "'' is not a port"),
        ("db,abc", "'abc' is not a port"),
        ("db,0", "'0' is not a port"),
        ("db,-1", "not a port"),
        ("db,65536", "not a port"),
        ("db,1444abc", "not a port"),
        ("np:db", "np"),
        ("lpc:db", "lpc"),
        ("np:\\\\db\\pipe\\sql\\query", "np"),
    ],
)
def test_says_in_one_sentence_what_points_nowhere(server: str, words: str) -> None:
    with pytest.raises(TargetProblem) as caught:
        read_server(server)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_target_or_a_problem(text: str) -> None:
    try:
        target = read_server(text)
    except TargetProblem:
        return
    assert target.host
    assert target.port is None or 1 <= target.port <= 65535
    assert (target.port is None) <= bool(target.instance)


@given(st.integers(min_value=1, max_value=65535))
def test_reads_its_own_writing(port: int) -> None:
    target = Target(host="db.example.com", port=port)
    assert read_server(str(target)) == target


@pytest.mark.parametrize("text", ["²", "١٤٣٣", "1_000", "1.5", " ", "9" * 5000])
def test_a_port_is_made_of_ascii_digits(text: str) -> None:
    with pytest.raises(TargetProblem):
        read_port(text)


@pytest.mark.parametrize(
    "host", ["", ".", "localhost", "127.0.0.1", "127.9.9.9", "::1", r"(LocalDB)\MSSQLLocalDB"]
)
def test_knows_this_machine(host: str) -> None:
    assert read_server(host).is_loopback


@pytest.mark.parametrize("host", ["db", "10.0.0.1", "128.0.0.1", "localhost.example.com"])
def test_knows_other_machines(host: str) -> None:
    assert not read_server(host).is_loopback


@pytest.mark.parametrize(
    "server",
    ["db;PWD=hunt\\er2", "db;PWD=hunt,er2", "mssql://svc:hunter2@db", "Password: hunter2,1433"],
)
def test_a_password_in_the_server_is_not_quoted(server: str) -> None:
    with pytest.raises(TargetProblem, match="holds more than a server") as caught:
        read_server(server)
    assert "hunt" not in str(caught.value)
    assert "er2" not in str(caught.value)


@pytest.mark.parametrize(
    ("server", "ports"),
    [
        ("db", []),
        ("", []),
        ("db,", [""]),
        ("db,1444", ["1444"]),
        ("tcp:db,1444,1433", ["1444", "1433"]),
        ("::1,1444", ["1444"]),
    ],
)
def test_names_the_ports_behind_the_commas(server: str, ports: list[str]) -> None:
    assert ports_in(server) == ports


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("db:1444", True),
        ("tcp:db:1444", True),
        ("db:1444\\sales", True),
        (" db:1444 ,1433", True),
        ("db:", False),
        ("db:abc", False),
        ("tcp:db", False),
        ("tcp:1444", False),
        ("::1", False),
        ("fe80::1:1444", False),
        ("", False),
    ],
)
def test_tells_a_colon_before_a_port_from_other_colons(server: str, expected: bool) -> None:
    assert has_colon_port(server) == expected
