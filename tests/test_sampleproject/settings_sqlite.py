"""The sample project on Django's own SQLite backend: the same code without a server.

SHOP_SQLITE names the file. Transactions begin with the write lock, which stands for the locks that
``select_for_update`` takes elsewhere and SQLite does not have.
"""

from __future__ import annotations

import os

from sampleproject.settings import *  # noqa: F403

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_SQLITE", ":memory:"),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        },
    }
}
