"""What a client sends to order something, read strictly: nothing is guessed or ignored."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from sampleproject.shop.models import Product
from sampleproject.shop.orders import Line

_MOST_LINES = 100
_MOST_PIECES = 10_000


class BadRequest(Exception):
    """The client's mistake, in a sentence that begins with the name of the field."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """``quantities`` are pieces by SKU."""

    number: uuid.UUID
    customer: uuid.UUID
    quantities: Mapping[str, int]

    @classmethod
    def read(cls, body: bytes) -> Self:
        """From ``{"number": …, "customer": …, "lines": [{"sku": …, "quantity": …}]}``."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            raise BadRequest("the body is not JSON") from None
        fields = _fields(document, "the body", {"number", "customer", "lines"})
        return cls(
            _uuid(fields["number"], "number"),
            _uuid(fields["customer"], "customer"),
            _quantities(fields["lines"]),
        )

    def resolve(self) -> list[Line]:
        """The lines with the products' keys."""
        known = Product.objects.filter(sku__in=self.quantities).values_list("sku", "pk")
        keys = dict(known)
        unknown = sorted(self.quantities.keys() - keys.keys())
        if unknown:
            raise BadRequest(f"lines: no such SKU: {', '.join(unknown)}")
        return [Line(keys[sku], quantity) for sku, quantity in self.quantities.items()]


def integer(value: object, name: str, *, at_most: int = 1_000_000) -> int:
    """A number from 1 on, given as a number or, in a query, as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= at_most:
        raise BadRequest(f"{name}: a whole number from 1 to {at_most}")
    return value


def _quantities(lines: object) -> dict[str, int]:
    if not isinstance(lines, list) or not 1 <= len(lines) <= _MOST_LINES:
        raise BadRequest(f"lines: a list of 1 to {_MOST_LINES}")
    quantities: dict[str, int] = {}
    for line in lines:
        fields = _fields(line, "lines: each", {"sku", "quantity"})
        sku = fields["sku"]
        if not isinstance(sku, str) or not sku.isprintable() or sku in quantities:
            raise BadRequest("lines: each has its own sku, a text")
        quantity = fields["quantity"]
        if isinstance(quantity, str):
            raise BadRequest("quantity: a number, not a text")
        quantities[sku] = integer(quantity, "quantity", at_most=_MOST_PIECES)
    return quantities


def _fields(value: object, name: str, expected: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != expected:
        raise BadRequest(f"{name} is an object with {', '.join(sorted(expected))}")
    return value


def _uuid(value: object, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise BadRequest(f"{name}: a UUID") from None
