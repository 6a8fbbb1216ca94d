#!/usr/bin/env python
"""``python -m sampleproject.manage …``: Django's command line for the sample project."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sampleproject.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
