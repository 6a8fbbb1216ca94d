"""Is a certificate for this server? Judged as msodbcsql judges it, not as a browser would.

Measured with msodbcsql 18.6.2 on Linux against certificates made for the purpose:

- DNS names of the subjectAltName extension count, without regard to case; the common name counts
  only when the certificate has no such extension at all;
- ``*`` stands for exactly one whole left-most label; ``d*.example`` matches nothing;
- an address is compared as text with DNS names: an iPAddress entry is never looked at;
- HostnameInCertificate is one more name that is accepted, beside the server's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def certificate_names(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that count, of a certificate as ``SSLObject.getpeercert()`` gives it."""
    alternatives = certificate.get("subjectAltName")
    if alternatives is not None:
        return tuple(value for kind, value in alternatives if kind == "DNS")
    subject = certificate.get("subject", ())
    return tuple(value for part in subject for kind, value in part if kind == "commonName")


def matches(certificate: Mapping[str, Any], accepted: Iterable[str]) -> bool:
    """True when any name of ``certificate`` stands for any of the ``accepted`` ones."""
    patterns = certificate_names(certificate)
    return any(_stands_for(pattern, name) for pattern in patterns for name in accepted)


def _stands_for(pattern: str, name: str) -> bool:
    pattern, name = pattern.lower(), name.lower()
    if pattern.startswith("*."):
        label, _, rest = name.partition(".")
        return bool(label) and label != "*" and rest == pattern[2:]
    return pattern == name
