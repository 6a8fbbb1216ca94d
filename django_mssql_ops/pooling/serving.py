"""Whether WSGI or ASGI calls Django in this process: the first request tells.

A setting does not: ``ASGI_APPLICATION`` may stand in a project that gunicorn serves by WSGI, and
startproject writes none. Django's signal ``request_started`` brings ``environ`` from WSGI and
``scope`` from ASGI. The receiver goes when it has heard one, so that requests cost nothing.
"""

from __future__ import annotations

from typing import Final

from django.core.signals import request_started

from django_mssql_ops.pooling.facts import ServedBy

_UID: Final = "django_mssql_ops.pooling.serving"
_seen = ServedBy.NOTHING_YET


def watch_first_request() -> None:
    """Hear the next request; twice does nothing more."""
    request_started.connect(_on_request, weak=False, dispatch_uid=_UID)


def _on_request(**kwargs: object) -> None:
    global _seen
    if "scope" in kwargs:
        _seen = ServedBy.ASGI
    elif "environ" in kwargs:
        _seen = ServedBy.WSGI
    else:
        # Somebody's own signal, which tells neither.
        return
    request_started.disconnect(dispatch_uid=_UID)


def served_by() -> ServedBy:
    """What was seen to call Django here."""
    return _seen
