"""``--serve``: the proxy with a plan's injections, kept running for load tests and staging."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django_mssql_ops.faultproxy.triggers import Injection
from django_mssql_ops.retrytest.asked import Place
from django_mssql_ops.retrytest.proxying import instructions, proxy_before

#: Seconds between two looks at whether the proxy is still there.
_INTERVAL: Final = 0.5

Tell = Callable[[str], None]


def serve(
    place: Place,
    port: int,
    injections: Sequence[Injection],
    *,
    seed: int,
    tell: Tell,
    say: Tell,
) -> None:
    """Run until Ctrl-C, or until the proxy's process ends.

    ``tell`` takes the text that says how to point a project at the proxy; ``say`` takes what the
    proxy did, once it is over. Raises ConfigurationError when the proxy cannot start.
    """
    with proxy_before(place, port=port) as proxy:
        proxy.arm(injections, seed=seed)
        tell(instructions(place, proxy))
        try:
            while proxy.is_running(_INTERVAL):
                pass
        except KeyboardInterrupt:
            say("interrupted")
        for name, times in proxy.fired().items():
            say(f"{name}: {times} times")
