# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Whether those who publish to a topic may use the key that encrypts it.

https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._values import canonical_policy

PUBLISH = "sns:publish"
NEEDED = ("kms:decrypt", "kms:generatedatakey")
OF_AWS = "CloudWatch and RDS cannot publish to a topic under this key, whose policy is AWS's: alarms are lost silently."
REMEDY = "Give a key of your own whose policy lets cloudwatch.amazonaws.com use it, or none."


def statements(policy: Any) -> list[Mapping[str, Any]]:
    """What a policy allows, in one spelling: principals, actions and conditions as lists, actions in lower case."""
    document = canonical_policy(policy) or {"Statement": []}
    return [statement for statement in document["Statement"] if statement.get("Effect") == "Allow"]


def allowed(policy: Any, service: str, action: str) -> bool:
    """Whether a statement allows the action to an AWS service; conditions are taken to hold."""
    return any(
        _names(statement.get("Principal", {}), service)
        and any(fnmatchcase(action, pattern) for pattern in statement.get("Action", ()))
        for statement in statements(policy)
    )


def _names(principal: Mapping[str, Any], service: str) -> bool:
    return service in principal.get("Service", ()) or "*" in principal.get("AWS", ())


def publishers(policy: Any) -> list[str]:
    """The AWS services that a topic's policy lets publish."""
    named = {s for statement in statements(policy) for s in statement.get("Principal", {}).get("Service", ())}
    return sorted(service for service in named if allowed(policy, service, PUBLISH))


def key_problems(desired: Desired, metadata: Mapping[str, Any]) -> Iterable[Problem]:
    """Keys under which nobody is told anything."""
    if metadata.get("KeyManager") == "AWS":
        yield desired.problem("kms_key_id", f"{OF_AWS} {REMEDY}")
    elif metadata["KeyState"] != "Enabled":
        yield desired.problem("kms_key_id", f"is {metadata['KeyState']}, so nothing can be published. Enable it first.")


def policy_problems(desired: Desired, key_policy: str) -> Iterable[Problem]:
    """Services that may publish to the topic and may not use its key: SNS drops what they publish."""
    topic_policy = desired.properties.get("policy")
    shut_out = [s for s in publishers(topic_policy) if not all(allowed(key_policy, s, action) for action in NEEDED)]
    if shut_out:
        message = f"does not let {' and '.join(shut_out)} use it, so what they publish is lost silently."
        remedy = "Its policy has to allow them kms:Decrypt and kms:GenerateDataKey*."
        yield desired.problem("kms_key_id", f"{message} {remedy}")
