"""What there is in the collections that ours goes beyond."""

from __future__ import annotations

from importlib.util import find_spec

MODULES = tuple(f"ansible_collections.{collection}.plugins.modules" for collection in ("amazon.aws", "community.aws"))


def exists_upstream(*names: str) -> bool:
    """Whether amazon.aws or community.aws has a module of one of these names.

    Not asked of Ansible's plugin loader: its importer, once in a process, breaks the collections imported before.
    """
    return any(find_spec(f"{modules}.{name}") for modules in MODULES for name in names)
