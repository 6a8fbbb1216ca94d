"""Callables, URLs and invariants: what can be one, and what an invariant says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retrytest.requests import ask, ask_operation, client_for
from django_mssql_ops.retrytest.targets import Invariant, Url, callable_at, check_url

HERE = __name__
a_value = 3


def fine() -> str:
    return "done"


async def later() -> str:
    return "later"


def picky(order: int) -> int:
    return order


def broken_view(request: HttpRequest) -> HttpResponse:
    raise ValueError("the row is secret")


def echo(request: HttpRequest, number: object) -> HttpResponse:
    return HttpResponse(request.body, content_type=request.content_type or "")


urlpatterns = [path("orders/<uuid:number>/", echo), path("broken/", broken_view)]
here = override_settings(ROOT_URLCONF=HERE, ALLOWED_HOSTS=[".example.com"])


def test_a_function_is_found_and_a_coroutine_is_waited_for() -> None:
    assert callable_at(f"{HERE}.fine", "--call")() == "done"
    assert callable_at(f"{HERE}.later", "--call")() == "later"


@pytest.mark.parametrize(
    ("dotted", "sentence"),
    [
        ("no.such", "--call 'no.such' cannot be imported: No module named 'no'"),
        (f"{HERE}.nothing", f"--call '{HERE}.nothing' cannot be imported: "),
        ("nodots", "--call 'nodots' cannot be imported: nodots doesn't look like a module path"),
        (f"{HERE}.a_value", f"--call '{HERE}.a_value' is a int, not a function"),
        (f"{HERE}.picky", f"--call '{HERE}.picky' needs arguments; name a function"),
    ],
)
def test_what_is_no_target(dotted: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        callable_at(dotted, "--call")
    assert str(caught.value).startswith(sentence)


@here
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("orders/", "--url 'orders/' is not a path"),
        ("https://example.com/broken/", "--url 'https://example.com/broken/' is not a path"),
        ("//evil/broken/", "--url '//evil/broken/' is not a path"),
        ("/nowhere/", "--url '/nowhere/': no view of the project answers it"),
    ],
)
def test_what_is_no_url(url: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_url(Url(path=url))
    assert str(caught.value).startswith(sentence)


@here
def test_a_url_is_asked_with_its_body_and_a_uuid_of_its_own() -> None:
    url = Url(path="/orders/{uuid}/?page=1", method="POST", data='{"number": "{uuid}"}')
    check_url(url)
    filled = url.with_uuid("8c2f0f5e-2f4c-4c39-9a8e-6ef3c2f3a111")
    assert "{" not in filled.path
    answer = ask(client_for(None), filled)
    assert (answer.status, answer.error) == (200, None)


@here
def test_a_view_that_raises_is_an_answer_with_its_exception() -> None:
    answer = ask(client_for(None), Url(path="/broken/"))
    assert answer.status == 500
    assert isinstance(answer.error, ValueError)


@here
def test_the_built_in_view_stands_behind_the_projects_middleware() -> None:
    called: list[str] = []
    with override_settings(MIDDLEWARE=["django.middleware.common.CommonMiddleware"]):
        answer = ask_operation(lambda: called.append("yes"))
    assert (answer.status, called) == (200, ["yes"])


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ([True, True], ""),
        ([None, None], ""),
        ([100, 100], ""),
        ([100, 101], "it changed from 100 to 101"),
        (["secret", "other"], "it changed"),
        ([5, False], "it returned False"),
    ],
)
def test_an_invariant(values: list[Any], broken: str) -> None:
    invariant = Invariant(iter(values).__next__)
    invariant.begin()
    assert invariant.broken() == broken


@pytest.mark.parametrize(
    ("error", "broken"),
    [
        (AssertionError("the total is 3"), "it raised AssertionError: the total is 3"),
        (AssertionError(), "it raised AssertionError"),
        (KeyError("a row's value"), "it raised KeyError"),
    ],
)
def test_an_invariant_that_raises(error: Exception, broken: str) -> None:
    def check() -> None:
        raise error

    function: Callable[[], Any] = check
    assert Invariant(function).broken() == broken


def test_an_invariant_that_was_broken_before_says_so_and_nothing_else() -> None:
    invariant = Invariant(iter((False, False, False, 7)).__next__)
    assert invariant.begin() == "it returned False"
    assert invariant.broken() == "it returned False, as it did before this scenario"
    invariant.begin()
    assert invariant.broken() == ""
