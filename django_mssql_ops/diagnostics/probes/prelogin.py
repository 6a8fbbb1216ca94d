"""PRELOGIN: the server's version and its word on encryption, without credentials (MS-TDS 2.2.6.5).

It also tells a server that accepts and stays silent, one that resets, and something else that
listens on the port, all of which the driver reports as a login time-out.
"""

from __future__ import annotations

import ssl

from django_mssql_ops import tds
from django_mssql_ops.configuration import ConnectionSettings
from django_mssql_ops.diagnostics.deadline import Stopwatch
from django_mssql_ops.diagnostics.facts import Outcome, PreloginFacts
from django_mssql_ops.diagnostics.probes.wire import (
    Wire,
    WireFailure,
    exchange_prelogin,
    open_wire,
    shake_hands,
)

#: What the ODBC driver sends for each Encrypt value (measured with msodbcsql 18.6.2).
_ASKED = {"no": tds.Encryption.OFF, "yes": tds.Encryption.ON, "strict": tds.Encryption.ON}


def probe_prelogin(
    settings: ConnectionSettings, address: str, port: int, *, limit: float
) -> PreloginFacts:
    """Ask at ``address``; takes at most ``limit`` seconds."""
    strict = settings.encrypt == "strict"
    watch = Stopwatch()
    try:
        with open_wire(address, port, limit) as wire:
            answer = _ask(wire, settings, strict=strict)
    except WireFailure as failure:
        return PreloginFacts(
            outcome=failure.outcome,
            strict=strict,
            error=failure.text,
            milliseconds=watch.milliseconds,
        )
    except ssl.SSLError as error:
        text = f"TLS did not come up before PRELOGIN: {error.reason or error}"
        return PreloginFacts(
            outcome=Outcome.FAILED, strict=strict, error=text, milliseconds=watch.milliseconds
        )
    return _facts(answer, settings, strict=strict, milliseconds=watch.milliseconds)


def _ask(wire: Wire, settings: ConnectionSettings, *, strict: bool) -> tds.Prelogin:
    instance = settings.target.instance if settings.target else ""
    question = tds.Prelogin(
        encryption=_ASKED.get(settings.encrypt or "yes", tds.Encryption.ON), instance=instance
    )
    if not strict:
        return exchange_prelogin(wire, question)
    # The certificate is the TLS stage's concern; here only the answer inside counts.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols([tds.ALPN_TDS8])
    name = settings.target.host if settings.target else ""
    tunnel = shake_hands(wire, context, server_name=name, wrapped=False)
    return exchange_prelogin(wire, question, tunnel)


def _facts(
    answer: tds.Prelogin, settings: ConnectionSettings, *, strict: bool, milliseconds: float
) -> PreloginFacts:
    return PreloginFacts(
        outcome=Outcome.OK,
        strict=strict,
        version=answer.version[:3],
        encryption="" if answer.encryption is None else answer.encryption.name,
        federated_authentication=None
        if answer.fedauth_required is None
        else bool(answer.fedauth_required),
        instance_matches=_instance_matches(answer, settings),
        milliseconds=milliseconds,
    )


def _instance_matches(answer: tds.Prelogin, settings: ConnectionSettings) -> bool | None:
    """MS-TDS 2.2.6.5 INSTOPT: 0x00 for a match, 0x01 otherwise; None when nothing was said."""
    asked = settings.target is not None and settings.target.instance
    if not asked or (answer.instance is None and not answer.instance_mismatch):
        return None
    return not answer.instance_mismatch
