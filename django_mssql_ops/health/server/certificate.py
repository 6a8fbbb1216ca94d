"""When the server's certificate expires: one TLS handshake of its own, without a login.

The driver shows nothing of the certificate it has checked, and a file of the settings is not what
the server sends today. So the handshake of :mod:`django_mssql_ops.diagnostics.probes.tls` is made,
to the host and port of the settings and rarely: it is bounded by a second and made every twelve
hours, or every ten minutes for as long as it fails.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.deadline import Deadline
from django_mssql_ops.diagnostics.facts import Certificate, Fact, Unreadable
from django_mssql_ops.diagnostics.probes.dns import probe_dns
from django_mssql_ops.diagnostics.probes.tcp import probe_tcp
from django_mssql_ops.diagnostics.probes.tls import probe_tls
from django_mssql_ops.health.server.facts import NOT_USED

#: Seconds for all of it: name, connect and handshake.
LIMIT: Final = 1.0
#: Seconds until the next handshake, after one that showed a certificate and after one that did not.
EVERY: Final = 12 * 3600.0
EVERY_AFTER_FAILURE: Final = 600.0

_NO_TARGET: Final = Unreadable("the settings name no host and port to ask")
_NOT_REACHED: Final = Unreadable("no TLS handshake came about within its limit")
_NOT_SHOWN: Final = Unreadable("the handshake showed no certificate that can be read")


def certificate_expiry(settings: ConnectionSettings, *, limit: float = LIMIT) -> Fact[dt.datetime]:
    """The end of the server's certificate (aware, UTC); takes at most ``limit`` seconds.

    NOT_USED where the driver is told not to encrypt. A named instance without a port is not asked:
    its port would have to be asked for first.
    """
    target = settings.target
    if settings.encrypt == "no":
        return NOT_USED
    if target is None or target.port is None or target.protocol != "tcp":
        return _NO_TARGET
    deadline = Deadline(limit)
    names = probe_dns(target.host, limit=limit)
    reached = probe_tcp(names.addresses, target.port, limit=deadline.remaining()).reached
    if reached is None:
        return _NOT_REACHED
    found = probe_tls(settings, reached.address, target.port, limit=deadline.remaining())
    if isinstance(found.certificate, Certificate):
        return found.certificate.not_after
    # The reasons of the probe quote OpenSSL; the pip line that a missing package asks for is ours.
    return Unreadable(_NOT_SHOWN.reason, hint=found.certificate.hint)
