"""Lambda, in moto's place: every version of a function is unpacked and run in processes of its own."""

from __future__ import annotations

from emulator.context import Context
from emulator.dispatch import when_first_used
from emulator.services.lambda_.leftovers import reap


def install(context: Context) -> None:
    """Answer this process's Lambda requests, and delete the files that a killed predecessor left."""
    reap(context.state_dir)
    when_first_used("lambda", lambda: _serve(context))


def _serve(context: Context) -> None:
    # Here, because these and moto's modules take a moment to import, in which a starting emulator can already be ready.
    from emulator.services.lambda_ import operations
    from emulator.services.lambda_.service import Service
    from emulator.services.lambda_.tags import LambdaTags

    service = Service(context)
    context.tag_sources["lambda"] = LambdaTags(service)
    operations.serve(service)
