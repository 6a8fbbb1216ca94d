"""A script runs before the first client: ``python -m tests.standin --script``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.standin import StandIn
from tests.standin.__main__ import main
from tests.standin.filling import ScriptFailed, fill
from tests.test_standin.execution.client import Client

pytestmark = pytest.mark.socket


def test_all_batches_run_in_the_database(standin: StandIn) -> None:
    fill(standin, "CREATE TABLE t (a int)\nGO\nINSERT t VALUES (1)\nGO 3\nSELECT * FROM t", "app")
    client = Client(standin.engine)  # type: ignore[arg-type]
    assert client.value("SELECT COUNT(*) FROM t") == 3
    client.close()


def test_the_first_failure_ends_it_and_says_where(standin: StandIn) -> None:
    script = "CREATE TABLE t (a int)\nGO\nINSERT t VALUES (1);\nSELECT 1/0\nGO\nDROP TABLE t"
    with pytest.raises(ScriptFailed, match=r"batch 2, line 2: Divide by zero .+ \(8134\)"):
        fill(standin, script, "app")
    client = Client(standin.engine)  # type: ignore[arg-type]
    assert client.value("SELECT COUNT(*) FROM t") == 1
    client.close()


@pytest.mark.parametrize("script", ["SELECT nothing", None])
def test_a_bad_script_exits_with_2(
    script: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "fill.sql"
    if script is not None:
        path.write_text(script)
    assert main(["--script", str(path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"{path}: ")
