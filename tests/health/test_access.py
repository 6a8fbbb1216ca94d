from __future__ import annotations

import ipaddress

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from django_mssql_ops.conf import Health
from django_mssql_ops.health.access import has_token, is_within, may_see_details

TOKEN = "0123456789abcdef"
OTHER = "fedcba9876543210"
NETWORKS = ("10.0.0.0/8", "fd00::/8", "fe80::/10")


def admits(settings: Health, **meta: str) -> bool:
    request = RequestFactory().get("/", **meta)  # type: ignore[arg-type]
    return may_see_details(request, settings)


def test_nothing_set_admits_nobody() -> None:
    assert not admits(Health(), REMOTE_ADDR="127.0.0.1")
    assert not admits(Health(), HTTP_AUTHORIZATION="Bearer ")
    assert not admits(Health(), HTTP_AUTHORIZATION=f"Bearer {TOKEN}", REMOTE_ADDR="")


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer  {OTHER} "])
def test_each_token_admits_from_anywhere(authorization: str) -> None:
    settings = Health(tokens=(TOKEN, OTHER))
    assert admits(settings, HTTP_AUTHORIZATION=authorization, REMOTE_ADDR="203.0.113.9")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        TOKEN,
        f"Basic {TOKEN}",
        f"Token {TOKEN}",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN.upper()}",
        f"Bearer {TOKEN},{OTHER}",
        "Bearer \udc80\ud800 ä€",
    ],
)
def test_nothing_but_a_whole_token_admits(authorization: str) -> None:
    assert not admits(Health(tokens=(TOKEN,)), HTTP_AUTHORIZATION=authorization)


@given(st.text())
def test_any_header_is_read(authorization: str) -> None:
    assert not has_token(authorization, (TOKEN,))
    assert not has_token(f"Bearer {authorization}", (TOKEN,))


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "10.255.255.255", "fd00::7", "::ffff:10.1.2.3", "fe80::1%eth0"]
)
def test_an_address_of_a_network_admits(address: str) -> None:
    assert admits(Health(networks=NETWORKS), REMOTE_ADDR=address)


@pytest.mark.parametrize(
    "address",
    ["", "11.0.0.1", "::1", "::ffff:11.1.2.3", "localhost", "10.0.0.1:1234", "10.0.0.1, 10.0.0.2"],
)
def test_no_other_address_admits(address: str) -> None:
    assert not admits(Health(networks=NETWORKS), REMOTE_ADDR=address)


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_REMOTE_ADDR"]
)
def test_no_header_is_an_address(header: str) -> None:
    settings = Health(networks=NETWORKS)
    assert not admits(settings, REMOTE_ADDR="203.0.113.9", **{header: "10.0.0.1"})


def test_a_request_without_any_of_both_is_not_admitted() -> None:
    request = RequestFactory().get("/")
    request.META = {}
    assert not may_see_details(request, Health(tokens=(TOKEN,), networks=NETWORKS))


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_the_one_it_maps(address: ipaddress.IPv4Address) -> None:
    mapped = f"::ffff:{address}"
    assert is_within(mapped, NETWORKS) == is_within(str(address), NETWORKS)
    assert is_within(str(address), NETWORKS) == (str(address).startswith("10."))


@given(st.text())
def test_any_address_is_read(address: str) -> None:
    is_within(address, NETWORKS)
