"""Faults that are made here are no incident: nobody is to be mailed or paged about them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unlogged(name: str) -> Iterator[None]:
    """Drop what this thread logs under exactly this name; other threads and loggers go on."""
    thread, logger = threading.get_ident(), logging.getLogger(name)

    def is_elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != thread

    logger.addFilter(is_elsewhere)
    try:
        yield
    finally:
        logger.removeFilter(is_elsewhere)
