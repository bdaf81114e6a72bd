# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads alarms, dashboards, parameters, log groups and roles of a database.

What AWS lists and then has no tags of (None, unlike an empty list) is already gone: some lists lag behind deletions.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.pgfleet.aws.plugins.module_utils._api import answers, call, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.cloudwatch import TYPES
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.dashboards import GONE as NO_DASHBOARD
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

ALARMS = {"MetricAlarms": "metric_alarm", "CompositeAlarms": "composite_alarm"}
RDS_LOGS = "/aws/rds/"
LOGGED = {"instance": "database", "cluster": "cluster"}
SERVICE_ROLES = ("/aws-service-role/", "/aws-reserved/")


def alarms(look: Look) -> Iterator[Found]:
    client = look.clients("cloudwatch")
    for page in answers(client, "describe_alarms", AlarmTypes=TYPES):
        for key, kind in ALARMS.items():
            for raw in page.get(key, ()):
                name, arn = raw["AlarmName"], raw["AlarmArn"]
                if look.asks_about(kind, name, arn):
                    gone = {"ResourceNotFoundException"}
                    tags = call(client, "list_tags_for_resource", ResourceARN=arn, subject=name, absent=gone)
                    if tags is not None:
                        yield Found(kind, name, name, to_tags(tags["Tags"]))


def dashboards(look: Look) -> Iterator[Found]:
    client = look.clients("cloudwatch")
    for raw in pages(client, "list_dashboards", "DashboardEntries"):
        name, arn = raw["DashboardName"], raw["DashboardArn"]
        if look.asks_about("dashboard", name, arn):
            tags = call(client, "list_tags_for_resource", ResourceARN=arn, subject=name, absent=NO_DASHBOARD)
            if tags is not None:
                yield Found("dashboard", name, name, to_tags(tags.get("Tags")))


def network_path(look: Look) -> str:
    """Where the outputs of a network are. Those of its databases are beside it."""
    return f"/pgfleet/{look.owner.system}/{look.owner.suffix}/network/"


def database_parameters(look: Look) -> Iterator[Found]:
    return (found for found in _parameters(look) if not found.name.startswith(network_path(look)))


def network_parameters(look: Look) -> Iterator[Found]:
    return (found for found in _parameters(look) if found.name.startswith(network_path(look)))


def _parameters(look: Look) -> Iterator[Found]:
    """Ours wherever they are, and all in the place of our outputs, whoever's."""
    client = look.clients("ssm")
    ours = [{"Key": f"tag:{key}", "Values": [value]} for key, value in look.owner.tags().items()]
    place = f"/pgfleet/{look.owner.system}/{look.owner.suffix}/"
    in_place = [{"Key": "Path", "Option": "Recursive", "Values": [place]}]
    owned = {raw["Name"] for raw in pages(client, "describe_parameters", "Parameters", ParameterFilters=ours)}
    there = {raw["Name"] for raw in pages(client, "describe_parameters", "Parameters", ParameterFilters=in_place)}
    for name in sorted(owned | there):
        yield Found("ssm_parameter", name, name, look.owner.tags() if name in owned else {}, {"in_our_place": True})


def log_groups(look: Look) -> Iterator[Found]:
    """RDS names its groups itself; others are asked for by name."""
    client = look.clients("logs")
    prefixes = {RDS_LOGS} | {n for n in look.names.get("log_group", ()) if not n.startswith(RDS_LOGS)}
    for prefix in sorted(prefixes):
        for raw in pages(client, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix):
            name, arn = raw["logGroupName"], raw["arn"].removesuffix(":*")
            facts = _logged(name)
            ours = facts.get("database") in look.databases or facts.get("cluster") in look.clusters
            if ours or look.asks_about("log_group", name, arn):
                gone = {"ResourceNotFoundException"}
                tags = call(client, "list_tags_for_resource", resourceArn=arn, subject=name, absent=gone)
                if tags is not None:
                    yield Found("log_group", name, name, tags.get("tags", {}), facts)


def _logged(name: str) -> dict[str, str]:
    """Whose log it is: ``/aws/rds/instance/<database>/postgresql``, ``/aws/rds/cluster/<cluster>/postgresql``."""
    sort, _slash, rest = name.removeprefix(RDS_LOGS).partition("/")
    fact = LOGGED.get(sort) if name.startswith(RDS_LOGS) else None
    return {fact: rest.partition("/")[0]} if fact else {}


def roles(look: Look) -> Iterator[Found]:
    client = look.clients("iam")
    for raw in pages(client, "list_roles", "Roles"):
        name = raw["RoleName"]
        if not raw["Path"].startswith(SERVICE_ROLES) and look.asks_about("iam_role", name, raw["Arn"]):
            tags = call(client, "list_role_tags", RoleName=name, subject=name, absent={"NoSuchEntity"})
            if tags is not None:
                yield Found("iam_role", name, name, to_tags(tags["Tags"]))
