"""The accept-list: which nodes of sqlglot's tree are understood, and which of their arguments.

A node without a handler is refused, and so is a node with an argument set that its handler does
not name. That is what makes a clause that sqlglot reads and nobody translates an error instead of
a silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from sqlglot import exp

from tests.standin.engine import StatementFailed, not_supported
from tests.standin.translation.dialect import text_of
from tests.standin.translation.plan import Fragment

if TYPE_CHECKING:
    from tests.standin.translation.compiler import CompiledQuery, Compiler

Result = TypeVar("Result")
Handler = Callable[["Compiler", Any], Result]


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Result]):
    handler: Handler[Result]
    accepted: frozenset[str]


class Handlers(Generic[Result]):
    """Handlers by node type, for one kind of result."""

    def __init__(self) -> None:
        self._entries: dict[type[exp.Expr], _Entry[Result]] = {}

    def __call__(
        self, *kinds: type[exp.Expr], accept: tuple[str, ...] = ("this",)
    ) -> Callable[[Handler[Result]], Handler[Result]]:
        """Register a handler for nodes whose set arguments are all among ``accept``."""

        def register(handler: Handler[Result]) -> Handler[Result]:
            for kind in kinds:
                self._entries[kind] = _Entry(handler, frozenset(accept))
            return handler

        return register

    def __contains__(self, kind: type[exp.Expr]) -> bool:
        return kind in self._entries

    def run(self, compiler: Compiler, node: exp.Expr) -> Result:
        """Translate a node that is on the list."""
        entry = self._entries[type(node)]
        check_arguments(node, entry.accepted)
        return entry.handler(compiler, node)


def check_arguments(node: exp.Expr, accepted: frozenset[str]) -> None:
    """Refuse a node with anything set that is not accepted."""
    for key, value in node.args.items():
        if key not in accepted and value not in (None, False, "", []):
            raise StatementFailed(not_supported(f"{type(node).__name__} {key}: {text_of(node)}"))


#: Nodes that are values, and nodes that are conditions: T-SQL has no boolean type.
value: Final[Handlers[Fragment]] = Handlers()
condition: Final[Handlers[str]] = Handlers()

#: SELECT and the set operations.
query: Final[Handlers[CompiledQuery]] = Handlers()

#: Parts of a condition's and a binary value's node.
BINARY: Final = ("this", "expression")
