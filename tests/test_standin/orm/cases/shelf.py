"""A few books to ask for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.test_standin.orm.library.models import Author, Book, Genre, Reader


def fill() -> None:
    """Three authors, one without books; six books, one without a date; a tree of genres."""
    ann = Author.objects.create(name="Ann", email="ann@example.com", rating=Decimal("4.50"))
    bob = Author.objects.create(name="Bob", email="bob@example.com", pen_name="Robert")
    Author.objects.create(name="Cid", born=dt.date(1970, 5, 17))
    fiction = Genre.objects.create(name="Fiction")
    crime = Genre.objects.create(name="Crime", parent=fiction)
    science = Genre.objects.create(name="Science")
    for title, author, price, pages, published, genres in (
        ("Alpha", ann, "10.00", 100, dt.date(2001, 1, 31), [fiction]),
        ("Beta", ann, "20.50", 200, dt.date(2001, 12, 31), [fiction, crime]),
        ("Gamma", ann, "5.25", 300, dt.date(2010, 6, 15), [science]),
        ("Delta", bob, "20.50", 50, dt.date(2010, 6, 16), [crime]),
        ("Epsilon", bob, "0.00", 0, None, []),
        ("épreuve", bob, "99.99", 1000, dt.date(2024, 2, 29), [science, fiction]),
    ):
        book = Book.objects.create(
            title=title, author=author, price=Decimal(price), pages=pages, published=published
        )
        book.genres.set(genres)
    for number in (1, 2, 3):
        Reader.objects.create(name=f"Reader {number}", number=number)
