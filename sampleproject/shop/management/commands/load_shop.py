"""``load_shop``: an empty shop gets products, customers and, if asked, a past."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sampleproject.shop.loading import Amounts, load
from sampleproject.shop.models import Product


class Command(BaseCommand):
    help = "Fills an empty shop with made-up data, the same for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--products", type=int, default=50)
        parser.add_argument("--customers", type=int, default=50)
        parser.add_argument("--orders", type=int, default=0, help="orders of the past")
        parser.add_argument("--stock", type=int, default=100, help="pieces of each, about")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        amounts = Amounts(**{name: options[name] for name in Amounts.__dataclass_fields__})
        if min(amounts.products, amounts.customers, amounts.orders, amounts.stock) < 0:
            raise CommandError("amounts are not negative")
        if amounts.orders and not (amounts.products and amounts.customers):
            raise CommandError("orders need products and customers")
        if Product.objects.exists():
            raise CommandError("the shop is not empty: 'flush' empties it")
        try:
            load(amounts, options["seed"])
        except ValueError as mistake:
            raise CommandError(str(mistake)) from mistake
        self.stdout.write(
            f"loaded {amounts.products} products, {amounts.customers} customers, "
            f"{amounts.orders} orders"
        )
