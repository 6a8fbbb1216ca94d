"""Fixtures for the stand-in's own tests."""

from tests.standin.fixtures import ca_file, standin, start_standin

__all__ = ["ca_file", "standin", "start_standin"]
