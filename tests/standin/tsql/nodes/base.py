"""What all nodes are made of: pieces of text, names of objects, types as written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SqlText:
    """A piece of the batch, trimmed, a blank for each comment; ``line`` counts from 1."""

    text: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class ObjectName:
    """``database.schema.name``; parts that were not written are empty."""

    name: str
    schema: str = ""
    database: str = ""

    @property
    def is_temporary(self) -> bool:
        """A ``#table``."""
        return self.name.startswith("#")

    def __str__(self) -> str:
        return ".".join(filter(None, (self.database, self.schema, self.name)))


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type as written: ``decimal(10, 2)`` is ``TypeName("decimal", ("10", "2"))``.

    ``double precision`` and ``national character varying`` come as one lower-case name with single
    blanks, as do all names without a schema. ``arguments`` are lower case ("max").
    """

    name: str
    arguments: tuple[str, ...] = ()
    schema: str = ""


class Statement:
    """The base of all nodes; ``line`` is where the statement begins."""

    __slots__ = ()
    line: int
