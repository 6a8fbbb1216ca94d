"""What the shop sells."""

from __future__ import annotations

from django.db import models


class Product(models.Model):
    """``price`` is in euros; ``stock`` counts pieces that are not promised to anyone."""

    name = models.CharField(max_length=100, unique=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
