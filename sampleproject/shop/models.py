"""What the shop keeps: products and their stock, customers, orders.

Every piece that enters or leaves the stock has a :class:`StockMovement`, so that the database can
be judged by itself at any time: see ``audit.py``.
"""

from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone


class Tag(models.Model):
    """A word under which products are found."""

    name = models.CharField(max_length=40, unique=True)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """``price`` is in euros; ``stock`` counts pieces that are not promised to anyone."""

    sku = models.CharField("SKU", max_length=20, unique=True)
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    launched = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    tags = models.ManyToManyField(Tag, related_name="products", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(price__gte=0), name="shop_product_price_not_negative"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """``public_id`` is what the outside world knows a customer by."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    email = models.EmailField(unique=True)
    joined = models.DateTimeField(default=timezone.now)
    preferences = models.JSONField(default=dict, blank=True)
    referred_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="referrals"
    )

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """``number`` comes from the client, which can so ask again whether its order was taken."""

    class Status(models.TextChoices):
        PLACED = "placed"
        SHIPPED = "shipped"
        CANCELLED = "cancelled"

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    placed = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLACED)
    total = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        indexes = (models.Index(fields=("status", "-placed"), name="shop_order_by_status"),)

    def __str__(self) -> str:
        return str(self.number)


class OrderLine(models.Model):
    """``price`` is the product's at the time of the order, for one piece."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lines")
    quantity = models.PositiveIntegerField(validators=(MinValueValidator(1),))
    price = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("order", "product"), name="shop_orderline_product_once"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0), name="shop_orderline_quantity_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} x product {self.product_id}"


class StockMovement(models.Model):
    """Pieces that came in (positive) or went out (negative); rows are only ever added."""

    class Reason(models.TextChoices):
        DELIVERY = "delivery"
        ORDER = "order"
        CANCELLATION = "cancellation"

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="movements")
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="movements"
    )
    quantity = models.IntegerField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    recorded = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.quantity:+d} of product {self.product_id} ({self.reason})"
