"""Types as a declaration writes them; what they mean is ``sqltypes``' business."""

from __future__ import annotations

from typing import Final

from tests.standin.tsql.nodes import TypeName
from tests.standin.tsql.stream import TokenStream
from tests.standin.tsql.tokens import Kind

#: Types of several words (Microsoft Learn, "Data type synonyms"), the longest first.
_PHRASES: Final = (
    ("NATIONAL", "CHARACTER", "VARYING"),
    ("NATIONAL", "CHAR", "VARYING"),
    ("NATIONAL", "CHARACTER"),
    ("NATIONAL", "CHAR"),
    ("NATIONAL", "TEXT"),
    ("CHARACTER", "VARYING"),
    ("CHAR", "VARYING"),
    ("BINARY", "VARYING"),
    ("DOUBLE", "PRECISION"),
)


def read_type(stream: TokenStream) -> TypeName:
    """Read ``decimal(10, 2)``, ``[nvarchar](max)``, ``sys.geography`` or ``dbo.Name``.

    Names without a schema come in lower case: types compare without case.
    """
    for phrase in _PHRASES:
        if stream.accept(*phrase):
            return TypeName(" ".join(phrase).lower(), _arguments(stream))
    name, schema = stream.identifier(), ""
    if stream.accept("."):
        name, schema = stream.identifier(), name
    return TypeName(name if schema else name.lower(), _arguments(stream), schema)


def _arguments(stream: TokenStream) -> tuple[str, ...]:
    if not stream.accept("("):
        return ()
    arguments = [_argument(stream)]
    while stream.accept(","):
        arguments.append(_argument(stream))
    stream.expect(")")
    return tuple(arguments)


def _argument(stream: TokenStream) -> str:
    """One argument: a number, ``max``, or the schema collection of an ``xml``."""
    if stream.token.kind is Kind.NUMBER:
        return stream.advance().text.lower()
    words = [stream.identifier()]
    while stream.accept("."):
        words.append(stream.identifier())
    if stream.at_identifier():  # xml(DOCUMENT collection)
        return " ".join((*words, _argument(stream))).lower()
    return ".".join(words).lower()
