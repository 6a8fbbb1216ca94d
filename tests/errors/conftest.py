from __future__ import annotations

from tests.standin.fixtures import standin, start_standin

__all__ = ["standin", "start_standin"]
