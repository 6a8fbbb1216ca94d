"""The models of a small project, in a registry of their own."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.migrations.state import AppConfigStub

REGISTRY = Apps()


class _Meta:
    apps = REGISTRY
    app_label = "shop"


class _Named(models.Model):
    class Meta:
        abstract = True

    def __str__(self) -> str:
        return type(self).__name__


class Tag(_Named):
    name = models.CharField(max_length=20)

    class Meta(_Meta):
        pass


class Order(_Named):
    placed = models.DateTimeField()
    shipped = models.DateTimeField(null=True, db_column="shipped at")
    day = models.DateField()
    tags = models.ManyToManyField(Tag)

    class Meta(_Meta):
        pass


class SpecialOrder(Order):
    """A table of its own beside the one it inherits from."""

    until = models.DateTimeField()

    class Meta(_Meta):
        pass


class OpenOrder(Order):
    """A proxy has no table."""

    class Meta(_Meta):
        proxy = True


class OrderView(_Named):
    class Meta(_Meta):
        managed = False
        db_table = "[reporting].[orders]"


class SecondOrder(_Named):
    """Another view of the same table, which Django does not make."""

    placed = models.DateTimeField(db_column="placed_at")

    class Meta(_Meta):
        managed = False
        db_table = "shop_order"


class Elsewhere(_Named):
    class Meta(_Meta):
        managed = False
        db_table = "[archive].[dbo].[orders]"


class Quoted(_Named):
    class Meta(_Meta):
        db_table = "it's 100% [odd"


class OfPostgres(_Named):
    class Meta(_Meta):
        required_db_vendor = "postgresql"


class OfSqlServer(_Named):
    class Meta(_Meta):
        required_db_vendor = "microsoft"


_SHOP = AppConfigStub("shop")
_SHOP.apps = REGISTRY
_SHOP.models = REGISTRY.all_models["shop"]
REGISTRY.app_configs["shop"] = _SHOP
REGISTRY.models_ready = REGISTRY.apps_ready = REGISTRY.ready = True


class OnlyTags:
    """A router that lets the tags alone onto any alias."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return hints.get("model") is Tag


class Failing:
    """A router with a fault."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        raise LookupError("PWD=hunter2")
