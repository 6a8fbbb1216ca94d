"""What a monitor sees: one GET, its status, how long it took, and what the answer says.

``python -m sampleproject.ask http://127.0.0.1:8000/ready/``

0 answered with a status below 400, 1 with another, 2 no answer within ``--timeout`` seconds.
``--until 200`` asks again, for at most ``--wait`` seconds, until this status comes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

#: Seconds between two questions.
_PAUSE = 0.2
#: Bytes of an answer that are shown; more is no answer to a probe.
_LONGEST = 100_000
#: Characters of JSON that are read as they come; more is put on lines of its own.
_LINE = 120
#: What a page is asked for as; without it a browser's HTML comes.
_TEXT = "text/plain, application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``status`` is None when there was none; ``text`` then says why."""

    status: int | None
    seconds: float
    text: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print, and say by the exit code how it was."""
    options = _parse(arguments)
    answer = ask(options.url, options.timeout)
    end = time.monotonic() + options.wait
    while options.until and answer.status != options.until and time.monotonic() < end:
        time.sleep(_PAUSE)
        answer = ask(options.url, options.timeout)
    print(f"{answer.status or 'no answer'} after {answer.seconds:.2f} s")
    print(_readable(answer.text))
    if answer.status is None:
        return 2
    return 1 if answer.status >= 400 else 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sampleproject.ask", description=__doc__)
    parser.add_argument("url", type=_http)
    parser.add_argument("--timeout", type=float, default=1.0, help="seconds, as Kubernetes' 1")
    parser.add_argument("--until", type=int, help="ask again until this status comes")
    parser.add_argument("--wait", type=float, default=30.0, help="seconds for --until")
    return parser.parse_args(arguments)


def _http(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise argparse.ArgumentTypeError(f"{url!r} is no http:// or https:// address")
    return url


def ask(url: str, timeout: float) -> Answer:
    """One GET; redirects are followed, errors are answers."""
    began = time.monotonic()
    request = Request(url, headers={"Accept": _TEXT})  # noqa: S310 - _http has looked at it
    status: int | None = None
    try:
        with urlopen(request, timeout=timeout) as response:  # noqa: S310
            status, said = response.status, response.read(_LONGEST)
    except HTTPError as answered:
        with answered:
            status, said = answered.code, answered.read(_LONGEST)
    except (OSError, HTTPException) as failure:
        said = str(failure).encode()
    return Answer(
        status=status,
        seconds=time.monotonic() - began,
        text=said.decode(errors="replace").strip(),
    )


def _readable(text: str) -> str:
    if len(text) <= _LINE:
        return text
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


if __name__ == "__main__":
    sys.exit(main())
