"""An engine without a wire, as the execution tests have it."""

from tests.test_standin.execution.conftest import client, engine

__all__ = ["client", "engine"]
