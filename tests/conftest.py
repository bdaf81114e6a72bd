"""Fixtures that all tests may use."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No example fails for the machine's load. In CI a change is judged by the examples that the last one was judged by;
# at a desk every run looks for new ones.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
settings.load_profile("ci" if "CI" in os.environ else "desk")

pytest_plugins = ["emulator.pytest_plugin"]
