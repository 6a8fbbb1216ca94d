"""Who may see more than "ok" or "unavailable".

Either the request brings one of ``HEALTH["TOKENS"]``, as ``Authorization: Bearer ...`` (RFC 6750),
or it comes from one of ``HEALTH["NETWORKS"]``. The address is REMOTE_ADDR, the other end of the
connection that the server accepted, and never a header such as X-Forwarded-For: anyone can write
that. Behind a proxy it is therefore the proxy's, for every request; but uvicorn puts that header
into it for the peers it trusts (docs/health.md). Nothing set admits nobody.
"""

from __future__ import annotations

import functools
import hmac
import ipaddress
from collections.abc import Collection
from typing import Final

from django.http import HttpRequest

from django_mssql_ops.conf import Health

_SCHEME: Final = "bearer"

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def may_see_details(request: HttpRequest, settings: Health) -> bool:
    authorization = request.META.get("HTTP_AUTHORIZATION", "")
    if has_token(authorization, settings.tokens):
        return True
    return is_within(request.META.get("REMOTE_ADDR", ""), settings.networks)


def has_token(authorization: str, tokens: Collection[str]) -> bool:
    """Takes as long for one token as for another, whichever it is and however much is right."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != _SCHEME:
        return False
    # Bytes, because compare_digest takes no other text than ASCII. What came in the header as bytes
    # is Latin-1 by now; anything else was made up by a caller and is no token.
    offered = given.strip(" ").encode("utf-8", "surrogatepass")
    found = [hmac.compare_digest(offered, token.encode()) for token in tokens]
    return any(found)


def is_within(remote_address: str, networks: tuple[str, ...]) -> bool:
    """Whether the address is of one of them; "", that of a Unix socket, never is.

    An IPv4 client of a server that listens on IPv6 has an address as ``::ffff:10.0.0.1``, and
    belongs to the networks of 10.0.0.1. The scope of ``fe80::1%eth0`` does not count.
    """
    try:
        address = ipaddress.ip_address(remote_address)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    addresses: list[_Address] = [address] if mapped is None else [address, mapped]
    return any(one in network for network in _parsed(networks) for one in addresses)


@functools.lru_cache(maxsize=8)
def _parsed(networks: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(map(ipaddress.ip_network, networks))
