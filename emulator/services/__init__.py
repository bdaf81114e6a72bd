"""Behaviour that moto lacks or has wrong, one module per service; each has `install(context)`."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from emulator.context import Context
from emulator.dispatch import ANY, when_first_used

# Which service's first request a module is needed for.
MODULES = {"iam": ANY}


def install(context: Context) -> None:
    """Let every module take effect when its service is first used."""
    for module, service in MODULES.items():
        when_first_used(service, partial(_install, module, context))


def _install(module: str, context: Context) -> None:
    import_module(f"emulator.services.{module}").install(context)
