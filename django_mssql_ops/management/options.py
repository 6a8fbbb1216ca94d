"""What options of all commands share: how a value is read, was it given, how it is spelt."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any


def is_given(options: Mapping[str, Any], name: str) -> bool:
    """False and None are argparse's ways to say "not given"; an empty text was given."""
    return options[name] is not None and options[name] is not False


def spelt(name: str) -> str:
    """``write_baseline`` as it is typed: ``--write-baseline``."""
    return "--" + name.replace("_", "-")


def seconds_up_to(most: float) -> Callable[[str], float]:
    """The argparse type of a time limit: above 0, and ``most`` seconds at the most."""

    def seconds(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0 < number <= most:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number of seconds above 0 and up to {most:g}"
            )
        return number

    return seconds


def whole_up_to(most: int, shown: str) -> Callable[[str], int]:
    """The argparse type of a whole number from 0; ``shown`` is ``most`` as people write it."""

    def whole(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
        if not 0 <= number <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {shown}")
        return number

    return whole
