"""mssql-python, python-tds and pymssql on the stand-in."""

from __future__ import annotations

from pathlib import Path

import pymssql
import pytds
import pytest

from tests.standin import EncryptionPolicy, ResultSet, StandIn
from tests.standin.columns import INT, column
from tests.standin.fixtures import StartStandIn
from tests.test_standin.clients import connect_mssql_python, connect_pymssql, connect_pytds

pytestmark = pytest.mark.socket


def value_of(connection: object, sql: str, parameters: tuple[object, ...] = ()) -> object:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute(sql, parameters)
    row = cursor.fetchone()
    cursor.close()
    return row[0]


class TestMssqlPython:
    pytestmark = pytest.mark.mssql_python

    @pytest.mark.parametrize(
        ("policy", "encrypt", "expected"),
        [
            (EncryptionPolicy.UNAVAILABLE, "no", "none"),
            (EncryptionPolicy.OPTIONAL, "no", "login only"),
            (EncryptionPolicy.OPTIONAL, "yes", "full"),
            (EncryptionPolicy.FORCED, "yes", "full"),
        ],
    )
    def test_with_and_without_tls(
        self, start_standin: StartStandIn, policy: EncryptionPolicy, encrypt: str, expected: str
    ) -> None:
        standin = start_standin(encryption=policy)
        connection = connect_mssql_python(standin, Encrypt=encrypt, TrustServerCertificate="yes")
        assert value_of(connection, "SELECT 1") == 1
        connection.close()
        assert standin.wait_until_idle()[0].encryption == expected

    def test_verified_tls(
        self, standin: StandIn, ca_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
        server = f"localhost,{standin.port}"
        connect_mssql_python(standin, SERVER=server, Encrypt="yes").close()
        assert standin.wait_until_idle()[0].accepted

    def test_a_parameter_comes_back_as_it_went(self, standin: StandIn) -> None:
        connection = connect_mssql_python(standin)
        assert value_of(connection, "SELECT ?", ("ümlaut",)) == "ümlaut"
        connection.close()

    def test_a_wrong_password_and_a_missing_database_are_one_login_each(
        self, standin: StandIn
    ) -> None:
        import mssql_python

        with pytest.raises(mssql_python.Error, match="Login failed for user 'app'"):
            connect_mssql_python(standin, PWD="wrong")
        assert standin.wait_until_idle()[-1].refused_with == (18456,)
        # The server sends 4060 and then 18456; through this driver the second one shows (measured).
        with pytest.raises(mssql_python.Error, match="Login failed for user 'app'"):
            connect_mssql_python(standin, DATABASE="nowhere")
        assert standin.wait_until_idle()[-1].refused_with == (4060, 18456)
        assert len(standin.counters.logins) == 2

    def test_a_transaction(self, standin: StandIn) -> None:
        connection = connect_mssql_python(standin, autocommit=False)
        assert value_of(connection, "SELECT @@TRANCOUNT") == 1
        connection.commit()
        connection.close()
        sent = [request.text for request in standin.wait_until_idle()[0].requests]
        assert "TM_COMMIT" in sent

    def test_the_pool_resets_the_connection_it_hands_out_again(self, standin: StandIn) -> None:
        import mssql_python

        from tests.test_standin.clients import odbc_string

        mssql_python.pooling(max_size=2, idle_timeout=30)
        try:
            for _ in range(2):
                connection = mssql_python.connect(odbc_string(standin), autocommit=True)
                assert value_of(connection, "SELECT 1") == 1
                connection.close()
            assert len(standin.counters.logins) == 1
        finally:
            mssql_python.pooling(enabled=False)


class TestPythonTds:
    def test_without_tls(self, start_standin: StartStandIn) -> None:
        standin = start_standin(encryption=EncryptionPolicy.UNAVAILABLE)
        connection = connect_pytds(standin)
        assert value_of(connection, "SELECT 1") == 1
        connection.close()
        assert standin.wait_until_idle()[0].encryption == "none"

    # python-tds reads the certificate through calls that pyOpenSSL deprecates.
    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    @pytest.mark.parametrize("login_only", [False, True])
    def test_with_verified_tls(self, standin: StandIn, ca_file: Path, login_only: bool) -> None:
        connection = connect_pytds(
            standin, dsn="localhost", cafile=str(ca_file), enc_login_only=login_only
        )
        assert value_of(connection, "SELECT 1") == 1
        connection.close()
        expected = "login only" if login_only else "full"
        assert standin.wait_until_idle()[0].encryption == expected

    def test_a_parameter_comes_back_as_it_went(self, standin: StandIn) -> None:
        connection = connect_pytds(standin)
        assert value_of(connection, "SELECT %s", ("ümlaut",)) == "ümlaut"
        connection.close()

    def test_a_wrong_password(self, standin: StandIn) -> None:
        with pytest.raises(pytds.OperationalError, match="Login failed for user 'app'"):
            connect_pytds(standin, password="wrong")
        assert len(standin.counters.logins) == 1

    def test_a_transaction(self, standin: StandIn) -> None:
        connection = connect_pytds(standin, autocommit=False)
        assert value_of(connection, "SELECT @@TRANCOUNT") == 1
        connection.commit()
        assert value_of(connection, "SELECT @@TRANCOUNT") == 1
        connection.rollback()
        connection.close()
        sent = [request.text for request in standin.wait_until_idle()[0].requests]
        assert "TM_COMMIT" in sent


class TestPymssql:
    def test_without_tls(self, start_standin: StartStandIn) -> None:
        standin = start_standin(encryption=EncryptionPolicy.UNAVAILABLE)
        connection = connect_pymssql(standin)
        assert value_of(connection, "SELECT 1") == 1
        connection.close()
        assert standin.wait_until_idle()[0].encryption == "none"

    @pytest.mark.parametrize(
        ("encryption", "expected"), [("request", "login only"), ("require", "full")]
    )
    def test_with_tls(self, standin: StandIn, encryption: str, expected: str) -> None:
        connection = connect_pymssql(standin, encryption=encryption)
        assert value_of(connection, "SELECT 1") == 1
        connection.close()
        assert standin.wait_until_idle()[0].encryption == expected

    def test_a_parameter_is_a_literal_for_this_client(self, standin: StandIn) -> None:
        standin.script.on("SELECT 42", ResultSet((column("n", INT),), ((42,),)))
        connection = connect_pymssql(standin)
        assert value_of(connection, "SELECT %s", (42,)) == 42
        connection.close()

    def test_a_wrong_password(self, standin: StandIn) -> None:
        with pytest.raises(pymssql.OperationalError, match="18456"):
            connect_pymssql(standin, password="wrong")
        assert len(standin.counters.logins) == 1

    def test_a_transaction_is_text_for_this_client(self, standin: StandIn) -> None:
        connection = connect_pymssql(standin, autocommit=False)
        assert value_of(connection, "SELECT @@TRANCOUNT") == 1
        connection.rollback()
        connection.close()
