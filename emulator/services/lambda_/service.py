"""The Lambda of one emulator: its regions, and the processes that its functions run in."""

from __future__ import annotations

import shutil
import threading

from emulator.context import Context
from emulator.operations import Asked
from emulator.services.lambda_ import interpreters
from emulator.services.lambda_.leftovers import directory
from emulator.services.lambda_.pool import Pool
from emulator.services.lambda_.state import Region


class Service:
    """changed: told whenever an event has been dealt with; waiting for it lets the context's lock go"""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.changed = threading.Condition(context.lock)
        self.regions: dict[tuple[str, str], Region] = {}
        self.root = directory(context.state_dir)
        self.root.mkdir(parents=True, exist_ok=True)
        self.pool = Pool(context, self.root, interpreters.libraries(self.root / "runtime"))
        context.code = self.code
        context.on_reset(self.reset)
        context.on_shutdown(self.shutdown)

    def region_of(self, asked: Asked) -> Region:
        return self.region(asked.account_id, asked.region)

    def region(self, account_id: str, name: str) -> Region:
        key = (account_id, name)
        if key not in self.regions:
            self.regions[key] = Region(account_id, name)
        return self.regions[key]

    def code(self, sha256: str) -> bytes:
        """The package of any version. Raises ValueError."""
        functions = (function for region in self.regions.values() for function in region.functions.values())
        for function in functions:
            for version in function.all_versions():
                if version.package.sha256 == sha256:
                    return version.package.content
        raise ValueError(f"no function has code with the SHA-256 {sha256}")

    def reset(self) -> None:
        """Forget everything, end all processes. Runs with the context's lock held."""
        for region in self.regions.values():
            region.functions.clear()
        self.regions.clear()
        self.pool.clear()

    def shutdown(self) -> None:
        self.pool.clear()
        shutil.rmtree(self.root, ignore_errors=True)
