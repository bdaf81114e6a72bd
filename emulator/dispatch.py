"""When a part of the emulator takes effect."""

from __future__ import annotations

from collections.abc import Callable

ANY = "*"

_installers: dict[str, list[Callable[[], None]]] = {}
_used: set[str] = set()


def when_first_used(service: str, install: Callable[[], None]) -> None:
    """Call `install` just before the first request to a service, by boto3's name of it ("ec2", "rds", …), or to ANY.

    Importing moto's modules takes up to a second a service, so the emulator imports them when it must.
    """
    _installers.setdefault(service, []).append(install)


def install(service: str) -> bool:
    """Whether the service was not used before."""
    for installer in [*_installers.pop(ANY, []), *_installers.pop(service, [])]:
        installer()
    new = service not in _used
    _used.add(service)
    return new
