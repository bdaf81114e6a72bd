"""The Pythons that functions run in, and the libraries that Lambda's Python runtimes have.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html
"""

from __future__ import annotations

import functools
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
RUNTIMES = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
LIBRARIES = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six")


@functools.cache
def interpreter(runtime: str) -> str:
    """The runtime's own Python, if this machine has it, and else the emulator's."""
    ours: str = getattr(sys, "_base_executable", sys.executable)
    found = shutil.which(runtime)
    if found is None or runtime == f"python{sys.version_info.major}.{sys.version_info.minor}":
        return ours
    # The found one may be a wrapper that chooses a version, or has none to choose.
    command = [found, "-c", "import sys; print(sys.executable)"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else ours


def libraries(directory: Path) -> Path:
    """Fill a directory with Lambda's libraries, as the emulator has them, and nothing else that it has."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in LIBRARIES:
        found = importlib.util.find_spec(name)
        origin = Path(str(found.origin if found else name))
        source = origin.parent if origin.name == "__init__.py" else origin
        link = directory / source.name
        if not link.exists():
            link.symlink_to(source)
    return directory
