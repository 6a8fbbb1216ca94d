"""``manage.py purge_retry_tokens``: deletes tokens that nobody will ask for any more."""

from __future__ import annotations

import datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from django_mssql_ops.exceptions import ConfigurationError
from django_mssql_ops.retry.tokens import TABLE, purge

#: The question could not be asked; the other exit codes of the house are Django's own.
_NOT_ASKED = 2


class Command(BaseCommand):
    help = "Deletes retry tokens of a given age."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="age in days (default 30)")
        parser.add_argument("--database", default="default", help="alias (default 'default')")
        parser.add_argument("--table", default=TABLE, help=f"table (default {TABLE})")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            age = datetime.timedelta(days=options["days"])
            deleted = purge(age, using=options["database"], table=options["table"])
        except ConfigurationError as error:
            self._refuse(str(error))
        except OverflowError:
            self._refuse(f"--days {options['days']} is more than there were")
        self.stdout.write(f"{deleted} tokens deleted")

    def _refuse(self, sentence: str) -> NoReturn:
        self.stderr.write(sentence)
        raise SystemExit(_NOT_ASKED) from None
