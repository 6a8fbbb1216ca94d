"""The shop's page, and its API under ``api/``."""

from __future__ import annotations

from django.urls import path

from sampleproject.shop import api, pages

app_name = "shop"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("api/products/", api.products, name="products"),
    path("api/orders/", api.orders, name="orders"),
    path("api/orders/<uuid:number>/", api.order, name="order"),
]
