"""What the web servers load: the project as WSGI and as ASGI.

With ``SERVING_PROBES_FIRST`` the module itself probes: under ``gunicorn --preload`` that is the
parent, before it forks.
"""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

wsgi = get_wsgi_application()
asgi = get_asgi_application()

if os.environ.get("SERVING_PROBES_FIRST"):
    from tests.health.serving.parent import probe

    probe("before the fork")
