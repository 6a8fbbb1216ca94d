"""``function(…) OVER (PARTITION BY … ORDER BY … frame)``."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from tests.standin import sqltypes
from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.translation import handlers
from tests.standin.translation.calls import aggregate_call, check_count, sortings
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of
from tests.standin.translation.functions import registry
from tests.standin.translation.functions.registry import FunctionCall, FunctionRule, Sorting
from tests.standin.translation.plan import Fragment

_CLAUSES: Final = frozenset({"SELECT", "ORDER BY"})
#: The window functions that read a frame; aggregates do too.
_FRAMED: Final = frozenset({"FIRST_VALUE", "LAST_VALUE"})
_SIDES: Final = frozenset({"PRECEDING", "FOLLOWING"})
_SPEC: Final = frozenset(("kind", "start", "start_side", "end", "end_side"))


@handlers.value(exp.Window, accept=("this", "partition_by", "order", "spec", "over"))
def _window(compiler: Compiler, node: exp.Window) -> Fragment:
    call = node.this
    if not isinstance(call, exp.Anonymous):
        raise StatementFailed(not_supported(text_of(node)))
    if compiler.names is None or compiler.names.clause not in _CLAUSES:
        raise clauses.window_in_clause()
    if compiler.names.inside_aggregate:
        raise clauses.window_in_window()
    order = node.args.get("order")
    terms = tuple(sortings(compiler, order)) if order is not None else ()
    if order is not None and any(isinstance(term.this, exp.Literal) for term in order.expressions):
        raise clauses.window_order_index()
    over = f" OVER ({_definition(compiler, node, terms)})"
    if call.name.upper() in registry.AGGREGATES:
        return aggregate_call(compiler, call, over=over)
    rule = _rule(call.name)
    if rule.needs_order and not terms:
        raise clauses.window_needs_order(call.name)
    if node.args.get("spec") is not None and rule.name not in _FRAMED:
        raise clauses.no_window_frame(call.name)
    check_count(rule, len(call.expressions))
    return rule.rule(FunctionCall(rule.name, tuple(call.expressions), compiler, over=over))


def _rule(name: str) -> FunctionRule:
    rule = registry.WINDOWS.get(name.upper())
    if rule is not None:
        return rule
    if name.upper() in registry.SCALARS:
        raise clauses.not_a_window_function(name)
    raise binding.not_recognized_function(name)


def _definition(compiler: Compiler, node: exp.Window, terms: tuple[Sorting, ...]) -> str:
    parts = []
    partition = node.args.get("partition_by")
    if partition:
        keys = [sqltypes.collated(compiler.expression(key)) for key in partition]
        parts.append(f"PARTITION BY {', '.join(keys)}")
    if terms:
        parts.append(f"ORDER BY {', '.join(sorting_sql(term) for term in terms)}")
    spec = node.args.get("spec")
    if spec is not None:
        if not terms:
            raise clauses.frame_needs_order()
        parts.append(_frame(spec))
    return " ".join(parts)


def sorting_sql(term: Sorting) -> str:
    """A term of an ORDER BY; NULL sorts first in both, or last with DESC."""
    return sqltypes.collated(term.key) + (" DESC" if term.descending else "")


def _frame(spec: exp.WindowSpec) -> str:
    """ROWS or RANGE; RANGE has no numbers in T-SQL."""
    handlers.check_arguments(spec, _SPEC)
    kind = str(spec.args["kind"]).upper()
    start = _bound(spec, kind, "start")
    if spec.args.get("end") is None:
        return f"{kind} {start}"
    return f"{kind} BETWEEN {start} AND {_bound(spec, kind, 'end')}"


def _bound(spec: exp.WindowSpec, kind: str, which: str) -> str:
    value = spec.args.get(which)
    side = str(spec.args.get(f"{which}_side") or "").upper()
    if isinstance(value, str):
        word = value.upper()
        if word == "CURRENT ROW":
            return word
        if word == "UNBOUNDED" and side in _SIDES:
            return f"{word} {side}"
    elif kind == "ROWS" and isinstance(value, exp.Literal) and value.name.isdigit():
        return f"{value.name} {side}"
    raise StatementFailed(not_supported(text_of(spec)))
