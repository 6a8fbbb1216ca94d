"""Faults for a project's own tests: exactly what a driver would raise, with or without a server.

::

    from django_mssql_ops.testing import inject_fault

    with inject_fault(1205, sql="UPDATE") as fault:
        place_order(customer, lines)
    assert fault.fired == 1

:func:`inject_fault` works in process; :func:`fault_proxy` stands between the real driver and the
real server. See docs/testing.md; the pytest fixtures are in :mod:`django_mssql_ops.pytest_plugin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_mssql_ops.lazy_names import lazy_names

if TYPE_CHECKING:
    from django_mssql_ops.testing.injecting import InjectedFault, inject_fault
    from django_mssql_ops.testing.proxied import fault_proxy
    from django_mssql_ops.testing.steps import Step

__all__ = ["InjectedFault", "Step", "fault_proxy", "inject_fault"]

#: Name -> its module, which is imported when the name is first asked for.
_MODULES: Final = {
    "InjectedFault": "injecting",
    "Step": "steps",
    "fault_proxy": "proxied",
    "inject_fault": "injecting",
}

__getattr__ = lazy_names(__name__, _MODULES)
