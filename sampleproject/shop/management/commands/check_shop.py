"""``check_shop``: are the books right, and is every acknowledged order there?"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sampleproject.shop import audit


class Command(BaseCommand):
    help = "Checks stock, totals and movements; 1 if anything is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--acknowledged",
            type=Path,
            metavar="FILE",
            help="numbers of orders that must be there, one on each line",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = _numbers(options["acknowledged"])
        wrong = [*audit.violations(), *audit.missing(numbers)]
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(f"the books are right; {len(numbers)} acknowledged orders are there")


def _numbers(file: Path | None) -> list[uuid.UUID]:
    if file is None:
        return []
    try:
        return [uuid.UUID(line) for line in file.read_text(encoding="ascii").split()]
    except (OSError, ValueError) as mistake:
        raise CommandError(f"{file}: {mistake}") from mistake
