"""Which system package has a shared library, and the command that installs it.

Debian's names were checked with ``dpkg -S`` on Debian 12; the others come from the distributions'
package indexes. ``unixodbc`` stands for libodbc and libodbcinst because the package of the bare
library is named differently from release to release (libodbc1, libodbc2, libodbc2t64).
"""

from __future__ import annotations

import functools
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Library name without version -> package, by distribution family.
_PACKAGES = {
    "libodbc": {"debian": "unixodbc", "rhel": "unixODBC", "suse": "unixODBC", "alpine": "unixodbc"},
    "libodbcinst": {
        "debian": "unixodbc",
        "rhel": "unixODBC",
        "suse": "unixODBC",
        "alpine": "unixodbc",
    },
    "libltdl": {
        "debian": "libltdl7",
        "rhel": "libtool-ltdl",
        "suse": "libltdl7",
        "alpine": "libltdl",
    },
    "libkrb5": {"debian": "libkrb5-3", "rhel": "krb5-libs", "suse": "krb5", "alpine": "krb5-libs"},
    "libgssapi_krb5": {
        "debian": "libgssapi-krb5-2",
        "rhel": "krb5-libs",
        "suse": "krb5",
        "alpine": "krb5-libs",
    },
    "libssl": {
        "debian": "libssl3",
        "rhel": "openssl-libs",
        "suse": "libopenssl3",
        "alpine": "libssl3",
    },
    "libcrypto": {
        "debian": "libssl3",
        "rhel": "openssl-libs",
        "suse": "libopenssl3",
        "alpine": "libcrypto3",
    },
    "libstdc++": {
        "debian": "libstdc++6",
        "rhel": "libstdc++",
        "suse": "libstdc++6",
        "alpine": "libstdc++",
    },
    "libgcc_s": {"debian": "libgcc-s1", "rhel": "libgcc", "suse": "libgcc_s1", "alpine": "libgcc"},
}

_FAMILY_OF = {
    "debian": "debian",
    "ubuntu": "debian",
    "rhel": "rhel",
    "fedora": "rhel",
    "centos": "rhel",
    "amzn": "rhel",
    "suse": "suse",
    "opensuse": "suse",
    "sles": "suse",
    "alpine": "alpine",
}

_INSTALL = {
    "debian": "apt-get install -y",
    "rhel": "dnf install -y",
    "suse": "zypper install -y",
    "alpine": "apk add",
}


@dataclass(frozen=True, slots=True)
class MissingLibrary:
    """A library the loader cannot find and the package of this distribution that has it."""

    name: str
    package: str = ""

    def __str__(self) -> str:
        return f"{self.name} (package {self.package})" if self.package else self.name


def package_of(library: str, family: str | None = None) -> str:
    """The package that has ``library`` ("libltdl.so.7" or a path); "" when it is not known.

    An unknown family gets Debian's name.
    """
    stem = re.split(r"\.so\b|\.\d|\.dylib|-\d", library.rpartition("/")[2], maxsplit=1)[0]
    packages = _PACKAGES.get(stem, {})
    return packages.get(family or this_family(), packages.get("debian", ""))


def install_command(packages: Iterable[str], family: str | None = None) -> str:
    """One command line for ``packages``, each once and in order; "" for none."""
    names = " ".join(dict.fromkeys(name for name in packages if name))
    if not names:
        return ""
    return f"{_INSTALL.get(family or this_family(), _INSTALL['debian'])} {names}"


@functools.cache
def this_family() -> str:
    """debian, rhel, suse or alpine by /etc/os-release (ID, then ID_LIKE); "" when it is neither."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return ""
    return family_of(f"{release.get('ID', '')} {release.get('ID_LIKE', '')}")


def family_of(identifiers: str) -> str:
    """The family of the first known word; ``opensuse-leap`` counts as ``opensuse``."""
    for word in identifiers.lower().split():
        family = _FAMILY_OF.get(word, _FAMILY_OF.get(word.partition("-")[0]))
        if family:
            return family
    return ""
