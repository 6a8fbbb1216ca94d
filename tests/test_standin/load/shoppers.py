"""The sample project's customers as a process of its own, which does what its stdin says.

::

    rush ORDERS THREADS SEED    a line for each order the moment it was taken, then how it went
    audit                       what is wrong with the books, and what orders there are

Every answer ends with a line of JSON.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Final

PLACED: Final = "placed "
#: Delays between tries are shorter by this.
_HASTE: Final = 10


def main() -> None:
    import django

    django.setup()
    lock = threading.Lock()

    def say(line: str) -> None:
        with lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "rush":
            say(_rush(*map(int, arguments), say=say))
        else:
            say(_audit())


def _rush(orders: int, threads: int, seed: int, *, say: Callable[[str], None]) -> str:
    from django.db import connection

    from django_mssql_ops.retry import pauses, signals
    from sampleproject.shop.crowd import errands, rush

    retries: list[str] = []

    def retried(*, event: signals.Event, **_: object) -> None:
        retries.append(event.name)

    def acknowledge(number: uuid.UUID) -> None:
        say(f"{PLACED}{number}")

    wanted = errands(orders, seed)
    connection.close()
    signals.retry_attempted.connect(retried)
    # The server is back at once; nobody has to wait as long as for a failover.
    with pauses.replaced_by(lambda seconds: time.sleep(seconds / _HASTE)):
        went = rush(wanted, threads, acknowledge)
    signals.retry_attempted.disconnect(retried)
    return json.dumps(
        {
            "refused": went.refused,
            "failures": list(went.failures),
            "seconds": went.seconds,
            "retries": len(retries),
        }
    )


def _audit() -> str:
    from django.db import connection

    from sampleproject.shop import audit
    from sampleproject.shop.models import Order, Product

    wrong = list(audit.violations())
    stock = sum(Product.objects.values_list("stock", flat=True))
    numbers = [str(number) for number in Order.objects.values_list("number", flat=True)]
    connection.close()
    return json.dumps({"wrong": wrong, "stock": stock, "numbers": numbers})


if __name__ == "__main__":
    main()
