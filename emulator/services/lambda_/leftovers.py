"""Files of the functions of one emulator, and those of one that was killed; its processes end by themselves."""

from __future__ import annotations

import shutil
from pathlib import Path


def directory(state_dir: Path) -> Path:
    return state_dir / "lambda"


def reap(state_dir: Path) -> None:
    shutil.rmtree(directory(state_dir), ignore_errors=True)
