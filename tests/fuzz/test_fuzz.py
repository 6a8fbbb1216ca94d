"""The fuzzer itself: it passes on the codec, and it fails, with its seed, on one that is wrong."""

from __future__ import annotations

import time

import pytest

from tests.fuzz import __main__ as fuzz
from tests.fuzz import targets
from tests.fuzz.inputs import corpus


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "_SMALL_EXAMPLES", 40)
    monkeypatch.setattr(fuzz, "_large_round", lambda number: None)


@pytest.mark.usefixtures("_small")
def test_a_short_run_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.main(["--seconds", "0", "--seed", "7"]) == 0
    assert capsys.readouterr().out == "1 rounds without a failure; the last seed was 7\n"


@pytest.mark.usefixtures("_small")
def test_an_exception_of_another_kind_fails_with_the_seed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(data: bytes) -> None:
        if len(data) > 3:
            raise IndexError("planted")

    monkeypatch.setattr(targets, "SMALL", {"broken": broken})
    assert fuzz.main(["--seconds", "0", "--seed", "7"]) == 1
    output = capsys.readouterr().out
    assert "IndexError: planted" in output
    assert "python -m tests.fuzz --seed 7" in output


def test_work_beyond_a_second_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 100, 2))
    monkeypatch.setattr(time, "process_time", lambda: float(next(clock)))
    with pytest.raises(AssertionError, match=r"2\.00 s"):
        fuzz.within_limits(lambda data: None, b"x", "slow")


def test_memory_beyond_64_megabytes_fails() -> None:
    with pytest.raises(AssertionError, match="65 MB"):
        fuzz.within_limits(lambda data: bytearray(65 << 20).clear(), b"x", "large")


def test_one_slow_try_out_of_three_is_forgiven(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter((0.0, 5.0, 5.0, 5.5))
    monkeypatch.setattr(time, "process_time", lambda: next(clock))
    fuzz.within_limits(lambda data: None, b"x", "unlucky")


def test_tokens_that_depend_on_the_cuts_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "_tokens", lambda data, size: iter([str(size)]))
    with pytest.raises(AssertionError, match="pieces of 1"):
        targets.tokens_however_fed(b"abc")


@pytest.mark.parametrize("name", sorted(targets.SMALL))
def test_everything_the_fuzzer_begins_with_passes(name: str) -> None:
    for data in corpus()[::5]:
        targets.SMALL[name](data[:600])
