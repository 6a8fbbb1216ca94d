"""What the dynamic loader says about a library, asked in a child process.

The libraries are loaded by a child that does nothing else, so that a driver never stays in this
process, and so that the loader's own rules decide (``LD_LIBRARY_PATH``, its cache, musl or glibc)
instead of a copy of them. The loader names one missing library a time; to name all, what the file
asks for (:mod:`~django_mssql_ops.odbc.elf`) is tried one by one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django_mssql_ops.odbc.elf import read_dynamic_section
from django_mssql_ops.odbc.packages import MissingLibrary, install_command, package_of

#: Loading the driver takes about 10 ms (measured); a slow disk or container gets its time.
LOADER_TIMEOUT_SECONDS = 10.0
#: Libraries asked about for one file; the driver's tree has about a dozen.
_MAX_LIBRARIES = 200

_LOAD = """
import ctypes, json, sys
for name in json.load(sys.stdin):
    text = ""
    try:
        ctypes.CDLL(name)
    except OSError as problem:
        text = str(problem)
    print(json.dumps(text), flush=True)
"""

_MISSING_LIBRARY = re.compile(
    r"(?P<glibc>[^\s:']+): cannot open shared object file"
    r"|Error loading shared library (?P<musl>[^\s:]+): No such file"
    r"|Library not loaded: (?P<macos>\S+)"
)

#: The driver opens OpenSSL itself at the first TLS handshake; any one of these will do.
_OPENSSL = ("libssl.so.3", "libssl.so.1.1")


@dataclass(frozen=True, slots=True)
class LoadReport:
    """``missing`` libraries; ``problem``: the loader's text when the file does not load.

    ``not_asked`` says why nothing is known when the loader could not be asked.
    """

    missing: tuple[MissingLibrary, ...] = ()
    problem: str = ""
    not_asked: str = ""

    @property
    def loads(self) -> bool:
        return not (self.missing or self.problem or self.not_asked)

    @property
    def install(self) -> str:
        """The command that installs the packages of what is missing, or ""."""
        return install_command(library.package for library in self.missing)


def missing_libraries(library: str) -> tuple[MissingLibrary, ...]:
    """The libraries that ``library`` needs and the loader cannot find; () also when unknown."""
    return examine_library(library).missing


def examine_library(library: str, *, only_needed: bool = False) -> LoadReport:
    """Try to load ``library`` and everything it needs in a child process.

    ``only_needed`` leaves the file itself out: for a Python extension module, which does not load
    outside its interpreter.
    """
    needed = tuple(needed_libraries(Path(library)))
    openssl = _OPENSSL if "msodbcsql" in Path(library).name and needed else ()
    asked = [*needed, *openssl, *(() if only_needed else (library,))]
    try:
        problems = _load_in_child(asked)
    except (OSError, ValueError, subprocess.SubprocessError) as failure:
        return LoadReport(not_asked=f"the loader could not be asked: {failure}")
    if any(name not in problems for name in openssl):
        problems = {name: text for name, text in problems.items() if name not in openssl}
    missing = tuple(_missing(problems, library))
    explained = any(lacking.name not in _OPENSSL for lacking in missing)
    return LoadReport(missing=missing, problem="" if explained else problems.get(library, ""))


def missing_library_in(text: str) -> str:
    """The library that a loader's message says it cannot find; "" when it says nothing of that."""
    match = _MISSING_LIBRARY.search(text)
    return next((name for name in match.groups() if name), "") if match else ""


def needed_libraries(library: Path) -> Iterator[str]:
    """What ``library`` needs from the system, through the files found beside it; each once."""
    seen: set[str] = set()
    files = [library]
    while files and len(seen) < _MAX_LIBRARIES:
        try:
            section = read_dynamic_section(files.pop())
        except OSError:
            continue
        if section is None:
            continue
        for name in section.needed:
            if name in seen:
                continue
            seen.add(name)
            own = next((d / name for d in section.search_path if (d / name).is_file()), None)
            if own is None:
                yield name
            else:
                files.append(own)


def _missing(problems: dict[str, str], library: str) -> Iterator[MissingLibrary]:
    names = (missing_library_in(text) or name for name, text in problems.items() if name != library)
    own = missing_library_in(problems.get(library, ""))
    for name in dict.fromkeys([*names, *([own] if own and own != library else [])]):
        if name != _OPENSSL[1]:
            yield MissingLibrary(name, package_of(name))


def _load_in_child(names: Sequence[str]) -> dict[str, str]:
    """The loader's text for each name that does not load.

    The child answers name by name: a library that crashes it does not take the others' answers.
    """
    finished = subprocess.run(  # noqa: S603  (our own interpreter, a constant program)
        [_interpreter(), "-I", "-S", "-c", _LOAD],
        input=json.dumps(list(names)),
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=LOADER_TIMEOUT_SECONDS,
        check=False,
    )
    texts = [str(json.loads(line)) for line in finished.stdout.splitlines()]
    if len(texts) < len(names):
        texts.append(f"loading it ended the process with code {finished.returncode}")
    return {name: text for name, text in zip(names, texts, strict=False) if text}


def _interpreter() -> str:
    """This Python; under an embedding server ``sys.executable`` is the server itself."""
    version = sysconfig.get_python_version()
    for path in (sys.executable, os.path.join(sys.exec_prefix, "bin", f"python{version}")):
        if path and Path(path).name.lower().startswith(("python", "pypy")) and Path(path).is_file():
            return path
    raise ValueError("no Python interpreter was found to ask it with")
