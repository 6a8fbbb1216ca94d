"""Which function executes which statement: ``@executes(If)`` on one of a batch and a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from tests.standin.engine import Result, StatementFailed, not_supported
from tests.standin.tsql.nodes import Statement

if TYPE_CHECKING:
    from tests.standin.execution.batch import Batch

Handler = Callable[["Batch", Any], Iterator[Result]]

_HANDLERS: Final[dict[type[Statement], Handler]] = {}


def executes(*nodes: type[Statement]) -> Callable[[Handler], Handler]:
    """Make a function the one that executes these nodes."""

    def register(handler: Handler) -> Handler:
        for node in nodes:
            _HANDLERS[node] = handler
        return handler

    return register


def handler_of(statement: Statement) -> Handler:
    """The function for a statement. Raises StatementFailed for one that nobody executes."""
    handler = _HANDLERS.get(type(statement))
    if handler is None:
        raise StatementFailed(not_supported(type(statement).__name__))
    return handler
