"""How a built-in function is made known to the compiler.

A module of functions writes one rule a function::

    @function("LEN", 1, 1)
    def _length(call: FunctionCall) -> Fragment:
        text = call.argument(0)
        return Fragment(f"tsql_len({text.sql})", INT, text.nullable)

The compiler checks the number of arguments before it calls the rule. ``Fragment.sql`` has to stand
on its own: a call, a name, or something in parentheses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.translation.dialect import text_of
from tests.standin.translation.plan import Fragment

if TYPE_CHECKING:
    from tests.standin.translation.compiler import Compiler

#: For functions that take any number of arguments.
UNLIMITED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sorting:
    """One term of an ORDER BY, compiled."""

    key: Fragment
    descending: bool = False


@dataclass(slots=True)
class FunctionCall:
    """One call, its arguments not yet compiled: a rule says which of them are values at all.

    ``over`` is the compiled OVER clause with a blank in front, empty without one: an aggregate or
    window rule puts it right behind SQLite's function. ``within_group`` has the terms of WITHIN
    GROUP (ORDER BY …).
    """

    name: str
    arguments: tuple[exp.Expr, ...]
    compiler: Compiler
    distinct: bool = False
    over: str = ""
    within_group: tuple[Sorting, ...] = ()
    _compiled: dict[int, Fragment] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many arguments were written."""
        return len(self.arguments)

    @property
    def is_star(self) -> bool:
        """COUNT(*)."""
        return len(self.arguments) == 1 and isinstance(self.arguments[0], exp.Star)

    def node(self, index: int) -> exp.Expr:
        """An argument as it was written."""
        return self.arguments[index]

    def argument(self, index: int) -> Fragment:
        """An argument as a value, compiled once."""
        if index not in self._compiled:
            self._compiled[index] = self.compiler.expression(self.arguments[index])
        return self._compiled[index]

    def values(self) -> tuple[Fragment, ...]:
        """All arguments as values."""
        return tuple(self.argument(index) for index in range(self.count))

    def condition(self, index: int) -> str:
        """An argument as a condition, such as the first of IIF."""
        return self.compiler.condition(self.arguments[index])

    def keyword(self, index: int) -> str:
        """An argument that is a bare word, such as a datepart, in lower case; else "" ."""
        node = self.arguments[index]
        if isinstance(node, exp.Column) and len(node.parts) == 1:
            return node.name.lower()
        return node.name.lower() if isinstance(node, exp.Var) else ""

    def literal(self, index: int) -> str | None:
        """The text of an argument that is a literal, None for any other."""
        node = self.arguments[index]
        return node.name if isinstance(node, exp.Literal | exp.National) else None

    def refuse(self) -> StatementFailed:
        """The answer to a form of the function that is left out."""
        return StatementFailed(
            not_supported(f"{self.name}({', '.join(text_of(node) for node in self.arguments)})")
        )


Rule = Callable[[FunctionCall], Fragment]


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """A rule with the numbers of arguments that the function takes."""

    name: str
    minimum: int
    maximum: int
    rule: Rule
    needs_order: bool = False


_SCALARS: Final[dict[str, FunctionRule]] = {}
_AGGREGATES: Final[dict[str, FunctionRule]] = {}
_WINDOWS: Final[dict[str, FunctionRule]] = {}

#: What the compiler looks names up in; keys are upper case.
SCALARS: Final[Mapping[str, FunctionRule]] = _SCALARS
AGGREGATES: Final[Mapping[str, FunctionRule]] = _AGGREGATES
WINDOWS: Final[Mapping[str, FunctionRule]] = _WINDOWS


def function(name: str, minimum: int, maximum: int | None = None) -> Callable[[Rule], Rule]:
    """Register the rule of an ordinary function."""
    return _registering(_SCALARS, name, minimum, maximum)


def aggregate(name: str, minimum: int, maximum: int | None = None) -> Callable[[Rule], Rule]:
    """Register the rule of an aggregate; with ``call.over`` set it is used as a window."""
    return _registering(_AGGREGATES, name, minimum, maximum)


def window(
    name: str, minimum: int, maximum: int | None = None, *, needs_order: bool = True
) -> Callable[[Rule], Rule]:
    """Register the rule of a function that only exists with an OVER clause."""
    return _registering(_WINDOWS, name, minimum, maximum, needs_order=needs_order)


def _registering(
    rules: dict[str, FunctionRule],
    name: str,
    minimum: int,
    maximum: int | None,
    *,
    needs_order: bool = False,
) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        most = minimum if maximum is None else maximum
        rules[name.upper()] = FunctionRule(name.upper(), minimum, most, rule, needs_order)
        return rule

    return register
