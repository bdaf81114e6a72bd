"""Behaviour that moto lacks or has wrong, one module per service."""

from __future__ import annotations

from emulator.context import Context


def install(context: Context) -> None:
    """Register every service's changes, to take effect when the service is first used."""
