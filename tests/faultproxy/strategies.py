"""Faults, triggers and injections as hypothesis draws them."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.faultproxy.fault import Fault
from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.parameters import Parameter, parameters_of
from django_mssql_ops.faultproxy.registry import all_faults, fault_named
from django_mssql_ops.faultproxy.triggers import Injection, injection

#: What draws faults draws a lot.
few = settings(max_examples=min(40, settings().max_examples), deadline=None)

#: Characters that a token and JSON can carry.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Any value that a parameter allows."""
    drawn: st.SearchStrategy[Any]
    if parameter.kind == "yes or no":
        drawn = st.booleans()
    elif parameter.kind == "word":
        drawn = st.sampled_from(parameter.words)
    elif parameter.kind == "text":
        drawn = TEXTS
    elif parameter.kind == "whole number":
        drawn = st.integers(int(parameter.minimum), int(parameter.maximum))
    else:
        drawn = st.floats(parameter.minimum, parameter.maximum, allow_nan=False)
    return st.none() | drawn if parameter.optional else drawn


@st.composite
def faults(draw: st.DrawFn) -> Fault:
    """Any fault with any parameters that do not contradict one another."""
    cls = draw(st.sampled_from(sorted(all_faults())))
    given = {}
    for field, parameter in parameters_of(all_faults()[cls]):
        if field.default is dataclasses.MISSING or draw(st.booleans()):
            given[field.name] = draw(values(parameter))
    try:
        return fault_named(cls, **given)
    except ConfigurationError:
        needed = {"number": 1205} if "number" in given else {}
        return fault_named(cls, **needed)


@st.composite
def injections(draw: st.DrawFn, *, named: str = "") -> Injection:
    """Any injection."""
    fault = draw(faults())
    possible = [point for point in fault.points if not fault.contradiction(point)]
    trigger = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "nth": st.integers(1, 5),
                "count": st.none() | st.integers(1, 5),
                "probability": st.floats(0.01, 1),
                "connection": st.none() | st.integers(1, 9),
                "alias": st.none() | st.sampled_from(["default", "reports"]),
                "after": st.floats(0, 60),
                "duration": st.none() | st.floats(0.1, 60),
            },
        )
    )
    points: tuple[Point, ...] = tuple(
        draw(st.lists(st.sampled_from(possible), min_size=1, max_size=4, unique=True))
    )
    if points == (Point.REQUEST,):
        trigger["verb"] = draw(st.none() | st.sampled_from(["INSERT", "select"]))
        trigger["sql"] = draw(st.none() | st.sampled_from(["shop_", r"\bWHERE\b.*1"]))
    return injection(fault, named=named, point=points, **trigger)
