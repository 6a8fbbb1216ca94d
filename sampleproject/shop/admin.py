"""The shop for those who run it. Nobody writes stock, orders and movements by hand: deliveries,
new orders and cancellations go through ``stock.py`` and ``orders.py``, which keep them in step.
"""

# The classes are generic in their stubs and not in Django 5.2.
# mypy: disable-error-code=type-arg

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest

from sampleproject.shop.models import Customer, Order, OrderLine, Product, StockMovement, Tag
from sampleproject.shop.order_form import OrderLineFormSet
from sampleproject.shop.orders import NotCancellable, cancel_order, place_order
from sampleproject.shop.stock import deliver

_DELIVERY = 10


class _ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OrderLineInline(_ReadOnly, admin.TabularInline):
    """Filled in with a new order, read only ever after."""

    model = OrderLine
    formset = OrderLineFormSet
    extra = 1
    autocomplete_fields = ("product",)

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return obj is None

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> tuple[str, ...]:
        # The price of a new line is the product's.
        return ("product", "quantity") if obj is None else ("product", "quantity", "price")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "product":
            kwargs["queryset"] = Product.objects.filter(active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class StockMovementInline(_ReadOnly, admin.TabularInline):
    model = StockMovement
    extra = 0
    fields = ("recorded", "quantity", "reason", "order")
    ordering = ("-recorded", "-pk")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    search_fields = ("name",)


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ("sku", "name", "price", "stock", "active", "launched")
    list_filter = ("active", "tags")
    search_fields = ("sku", "name", "description")
    date_hierarchy = "launched"
    ordering = ("sku",)
    readonly_fields = ("stock",)
    filter_horizontal = ("tags",)
    inlines = (StockMovementInline,)
    actions = ("book_delivery",)

    @admin.action(
        description=f"Book a delivery of {_DELIVERY} pieces each", permissions=("change",)
    )
    def book_delivery(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        deliver(keys, _DELIVERY)
        self.message_user(request, f"{_DELIVERY} pieces each of {len(keys)} products booked")


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    list_display = ("name", "email", "joined", "referred_by")
    list_select_related = ("referred_by",)
    search_fields = ("name", "email")
    date_hierarchy = "joined"
    ordering = ("email",)
    readonly_fields = ("public_id",)
    autocomplete_fields = ("referred_by",)


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ("number", "customer", "placed", "status", "total")
    list_filter = ("status", "placed")
    list_select_related = ("customer",)
    search_fields = ("customer__name", "customer__email", "lines__product__sku")
    date_hierarchy = "placed"
    ordering = ("-placed", "-pk")
    autocomplete_fields = ("customer",)
    inlines = (OrderLineInline,)
    actions = ("cancel",)

    def get_fields(self, request: HttpRequest, obj: Order | None = None) -> tuple[str, ...]:
        whole = ("number", "customer", "placed", "status", "total")
        return ("customer",) if obj is None else whole

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        # Orders as such can be cancelled; no single one has anything to fill in.
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Order, form: ModelForm, change: bool) -> None:
        """Not without its lines: ``save_formset`` places both."""

    def save_formset(
        self, request: HttpRequest, form: ModelForm, formset: OrderLineFormSet, change: bool
    ) -> None:
        order: Order = form.instance
        order.pk = place_order(order.customer, formset.wanted(), number=order.number).pk
        order.refresh_from_db()
        # Writes nothing; the log entry takes the names of the lines from it.
        formset.save(commit=False)

    @admin.action(description="Cancel the selected orders", permissions=("change",))
    def cancel(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        cancelled = 0
        for order in queryset:
            try:
                cancel_order(order)
            except NotCancellable as refusal:
                self.message_user(request, str(refusal), level="warning")
            else:
                cancelled += 1
        self.message_user(request, f"{cancelled} cancelled")
