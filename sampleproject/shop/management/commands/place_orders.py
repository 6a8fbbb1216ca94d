"""``place_orders``: customers all at once, and the books checked afterwards."""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sampleproject.shop import audit
from sampleproject.shop.crowd import Acknowledge, errands, rush


class Command(BaseCommand):
    help = "Places orders from several threads, then checks the shop's books; 1 if they are wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--orders", type=int, default=200)
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--acknowledged",
            type=Path,
            metavar="FILE",
            help="append the number of every order the moment it was taken",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["orders"] < 0 or options["threads"] < 1:
            raise CommandError("there is at least one thread and no negative number of orders")
        try:
            wanted = errands(options["orders"], options["seed"])
        except ValueError as mistake:
            raise CommandError(str(mistake)) from mistake
        with _register(options["acknowledged"]) as acknowledge:
            went = rush(wanted, options["threads"], acknowledge)
        self.stdout.write(
            f"placed {len(went.placed)} orders, refused {went.refused}, "
            f"{options['threads']} threads, {went.seconds:.1f} s, "
            f"{len(went.placed) / went.seconds:.0f} orders/s"
        )
        if went.failures:
            raise CommandError(f"{len(went.failures)} threads failed, one with {went.failures[0]}")
        wrong = [*audit.violations(), *audit.missing(went.placed)]
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write("the books are right")


@contextlib.contextmanager
def _register(file: Path | None) -> Iterator[Acknowledge]:
    """Writes numbers to ``file`` so that they survive this process; without one, nowhere."""
    if file is None:
        yield lambda number: None
        return
    lock = threading.Lock()
    with file.open("a", encoding="ascii", buffering=1) as lines:

        def acknowledge(number: uuid.UUID) -> None:
            with lock:
                lines.write(f"{number}\n")

        yield acknowledge
