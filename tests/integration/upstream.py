"""What there is in the collections that ours goes beyond."""

from __future__ import annotations

from functools import cache

from ansible.plugins.loader import init_plugin_loader, module_loader

# Once a process: a second time is a warning, and our tests take none.
_loader = cache(init_plugin_loader)


def exists_upstream(*names: str) -> bool:
    """Whether amazon.aws or community.aws has a module of one of these names."""
    _loader()
    found = (f"{collection}.{name}" for collection in ("amazon.aws", "community.aws") for name in names)
    return any(module_loader.find_plugin_with_context(name).resolved for name in found)
