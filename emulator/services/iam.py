"""IAM: the managed policies that every account has.

moto makes an IAM backend for each of AWS's partitions at the first request of any service, and again after a reset;
parsing the 1,500 policies takes it 0.2 s each time.
"""

from __future__ import annotations

import copy

from moto.iam.models import IAMBackend, ManagedPolicy

_parse = IAMBackend._init_aws_policies
_parsed: dict[str, list[ManagedPolicy]] = {}


def _init_aws_policies(self: IAMBackend) -> list[ManagedPolicy]:
    if self.region_name != "aws":
        return []
    if self.account_id not in _parsed:
        _parsed[self.account_id] = _parse(self)
    return [copy.copy(policy) for policy in _parsed[self.account_id]]


IAMBackend._init_aws_policies = _init_aws_policies  # type: ignore[method-assign]  # the only way in
