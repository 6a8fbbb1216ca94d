"""``python -m sampleproject.demo``: every step in order."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from sampleproject.demo.step import run
from sampleproject.demo.steps import steps


def main() -> int:
    """Run all steps; 0 when each went as announced."""
    with tempfile.TemporaryDirectory() as directory:
        results = [run(step) for step in steps(Path(directory))]
    print(f"\n{sum(results)} of {len(results)} steps went as announced.")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
