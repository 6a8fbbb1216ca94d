"""A new order in the admin: its lines are checked with the products locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet

from sampleproject.shop.models import Order, OrderLine
from sampleproject.shop.orders import Line, OrderRefused, check_order

if TYPE_CHECKING:
    _Lines = BaseInlineFormSet[OrderLine, Order]
else:
    _Lines = BaseInlineFormSet


class OrderLineFormSet(_Lines):
    """The admin answers a request in one transaction, so what ``clean`` has locked and found in
    stock is still there when the order is placed."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        lines = self.wanted()
        if not lines:
            raise ValidationError("An order has at least one line.")
        try:
            check_order(lines)
        except OrderRefused as refusal:
            raise ValidationError(str(refusal)) from refusal

    def wanted(self) -> list[Line]:
        """The lines that were filled in."""
        filled = [form.cleaned_data for form in self.forms if form.has_changed()]
        return [Line(line["product"].pk, line["quantity"]) for line in filled]
