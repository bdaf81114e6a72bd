"""Putting our own classes in the place of moto's: the two joints that everything under services/ and rds/ uses."""

from __future__ import annotations

from types import MethodType, ModuleType
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.responses import BaseResponse


def replace_responses(urls: ModuleType, ours: type[BaseResponse]) -> None:
    """Let `ours`, a subclass of the responses class that `moto.<service>.urls` names, answer that service's requests.

    moto looks `url_paths` up when a service gets its first request, so this must happen before.
    """
    urls.url_paths = {path: _rebound(handler, ours) for path, handler in urls.url_paths.items()}


def _rebound(handler: Any, ours: type[BaseResponse]) -> Any:
    if isinstance(handler, MethodType) and isinstance(handler.__self__, type) and issubclass(ours, handler.__self__):
        return getattr(ours, handler.__name__)
    return handler


def replace_backend(backends: BackendDict[Any], ours: type[Any]) -> None:
    """Make `ours`, a subclass of moto's backend class, what `moto.<service>.models.<service>_backends` creates."""
    # moto finds a backend's URLs beside the module that defines it.
    ours.__module__ = backends.backend.__module__
    backends.backend = ours
    backends.clear()
