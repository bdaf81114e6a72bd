"""Why there is sns_topic: what community.aws.sns_topic lacks or gets wrong.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module

TOPIC: dict[str, Any] = {"name": "topic-retail-prod", "display_name": "Database Alerts"}
UPSTREAM = "community.aws.sns_topic"


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="sns_topic knows no key")
def test_a_topic_is_encrypted(aws: Emulator) -> None:
    made = run_module(aws, UPSTREAM, {**TOPIC, "kms_master_key_id": "alias/topic-retail-prod"}, check=True)
    assert "Unsupported parameters" not in made.message


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="sns_topic fails in check mode for a new topic")
def test_check_mode_of_a_new_topic(aws: Emulator) -> None:
    assert not run_module(aws, UPSTREAM, TOPIC, check=True).result.get("failed")


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="sns_topic returns no diff")
def test_a_changed_topic_has_a_diff(aws: Emulator) -> None:
    aws.client("sns").create_topic(Name=TOPIC["name"])
    changed = run_module(aws, UPSTREAM, TOPIC)
    assert changed.writes == ["SetTopicAttributes"]
    assert changed.result.get("diff")
