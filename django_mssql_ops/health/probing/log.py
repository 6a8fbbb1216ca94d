"""One line when an alias becomes unreachable, one when it is back; no line for each probe.

The logger is ``django_mssql_ops.health``. ``extra`` has stable names: mssql_ops_event, alias, word,
number, sqlstate. The driver's text is not among them: it names hosts, users and addresses.
What is wrong with the settings is said once as well.
"""

from __future__ import annotations

import functools
import logging
from typing import Final

from django_mssql_ops.health.answer import Answer

LOGGER: Final = "django_mssql_ops.health"


def announce(answer: Answer) -> None:
    logger = logging.getLogger(LOGGER)
    event = "reachable" if answer.is_reachable else "unreachable"
    extra = {
        "mssql_ops_event": event,
        "alias": answer.alias,
        "word": None if answer.word is None else answer.word.value,
        "number": answer.number,
        "sqlstate": answer.sqlstate,
    }
    if answer.is_reachable:
        logger.info("%s is reachable again", answer.alias, extra=extra)
        return
    logger.warning(
        "%s is unreachable: %s; `manage.py mssql_check --database %s` says more",
        answer.alias,
        answer.why,
        answer.alias,
        extra=extra,
    )


@functools.lru_cache(maxsize=32)
def say_once(sentence: str) -> None:
    """Log why nothing can be asked, and not again for each probe."""
    logging.getLogger(LOGGER).error("the health checks cannot ask: %s", sentence)
