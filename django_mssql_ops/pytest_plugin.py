"""Fixtures for tests that meet faults: ``mssql_faults`` and ``mssql_fault_proxy``.

::

    def test_an_order_survives_a_deadlock(mssql_faults, customer):
        mssql_faults(1205, sql="INSERT INTO [shop_order]")
        assert place_order(customer).is_complete

A fault that never fired fails the test: it has shown nothing. Nothing of the package is imported
before a fixture is used, and Django's settings are not touched.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from contextlib import ExitStack

    from django_mssql_ops.testing import InjectedFault

_FAULTS: Final = pytest.StashKey["Faults"]()


class Faults:
    """What the fixture ``mssql_faults`` is."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._required: list[InjectedFault] = []

    def __call__(self, fault: int | str, *, required: bool = True, **options: Any) -> InjectedFault:
        """Inject ``fault`` until the test ends; arguments as of ``testing.inject_fault``.

        ``required``: the test fails when it never fired.
        """
        from django_mssql_ops.testing import inject_fault

        injected = self._stack.enter_context(inject_fault(fault, **options))
        if required:
            self._required.append(injected)
        return injected

    def clear(self) -> None:
        """Undo every fault now, and require none any more."""
        self._stack.close()
        self._required.clear()

    def check(self) -> None:
        """Raise AssertionError for a required fault that never fired."""
        waiting = [one for one in self._required if not one.fired]
        if waiting:
            raise AssertionError(
                "; ".join(_never(one) for one in waiting)
                + " (required=False where that is what the test is about)"
            )


def _never(injected: InjectedFault) -> str:
    met = injected.met
    seen = "no such moment came" if not met else f"{met} such moments came, too few for its nth"
    return f"the fault {injected.name} never fired: {seen}"


@pytest.fixture
def mssql_faults(request: pytest.FixtureRequest) -> Iterator[Faults]:
    """``mssql_faults(1205, at="commit")``: a fault for this test, undone when it is over."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        faults = Faults(stack)
        request.node.stash[_FAULTS] = faults
        yield faults


@pytest.fixture
def mssql_fault_proxy() -> Iterator[Any]:
    """``mssql_fault_proxy("default")``: the fault proxy in front of an alias, for this test."""
    from contextlib import ExitStack

    from django_mssql_ops.testing import fault_proxy

    with ExitStack() as stack:

        def start(using: str = "default", **options: Any) -> Any:
            return stack.enter_context(fault_proxy(using, **options))

        yield start


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test that passed is asked whether its faults fired."""
    result = yield
    faults = item.stash.get(_FAULTS, None)
    if faults is not None:
        faults.check()
    return result
