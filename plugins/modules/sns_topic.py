#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: sns_topic
version_added: 0.1.0
short_description: An SNS topic that alarms and events really reach
description:
  - Creates, changes and deletes a topic, with its encryption, its access policy and its subscriptions.
  - What is published to an encrypted topic is lost without a word when the publisher may not use the key. A key of AWS
    (C(alias/aws/sns)), one that is disabled, and one whose policy does not let in the services that O(policy) lets
    publish are refused before anything is written. A key with the ownership tags in O(tags) is not looked into.
  - M(community.aws.sns_topic) knows no key, fails in check mode for a new topic with a display name, and returns no
    diff.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Name of the topic. One that ends with C(.fifo) is a FIFO topic, which neither alarms nor RDS can use.
    type: str
    required: true
  state:
    description: Whether the topic should exist. Its subscriptions go with it.
    type: str
    choices: [present, absent]
    default: present
  display_name:
    description: The sender of its e-mails, 100 characters at most.
    type: str
  kms_key_id:
    description:
      - ARN, id or alias of the KMS key that encrypts what is published.
      - An empty string takes the key away. A new topic without this option is not encrypted.
    type: str
  policy:
    description:
      - The access policy. A new topic without this option gets that of AWS, with which its own account may do all.
      - Policies that mean the same are the same.
    type: dict
  subscriptions:
    description:
      - Who is told. Who subscribes by e-mail or URL has to confirm it; one that waits for its confirmation is as
        wanted. An unwanted one that was never confirmed cannot be deleted and lapses by itself.
    type: list
    elements: dict
    suboptions:
      protocol:
        description: How.
        type: str
        required: true
        choices: [application, email, email-json, firehose, http, https, lambda, sms, sqs]
      endpoint:
        description: Where, in the form of the protocol.
        type: str
        required: true
  purge_subscriptions:
    description: Whether subscriptions that O(subscriptions) does not name are deleted.
    type: bool
    default: true
notes:
  - A topic with the ownership tags of another deployment is refused when O(tags) holds ownership tags.
seealso:
  - name: Encrypted topics and the services that publish to them
    description: Which services, and what the key's policy has to say.
    link: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
  - module: community.aws.sns_topic
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Alarms of the retail database, encrypted
  pgfleet.aws.sns_topic:
    name: topic-retail-prod
    display_name: Database Alerts
    kms_key_id: arn:aws:kms:us-west-2:123456789012:key/8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a
    policy:
      Version: "2012-10-17"
      Statement:
        - Sid: AlarmsPublish
          Effect: Allow
          Principal: {Service: cloudwatch.amazonaws.com}
          Action: sns:Publish
          Resource: arn:aws:sns:us-west-2:123456789012:topic-retail-prod
          Condition: {StringEquals: {"aws:SourceAccount": "123456789012"}}
    subscriptions:
      - {protocol: email, endpoint: dba@retail.example.com}
    tags:
      Project: RetailInventory

- name: One more reader of an existing topic
  pgfleet.aws.sns_topic:
    name: topic-retail-prod
    subscriptions:
      - {protocol: sqs, endpoint: "arn:aws:sqs:us-west-2:123456789012:pages"}
    purge_subscriptions: false

- name: No topic
  pgfleet.aws.sns_topic:
    name: topic-retail-prod
    state: absent
"""

RETURN = r"""
name:
  description: Name of the topic.
  type: str
  returned: success
arn:
  description: ARN of the topic. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the topic should exist
pending_subscriptions:
  description: Subscriptions that wait for their confirmation, as they were before this run.
  type: list
  elements: dict
  returned: when the topic should exist
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.topic import apply_topic
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.sns_topic import PROTOCOLS, plan_beside_others
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.sns import SNS_TOPIC, verify_topic
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    carry_out,
    desired_of,
    plan_single,
    scope_of,
)

SUBSCRIPTION: dict[str, Any] = {
    "protocol": {"type": "str", "required": True, "choices": list(PROTOCOLS)},
    "endpoint": {"type": "str", "required": True},
}
ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "display_name": {"type": "str"},
    "kms_key_id": {"type": "str", "no_log": False},
    "policy": {"type": "dict"},
    "subscriptions": {"type": "list", "elements": "dict", "options": SUBSCRIPTION},
    "purge_subscriptions": {"type": "bool", "default": True},
}
SPEC = Spec(ARGUMENTS)
# Here nobody plans the key beside the topic.
ALONE = replace(SNS_TOPIC, verify=verify_topic)
BESIDE_OTHERS = replace(ALONE, plan=plan_beside_others)


def whereabouts(module: Module, clients: Clients) -> Scope:
    """A topic is looked up by its ARN, which has the account in it."""
    caller = call(clients("sts"), "get_caller_identity")
    scope = scope_of(module, clients, module.params["tags"] or {})
    return replace(scope, account_id=caller["Account"], partition=caller["Arn"].split(":")[1])


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    options = module.params
    handler = ALONE if options["purge_subscriptions"] else BESIDE_OTHERS
    single = plan_single(whereabouts(module, clients), handler, desired_of(handler, options), options)

    def apply(plan: Plan) -> str | None:
        return apply_topic(clients("sns"), single.desired, single.observed, plan)

    result = carry_out(module, single, "arn", apply)
    if options["state"] == "absent":
        return result
    pending = single.observed.attributes["pending_subscriptions"] if single.observed else []
    return {**result, "pending_subscriptions": pending}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()
