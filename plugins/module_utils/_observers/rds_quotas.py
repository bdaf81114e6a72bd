# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Quotas of RDS, read only when a plan takes something of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, call
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._quotas import Place, Take, Usage, beyond
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused


def account_quotas(scope: Scope) -> dict[str, Usage]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeAccountAttributes.html"""
    answer = call(scope.clients("rds"), "describe_account_attributes")
    return {each["AccountQuotaName"]: Usage(each["Used"], each["Max"]) for each in answer["AccountQuotas"]}


def beyond_quotas(scope: Scope, taken: Mapping[str, Sequence[Take]]) -> dict[str, AwsError | Refused]:
    """Why some hosts of an account and region may not have what they want, of all that want something there."""
    wanted = {host: takes for host, takes in taken.items() if takes}
    if not wanted:
        return {}
    try:
        quotas = account_quotas(scope)
    except AwsError as error:
        return dict.fromkeys(wanted, error)
    place = Place(scope.account_id, scope.region)
    return {host: Refused(problems) for host, problems in beyond(wanted, quotas, place).items()}
