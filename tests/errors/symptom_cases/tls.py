from __future__ import annotations

from tests.errors.symptom_cases.case import Case, client, pasted
from tests.errors.symptom_cases.network import MS18, joined

#: sqlcmd that does not accept a certificate is row 119.
SQLCMD = frozenset({"sqlcmd"})


def openssl(row: int, number: int, reason: str) -> Case:
    return client(row, "08001", number, f"SSL Provider: [{reason}] ", without=SQLCMD)


VERIFY = "certificate verify failed"
MODERN = f"error:0A000086:SSL routines::{VERIFY}"
OLD = f"error:1416F086:SSL routines:tls_process_server_certificate:{VERIFY}"

CASES: tuple[Case, ...] = (
    openssl(35, -1, f"{MODERN}:self-signed certificate"),
    openssl(35, -1, f"{OLD}:self signed certificate"),
    openssl(
        35,
        -1,
        f"error:14090086:SSL routines:ssl3_get_server_certificate:{VERIFY}:self signed certificate",
    ),
    pasted(
        35,
        f"[08001][unixODBC]{MS18}SSL Provider: [{MODERN}:self-signed certificate]\n"
        f"[08001][unixODBC]{MS18}Client unable to establish connection\n"
        "[ISQL]ERROR: Could not SQLDriverConnect",
        "SQLState = 08001, NativeError = -1\n"
        f"Error = {MS18}SSL Provider: [{OLD}:self signed certificate]\n"
        "SQLState = 08001, NativeError = -1\n"
        f"Error = {MS18}Client unable to establish connection. For solutions related to encryption "
        "errors, see https://go.microsoft.com/fwlink/?linkid=2226722",
    ),
    openssl(36, -1, f"{MODERN}:unable to get local issuer certificate"),
    openssl(36, -1, f"{MODERN}:self-signed certificate in certificate chain"),
    openssl(37, -1, f"{MODERN}:subject name does not match host name"),
    openssl(38, -1, f"{MODERN}:certificate has expired"),
    pasted(
        39,
        joined(
            "SSL Provider: The certificate chain was issued by an authority that is not trusted.",
            -2146893019,
        ),
        f"('08001', '[08001] {MS18}SSL Provider: The certificate chain was issued by an authority "
        f"that is not trusted.\\r\\n (-2146893019) (SQLDriverConnect); [08001] {MS18}Client unable "
        f"to establish connection (-2146893019); [08001] {MS18}Invalid connection string attribute "
        "(0)')",
        joined("SSL Provider: The target principal name is incorrect.", -2146893022),
        joined("SSL-Anbieter: Die Zertifikatkette ist nicht vertrauenswürdig.", -2146893019),
    ),
    client(
        39,
        "08001",
        -2146893019,
        "SSL Provider: The certificate chain was issued by an authority that is not trusted.",
        without=SQLCMD,
    ),
    openssl(40, -1, "error:0A000102:SSL routines::unsupported protocol"),
    openssl(40, -1, "error:1425F102:SSL routines:ssl_choose_client_version:unsupported protocol"),
    openssl(41, -1, "error:0A00014D:SSL routines::legacy sigalg disallowed or unsupported"),
    client(42, "08001", 20, "Encryption not supported on SQL Server. "),
    openssl(43, -1, "error:0A00010B:SSL routines::wrong version number"),
    openssl(43, -1, "error:0A0000C7:SSL routines::peer did not return a certificate"),
    client(
        44,
        "08001",
        -1,
        "SSL Provider: unexpected errorProvided certificate doesn't match with server/peer "
        "certificate",
    ),
    client(44, "08001", -1, "SSL Provider: Invalid file path for server certificate"),
    client(45, "08001", 104, "TCP Provider: Error code 0x68", without=SQLCMD),
    client(46, "08001", 0, "Invalid value specified for connection string attribute 'Encrypt'"),
    client(
        46,
        "08001",
        0,
        "Invalid value specified for connection string attribute 'TrustServerCertificate'",
    ),
    client(
        46,
        "08001",
        0,
        "Invalid value specified for connection string attribute 'MultiSubnetFailover'",
    ),
    pasted(47, "session_id encrypt_option auth_scheme\n---- ---- ----\n52 FALSE SQL"),
    pasted(
        48,
        "('08001', '[08001] [Microsoft][ODBC SQL Server Driver][DBNETLIB]SSL Security error (18) "
        "(SQLDriverConnect); [08001] [Microsoft][ODBC SQL Server Driver][DBNETLIB]"
        "ConnectionOpen (SECDoClientHandshake()). (1)')",
        "[Microsoft][ODBC SQL Server Driver][DBNETLIB]ConnectionOpen (SECDoClientHandshake()).",
    ),
)
