"""Numbers in the text format OpenMetrics 1.0, and how ours join those of django-health-check.

A family is one ``# HELP``, one ``# TYPE`` and its samples; families may not be mixed, so that those
of several aliases are put together before they are written. Pure.

Source: OpenMetrics 1.0, "Text format": no empty lines, ``# EOF`` as the last one, the samples of a
counter end in ``_total``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

_END: Final = "# EOF"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One number; ``labels`` are (name, value)."""

    labels: tuple[tuple[str, str], ...]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """``name`` without the ``_total`` of a counter; ``meaning`` is one sentence."""

    name: str
    kind: Literal["gauge", "counter"]
    meaning: str
    samples: tuple[Sample, ...]


def with_families(text: str, families: Iterable[Family]) -> str:
    """``text``, which is OpenMetrics already or nearly, with ``families`` at its end.

    django-health-check before 4.1 puts empty lines between its families, which the format forbids.
    """
    lines = [line for line in text.split("\n") if line.strip() and line != _END]
    for family in families:
        lines += _lines(family)
    return "\n".join([*lines, _END, ""])


def _lines(family: Family) -> Iterator[str]:
    # Infinity and NaN are allowed, and mean nothing to those who set an alarm on them.
    samples = [sample for sample in family.samples if math.isfinite(sample.value)]
    if not samples:
        return
    yield f"# HELP {family.name} {family.meaning.translate(_ESCAPES)}"
    yield f"# TYPE {family.name} {family.kind}"
    name = f"{family.name}_total" if family.kind == "counter" else family.name
    for sample in samples:
        yield f"{name}{_labels(sample)} {_number(sample.value)}"


def _labels(sample: Sample) -> str:
    pairs = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in sample.labels)
    return f"{{{pairs}}}" if pairs else ""


def _number(value: float) -> str:
    whole = int(value)
    return str(whole) if whole == value else repr(float(value))
