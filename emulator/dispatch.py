"""Putting our own classes in the place of moto's: the joints that everything under services/ and rds/ uses."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType, ModuleType
from typing import Any

from moto.core.responses import BaseResponse

ANY = "*"

_installers: dict[str, list[Callable[[], None]]] = {}


def when_first_used(service: str, install: Callable[[], None]) -> None:
    """Call `install` just before the first request to a service, by boto3's name of it ("ec2", "rds", …), or to ANY.

    Importing moto's modules takes up to a second a service, so the emulator imports them when it must.
    """
    _installers.setdefault(service, []).append(install)


def install(service: str) -> None:
    for installer in [*_installers.pop(ANY, []), *_installers.pop(service, [])]:
        installer()


def replace_responses(urls: ModuleType, ours: type[BaseResponse]) -> None:
    """Let `ours`, a subclass of the responses class that `moto.<service>.urls` names, answer that service's requests.

    Only before the service's first request: see when_first_used.
    """
    paths: dict[str, Any] = vars(urls)["url_paths"]
    paths.update({path: _rebound(handler, ours) for path, handler in paths.items()})


def _rebound(handler: Any, ours: type[BaseResponse]) -> Any:
    if isinstance(handler, MethodType) and isinstance(handler.__self__, type) and issubclass(ours, handler.__self__):
        return getattr(ours, handler.__name__)
    return handler
