"""The table that is written under fire, as a model: most code asks through QuerySets.

Import it after ``django.setup()``.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tests.scoreboard.faults import TABLE


class Row(models.Model):
    name = models.IntegerField(null=True)

    # Named for the type checker, which knows the models of installed apps only.
    objects: ClassVar[models.Manager[Row]] = models.Manager()

    class Meta:
        app_label = "scoreboard"
        managed = False
        db_table = TABLE

    def __str__(self) -> str:
        return str(self.name)
