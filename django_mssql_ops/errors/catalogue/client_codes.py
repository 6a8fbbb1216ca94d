"""Native numbers that do not come from the server: Winsock, Win32, errno and the driver's own.

The number space is shared without a mark. On Linux the driver shows errno for what the kernel says
(a reset is 104) and Winsock's numbers for what it concludes itself (an orderly end is 10054):
measured with msodbcsql 18.6. ``TCP Provider: Error code 0x68`` is the same number in hexadecimal.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from django_mssql_ops.errors.catalogue import pages
from django_mssql_ops.errors.catalogue.meaning import (
    DefaultClass,
    Kind,
    Meaning,
    TransactionState,
)

_MEASURED: Final = "measured with msodbcsql 18.6.2 on Linux"

#: Nothing has been sent that could have changed data.
_connecting = partial(
    Meaning,
    origin="client",
    kind=Kind.CONNECTION,
    default_class=DefaultClass.RECONNECT,
    transaction=TransactionState.NONE,
    ends_connection=True,
)
#: The connection broke; what was under way may have arrived. While connecting it is RECONNECT.
_broken = partial(
    _connecting, default_class=DefaultClass.RERUN, transaction=TransactionState.UNKNOWN
)
_refused = partial(_connecting, default_class=DefaultClass.PERMANENT)

ROWS: Final = (
    _refused(
        number=-2146893022,
        text="the server's certificate is for another name (Windows)",
        sources=(pages.WIN32,),
        name="SEC_E_WRONG_PRINCIPAL",
    ),
    _refused(
        number=-2146893019,
        text="nobody whom this machine trusts has issued the server's certificate (Windows)",
        sources=(pages.WIN32,),
        name="SEC_E_UNTRUSTED_ROOT",
    ),
    _refused(
        number=-1,
        text="the driver's own failure, mostly of the certificate or the TLS handshake",
        sources=(_MEASURED,),
    ),
    _refused(
        number=20,
        text="the server does not encrypt, and the client demands it",
        sources=(_MEASURED, pages.EF_CORE),
        lists="E6",
    ),
    _connecting(
        number=26,
        text="the server ended the connection before the login",
        sources=(_MEASURED,),
    ),
    _broken(
        number=32,
        text="the connection was already closed when the driver wrote to it",
        sources=(_MEASURED, pages.ERRNO),
        name="EPIPE",
    ),
    _broken(
        number=64,
        text="the network name is no longer there (Windows)",
        sources=(pages.WIN32,),
        name="ERROR_NETNAME_DELETED",
        lists="EJS6",
    ),
    _broken(
        number=104,
        text="the other side reset the connection",
        sources=(_MEASURED, pages.ERRNO),
        name="ECONNRESET",
    ),
    _broken(
        number=110,
        text="the other side did not answer in time",
        sources=(pages.ERRNO,),
        name="ETIMEDOUT",
    ),
    _connecting(
        number=111,
        text="nothing listens on the port",
        sources=(pages.ERRNO,),
        name="ECONNREFUSED",
    ),
    _connecting(
        number=113,
        text="there is no way to the host",
        sources=(pages.ERRNO,),
        name="EHOSTUNREACH",
    ),
    _broken(
        number=121,
        text="the other side did not answer in time (Windows)",
        sources=(pages.WIN32,),
        name="ERROR_SEM_TIMEOUT",
        lists="E",
    ),
    _connecting(
        number=233,
        text="the server has closed its end of the pipe (Windows)",
        sources=(pages.WIN32,),
        name="ERROR_PIPE_NOT_CONNECTED",
        lists="EFJRS6",
    ),
    _connecting(
        number=258,
        text="the server went silent during the login",
        sources=(_MEASURED, pages.WIN32),
        name="WAIT_TIMEOUT",
    ),
    _connecting(
        number=997,
        text="an operation on a named pipe is still under way (Windows)",
        sources=(pages.WIN32,),
        name="ERROR_IO_PENDING",
        lists="EF",
    ),
    _broken(
        number=10004,
        text="a call of the operating system was interrupted",
        sources=(pages.WINSOCK,),
        name="WSAEINTR",
    ),
    _broken(
        number=10053,
        text="this machine aborted the connection",
        sources=(pages.WINSOCK,),
        name="WSAECONNABORTED",
        lists="EJS6",
    ),
    _broken(
        number=10054,
        text="the other side closed the connection",
        sources=(_MEASURED, pages.WINSOCK),
        name="WSAECONNRESET",
        lists="EJS6",
    ),
    # What the driver shows on Linux for a port that nothing listens on.
    _connecting(
        number=10057,
        text="the connection was never made: nothing listens on the port",
        sources=(_MEASURED, pages.WINSOCK),
        name="WSAENOTCONN",
    ),
    _connecting(
        number=10060,
        text="the host did not answer in time",
        sources=(pages.WINSOCK,),
        name="WSAETIMEDOUT",
        lists="EF6",
    ),
    _connecting(
        number=10061,
        text="nothing listens on the port",
        sources=(pages.WINSOCK,),
        name="WSAECONNREFUSED",
    ),
    _connecting(
        number=11001,
        text="the host name is not known",
        sources=(_MEASURED, pages.WINSOCK),
        name="WSAHOST_NOT_FOUND",
        limited=True,
        lists="E",
    ),
)
