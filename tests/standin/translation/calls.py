"""Calls of built-in functions, aggregates and window functions: the rules are in ``functions``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlglot import exp

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.errors import binding, clauses
from tests.standin.translation import handlers
from tests.standin.translation.compiler import Compiler
from tests.standin.translation.dialect import text_of
from tests.standin.translation.functions import registry
from tests.standin.translation.functions.registry import FunctionCall, FunctionRule, Sorting
from tests.standin.translation.names import Names
from tests.standin.translation.plan import Fragment

#: Where an aggregate may stand: everything else is WHERE, ON, GROUP BY and the like.
_CLAUSES_WITH_AGGREGATES = frozenset({"SELECT", "HAVING", "ORDER BY"})


@handlers.value(exp.Anonymous, accept=("this", "expressions"))
def _call(compiler: Compiler, node: exp.Anonymous) -> Fragment:
    name = node.name.upper()
    if name in registry.AGGREGATES:
        return aggregate_call(compiler, node)
    if name in registry.WINDOWS:
        raise clauses.window_without_over(node.name)
    rule = registry.SCALARS.get(name)
    if rule is None:
        raise binding.not_recognized_function(node.name)
    call = _function_call(compiler, node, rule)
    return rule.rule(call)


@handlers.value(exp.WithinGroup, accept=handlers.BINARY)
def _within_group(compiler: Compiler, node: exp.WithinGroup) -> Fragment:
    call = node.this
    if not isinstance(call, exp.Anonymous) or call.name.upper() not in registry.AGGREGATES:
        raise StatementFailed(not_supported(text_of(node)))
    return aggregate_call(compiler, call, order=node.expression)


@handlers.value(exp.Dot, accept=handlers.BINARY)
def _user_function(compiler: Compiler, node: exp.Dot) -> Fragment:
    """``dbo.f(1)``: there are no functions of users here, and few of the system's schema."""
    called = node.expression
    if not isinstance(called, exp.Anonymous):
        raise StatementFailed(not_supported(text_of(node)))
    first = node.this.name
    rule = registry.SCALARS.get(f"{first}.{called.name}".upper())
    if rule is not None:
        return rule.rule(_function_call(compiler, called, rule))
    raise binding.user_function_not_found(first, f"{first}.{called.name}")


def aggregate_call(
    compiler: Compiler, node: exp.Anonymous, *, order: exp.Expr | None = None, over: str = ""
) -> Fragment:
    """An aggregate over the rows of a group, or with ``over`` of a window; error 147."""
    rule = registry.AGGREGATES[node.name.upper()]
    if over:
        return rule.rule(_function_call(compiler, node, rule, over=over))
    if any(argument.find(exp.Query) for argument in node.expressions):
        raise clauses.aggregate_of_aggregate()
    with _inside_aggregate(compiler) as names:
        fragment = rule.rule(_function_call(compiler, node, rule, order=order))
        if not names.aggregates_column and any(a.find(exp.Column) for a in node.expressions):
            raise StatementFailed(not_supported(f"an aggregate of outer columns: {text_of(node)}"))
    return fragment


@contextmanager
def _inside_aggregate(compiler: Compiler) -> Iterator[Names]:
    """Its arguments are columns of single rows again."""
    names = compiler.names
    if names is not None and names.clause == "VALUES":
        raise StatementFailed(not_supported("an aggregate in VALUES"))
    if names is None or names.clause not in _CLAUSES_WITH_AGGREGATES:
        raise clauses.aggregate_in_where()
    if names.inside_aggregate:
        raise clauses.aggregate_of_aggregate()
    grouping, names.grouping = names.grouping, None
    names.inside_aggregate = names.has_aggregate = True
    names.aggregates_column = False
    try:
        yield names
    finally:
        names.grouping = grouping
        names.inside_aggregate = False


def _function_call(
    compiler: Compiler,
    node: exp.Anonymous,
    rule: FunctionRule,
    *,
    order: exp.Expr | None = None,
    over: str = "",
) -> FunctionCall:
    arguments = tuple(node.expressions)
    distinct = len(arguments) == 1 and isinstance(arguments[0], exp.Distinct)
    if distinct:
        handlers.check_arguments(arguments[0], frozenset(("expressions",)))
        arguments = tuple(arguments[0].expressions)
    check_count(rule, len(arguments))
    within = tuple(sortings(compiler, order)) if order is not None else ()
    return FunctionCall(rule.name, arguments, compiler, distinct, over, within)


def check_count(rule: FunctionRule, count: int) -> None:
    """Errors 174 and 189."""
    if rule.minimum <= count <= rule.maximum:
        return
    if rule.minimum == rule.maximum:
        raise binding.argument_count(rule.name, rule.minimum)
    raise binding.argument_range(rule.name, rule.minimum, rule.maximum)


def sortings(compiler: Compiler, order: exp.Expr) -> Iterator[Sorting]:
    """The terms of an ORDER BY inside OVER or WITHIN GROUP."""
    handlers.check_arguments(order, frozenset(("expressions",)))
    for term in order.expressions:
        yield Sorting(compiler.expression(term.this), is_descending(term))


def is_descending(term: exp.Ordered) -> bool:
    """Whether a term has DESC; NULLS FIRST and LAST are no T-SQL."""
    handlers.check_arguments(term, frozenset(("this", "desc", "nulls_first")))
    descending = bool(term.args.get("desc"))
    if bool(term.args.get("nulls_first")) == descending:
        raise binding.incorrect_syntax("NULLS")
    return descending
