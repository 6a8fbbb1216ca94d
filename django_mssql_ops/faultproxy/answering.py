"""One request that the server has, and what is known of its answer so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from django_mssql_ops.faultproxy.moments import Point
from django_mssql_ops.faultproxy.prepared import HandleSearch
from django_mssql_ops.faultproxy.said import Said


@dataclass(slots=True)
class Answering:
    """``began`` is on the relay's clock. ``is_read`` False: nobody watched when it was asked."""

    said: Said
    point: Point
    dirty: bool = False
    began: float = 0.0
    is_read: bool = True
    has_begun: bool = False
    _search: HandleSearch | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.said.prepares:
            self._search = HandleSearch()

    @classmethod
    def unread(cls) -> Answering:
        """Of a request that passed without a look."""
        return cls(Said(Point.REQUEST), Point.REQUEST, is_read=False)

    def see(self, data: bytes) -> None:
        """Note a piece of the answer that passes."""
        if self._search is not None:
            self._search.see(data)

    @property
    def handle(self) -> int | None:
        """Of the statement that it prepared."""
        return None if self._search is None else self._search.handle
