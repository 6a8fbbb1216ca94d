"""A library: every kind of field, constraint and relation that Django's models have.

The app has no migrations; ``migrate --run-syncdb`` makes its tables.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone


class Genre(models.Model):
    """A tree."""

    name = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """The parent of a multi-table inheritance; several may lack an e-mail address."""

    name = models.CharField(max_length=60)
    email = models.EmailField(null=True, blank=True, unique=True)
    born = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Author(Person):
    """A person with a table of its own."""

    pen_name = models.CharField(max_length=60, blank=True)
    rating = models.DecimalField(max_digits=4, decimal_places=2, null=True)


class Reader(Person):
    """Another one; ``number`` is unique within a branch."""

    branch = models.CharField(max_length=20, default="main")
    number = models.IntegerField()

    class Meta:
        unique_together = (("branch", "number"),)


class MainReader(Reader):
    """A proxy with an order of its own."""

    class Meta:
        proxy = True
        ordering = ("-number",)


class Book(models.Model):
    """What most queries ask for."""

    title = models.CharField(max_length=100)
    isbn = models.CharField(max_length=13, null=True, blank=True, unique=True)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
    genres = models.ManyToManyField(Genre, related_name="books", blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    pages = models.PositiveIntegerField(default=0)
    published = models.DateField(null=True)

    class Meta:
        ordering = ("title",)
        indexes = (
            models.Index(fields=("author", "-published"), name="library_book_newest"),
            models.Index(fields=("title",), name="library_book_priced", condition=Q(price__gt=0)),
        )
        constraints = (
            models.CheckConstraint(condition=Q(price__gte=0), name="library_book_price"),
        )

    def __str__(self) -> str:
        return self.title


class Loan(models.Model):  # noqa: DJ008
    """A book is with one reader at a time."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="loans")
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="loans")
    taken = models.DateTimeField(default=timezone.now)
    returned = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("book",), condition=Q(returned=None), name="library_loan_once"
            ),
            models.CheckConstraint(
                condition=Q(returned=None) | Q(returned__gte=F("taken")),
                name="library_loan_order",
            ),
        )


class Specimen(models.Model):  # noqa: DJ008
    """One field of every kind but bytes."""

    big = models.BigIntegerField(null=True)
    small = models.SmallIntegerField(null=True)
    positive_big = models.PositiveBigIntegerField(null=True)
    number = models.IntegerField(null=True)
    real = models.FloatField(null=True)
    money = models.DecimalField(max_digits=19, decimal_places=4, null=True)
    flag = models.BooleanField(null=True)
    text = models.TextField(null=True)  # noqa: DJ001
    slug = models.SlugField(null=True)  # noqa: DJ001
    link = models.URLField(null=True)  # noqa: DJ001
    address = models.GenericIPAddressField(null=True)
    file = models.FileField(null=True)
    identity = models.UUIDField(null=True)
    moment = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    hour = models.TimeField(null=True)
    span = models.DurationField(null=True)
    document = models.JSONField(null=True)


class Attachment(models.Model):  # noqa: DJ008
    """Bytes. Apart from the others, because a driver has to ask what a NULL for them is."""

    raw = models.BinaryField(null=True)


class Invoice(models.Model):  # noqa: DJ008
    """Columns that the database fills in itself."""

    net = models.DecimalField(max_digits=10, decimal_places=2)
    tax = models.DecimalField(max_digits=10, decimal_places=2, db_default=0)
    gross = models.GeneratedField(
        expression=F("net") + F("tax"),
        output_field=models.DecimalField(max_digits=11, decimal_places=2),
        db_persist=True,
    )
    double = models.GeneratedField(
        expression=F("net") * 2,
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=False,
    )
    state = models.CharField(max_length=10, db_default="open")
    written = models.DateTimeField(db_default=Now())


class Tick(models.Model):  # noqa: DJ008
    """Nothing but a key."""


class Badge(models.Model):  # noqa: DJ008
    """A key that the application makes, and one to one with a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="badge")
    valid = models.BooleanField(default=True)
