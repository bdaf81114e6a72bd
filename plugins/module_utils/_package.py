# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A Lambda package: files as bytes, and the zip that is the same on every machine.

Nothing of a machine is in it: names are sorted, times and modes fixed, nothing compiled. It is not compressed either,
because what zlib makes of the same bytes differs between zlib and zlib-ng, and so between Pythons.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

Files = Mapping[str, bytes]

# Raise it when the same inputs make another package.
FORMAT = 1
# The first moment that a zip can name, and a plain file that everybody may read, made on Unix.
# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.4.2, 4.4.6
EPOCH = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644
UNIX = 3
COMPILED = (".so", ".pyd", ".dylib", ".dll")
# What of a distribution's metadata is the same whoever installs it, and of use: the version, and who has the rights.
METADATA = re.compile(
    r"[^/]+\.dist-info/(METADATA|entry_points\.txt|licenses/.+|LICEN[CS]E[^/]*|NOTICE[^/]*|COPYING[^/]*)"
)


def is_source(path: str) -> bool:
    """Whether a file belongs to a package: no cache, nothing hidden."""
    parts = PurePosixPath(path).parts
    return not any(part.startswith(".") or part == "__pycache__" for part in parts) and not path.endswith(".pyc")


def is_vendored(path: str) -> bool:
    """Whether a file that an installer put down is the same on every machine, and needed."""
    top = PurePosixPath(path).parts[0]
    return is_source(path) and top != "bin" and (not top.endswith(".dist-info") or bool(METADATA.fullmatch(path)))


def compiled(files: Files) -> list[str]:
    """Files that run on one kind of machine alone."""
    return sorted(path for path in files if path.endswith(COMPILED) or ".so." in PurePosixPath(path).name)


def digest(parts: Mapping[str, Files]) -> str:
    """What tells inputs from others: names and contents of all files, part by part."""
    whole = hashlib.sha256(f"{FORMAT}\n".encode())
    for part, files in sorted(parts.items()):
        for path, content in sorted(files.items()):
            whole.update(f"{part}\0{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def archive(files: Files) -> bytes:
    """The zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, EPOCH)
            entry.create_system = UNIX
            entry.external_attr = MODE << 16
            package.writestr(entry, content)
    return target.getvalue()


def code_sha256(package: bytes) -> str:
    """As Lambda's CodeSha256: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html"""
    return base64.b64encode(hashlib.sha256(package).digest()).decode()
