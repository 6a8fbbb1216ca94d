"""The commands: the same data for the same seed, orders from many threads, honest exit codes."""

from __future__ import annotations

import io
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.models import F

from sampleproject.shop import audit, crowd
from sampleproject.shop.models import Customer, Order, OrderLine, Product

pytestmark = pytest.mark.usefixtures("committed")


def run(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def empty() -> None:
    call_command("flush", verbosity=0, interactive=False)


def snapshot() -> list[tuple[Any, ...]]:
    return [
        *Product.objects.order_by("sku").values_list("sku", "name", "price", "stock", "attributes"),
        *Customer.objects.order_by("email").values_list("email", "public_id", "joined"),
        *OrderLine.objects.order_by("order__placed", "product__sku").values_list(
            "order__number", "order__placed", "order__total", "product__sku", "quantity"
        ),
    ]


def test_the_same_seed_is_the_same_shop_and_another_one_another() -> None:
    shops = []
    for seed in ("1", "1", "2"):
        empty()
        sizes = ("--products", "30", "--customers", "7", "--orders", "25")
        said = run("load_shop", *sizes, "--seed", seed)
        assert said == "loaded 30 products, 7 customers, 25 orders\n"
        assert list(audit.violations()) == []
        shops.append(snapshot())
    assert shops[0] == shops[1] != shops[2]


@pytest.mark.parametrize(
    ("arguments", "mistake"),
    [
        (["--products", "-1"], "not negative"),
        (["--products", "0", "--orders", "1"], "need products"),
        (["--products", "1", "--stock", "5", "--orders", "9"], "more than the stock"),
    ],
)
def test_a_load_that_makes_no_sense_loads_nothing(arguments: list[str], mistake: str) -> None:
    empty()
    with pytest.raises(CommandError, match=mistake):
        run("load_shop", *arguments)
    assert not Product.objects.exists()


def test_a_shop_is_not_loaded_twice() -> None:
    with pytest.raises(CommandError, match="not empty"):
        run("load_shop")


def test_threads_place_orders_and_nothing_is_lost(tmp_path: Path) -> None:
    before = Order.objects.count()
    register = tmp_path / "acknowledged"
    arguments = ("--orders", "40", "--threads", "8", "--acknowledged", str(register))
    said = run("place_orders", *arguments)
    numbers = {uuid.UUID(line) for line in register.read_text().splitlines()}
    assert said.startswith(f"placed {len(numbers)} orders, refused {40 - len(numbers)}, 8 threads")
    assert said.endswith("the books are right\n")
    assert Order.objects.count() == before + len(numbers)
    assert Order.objects.filter(number__in=numbers).count() == len(numbers) > 20
    checked = run("check_shop", "--acknowledged", str(register))
    assert checked == f"the books are right; {len(numbers)} acknowledged orders are there\n"


def test_orders_for_the_last_pieces_are_never_too_many() -> None:
    """Everyone wants the same few products: some are refused, none is oversold."""
    empty()
    run("load_shop", "--products", "2", "--customers", "3", "--stock", "12")
    said = run("place_orders", "--orders", "40", "--threads", "8")
    assert "refused 0" not in said
    left = Product.objects.order_by("sku").values_list("stock", flat=True)
    # How many pieces stay depends on who came first: an order that wants two of them takes none.
    assert all(0 <= pieces < 12 for pieces in left)


def test_the_same_orders_again_are_the_same_orders() -> None:
    run("place_orders", "--orders", "10", "--threads", "2")
    before = Order.objects.count()
    run("place_orders", "--orders", "10", "--threads", "2")
    assert Order.objects.count() == before


def test_wrong_books_are_an_error() -> None:
    product = Product.objects.order_by("sku")[0]
    Product.objects.filter(pk=product.pk).update(stock=F("stock") + 1)
    for command in (("check_shop",), ("place_orders", "--orders", "1")):
        with pytest.raises(CommandError, match=f"{product.sku}: stock is"):
            run(*command)


def test_a_lost_order_is_an_error(tmp_path: Path) -> None:
    register = tmp_path / "acknowledged"
    lost = uuid.uuid4()
    register.write_text(f"{lost}\n")
    with pytest.raises(CommandError, match=f"{lost}: acknowledged and not there"):
        run("check_shop", "--acknowledged", str(register))


def test_a_register_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    scrawl = tmp_path / "scrawl"
    scrawl.write_text("no number\n")
    for file in (scrawl, tmp_path / "missing"):
        with pytest.raises(CommandError, match=file.name):
            run("check_shop", "--acknowledged", str(file))


def test_a_crowd_needs_a_shop_and_a_thread() -> None:
    with pytest.raises(CommandError, match="at least one thread"):
        run("place_orders", "--threads", "0")
    empty()
    with pytest.raises(CommandError, match="load it first"):
        run("place_orders")


def test_a_database_error_is_told_and_every_thread_closes_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*arguments: Any, **options: Any) -> None:
        raise OperationalError("the server is gone")

    closed: list[int] = []

    class Watched:
        Database = connection.Database  # type: ignore[attr-defined]  # of every backend

        def close(self) -> None:
            closed.append(threading.get_ident())
            connection.close()

    monkeypatch.setattr(crowd, "connection", Watched())
    monkeypatch.setattr(crowd, "place_order", broken)
    with pytest.raises(CommandError, match=r"2 threads failed.*OperationalError: the server"):
        run("place_orders", "--orders", "9", "--threads", "2")
    assert len(closed) == 2
    assert threading.get_ident() not in closed
