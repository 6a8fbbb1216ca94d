"""``python -m tests.benchmarks [NAME …]``: run all ``bench_*`` modules, or those named."""

from __future__ import annotations

import importlib
import pkgutil
import sys

from tests import benchmarks

_PREFIX = "bench_"


def main(wanted: list[str]) -> int:
    known = [
        module.name.removeprefix(_PREFIX)
        for module in pkgutil.iter_modules(benchmarks.__path__)
        if module.name.startswith(_PREFIX)
    ]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"there is no benchmark {unknown[0]!r}; choose from {', '.join(known)}")
        return 2
    for name in wanted or known:
        print(f"\n== {name}", flush=True)
        importlib.import_module(f"{benchmarks.__name__}.{_PREFIX}{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
