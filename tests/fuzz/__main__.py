"""``python -m tests.fuzz --seconds 60``: random and mutated bytes against the codec.

Rounds of hypothesis, each with a seed of its own, until the time is over. A failure is shrunk and
shown, the seed of its round is printed, and the exit code is 1; ``--seed N`` runs that round again
first. Small inputs must come to a structure or ProtocolError, the same however they are cut; an
input of a megabyte must also stay within a second of processor time and 64 MB.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
import tracemalloc
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz import targets
from tests.fuzz.inputs import Recipe, large_input, large_recipes, small_inputs

#: Seconds of processor time for one megabyte, and the tries of which the best one counts: a
#: neighbour on the machine may slow one down, a slow parser slows all.
SECONDS_PER_INPUT = 1.0
_TRIES = 5
#: Bytes allocated at the peak for one megabyte.
MEMORY_PER_INPUT = 64 * 1024 * 1024
_SMALL_EXAMPLES = 150
_LARGE_EXAMPLES = 4


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to go on")
    parser.add_argument("--seed", type=int, default=None, help="the first round's seed")
    options = parser.parse_args(arguments)
    number = random.SystemRandom().randrange(2**32) if options.seed is None else options.seed
    deadline = time.monotonic() + options.seconds
    rounds = 0
    while True:
        for kind in (_small_round, _large_round):
            failure = _failure(kind, number)
            if failure:
                print(failure)
                print(f"failed in round {rounds + 1}: python -m tests.fuzz --seed {number}")
                return 1
        rounds += 1
        number = (number + 1) % 2**32
        if time.monotonic() >= deadline:
            print(f"{rounds} rounds without a failure; the last seed was {number - 1}")
            return 0


def _failure(kind: Callable[[int], None], number: int) -> str:
    try:
        kind(number)
    except Exception:  # whatever it is, it is what the fuzzer looks for
        return traceback.format_exc()
    return ""


def _settings(examples: int, *, shrink: bool) -> settings:
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    return settings(
        max_examples=examples,
        phases=phases,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def _small_round(number: int) -> None:
    @seed(number)
    @_settings(_SMALL_EXAMPLES, shrink=True)
    @given(st.sampled_from(sorted(targets.SMALL)), small_inputs())
    def check(target: str, data: bytes) -> None:
        targets.SMALL[target](data)

    check()


def _large_round(number: int) -> None:
    @seed(number)
    @_settings(_LARGE_EXAMPLES, shrink=False)
    @given(st.sampled_from(sorted(targets.LARGE)), large_recipes())
    def check(target: str, recipe: Recipe) -> None:
        within_limits(targets.LARGE[target], large_input(recipe), target)

    check()


def within_limits(work: Callable[[bytes], None], data: bytes, name: str) -> None:
    """AssertionError when it takes too long or too much; the bytes are described, not shown."""
    taken = _seconds(work, data)
    for _ in range(_TRIES - 1):
        if taken <= SECONDS_PER_INPUT:
            break
        taken = min(taken, _seconds(work, data))
    about = f"{name}: {len(data)} bytes that begin with {data[:32].hex()}"
    if taken > SECONDS_PER_INPUT:
        raise AssertionError(f"{about} took {taken:.2f} s of processor time")
    peak = _peak(work, data)
    if peak > MEMORY_PER_INPUT:
        raise AssertionError(f"{about} took {peak / 2**20:.0f} MB")


def _seconds(work: Callable[[bytes], None], data: bytes) -> float:
    started = time.process_time()
    work(data)
    return time.process_time() - started


def _peak(work: Callable[[bytes], None], data: bytes) -> int:
    tracemalloc.start()
    try:
        work(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    sys.exit(main())
