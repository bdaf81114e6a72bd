"""What a plan announced, and what the request log says was then written: which resource each write was about.

Where IAM is enforced, the log has the resources of each request as ARNs. Some have no name in them: EC2 and KMS have
ids, and there is none in a call that makes something, nor for composite alarms. Those are counted by call.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import unknown

from emulator.testing import Emulator
from tests.integration.site.rows import FOLLOWS, ROWS, Row

Entry = Mapping[str, Any]
Names = Mapping[str, str]

GENERATED = re.compile(r"-\w{6}$")


def planned(hosts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Actions by ``kind/name``, of all hosts, from their plans as JSON has them; without what only waits."""
    entries = [entry for host in hosts.values() for entry in host["plan"]]
    return {f"{entry['kind']}/{entry['name']}": _action(entry) for entry in entries if entry["action"] != "none"}


def _action(entry: Mapping[str, Any]) -> str:
    follows = entry["action"] == "update" and all(unknown(change["after"]) for change in entry["changes"])
    return FOLLOWS if follows else str(entry["action"])


def disagreements(plan: Mapping[str, str], writes: Iterable[Entry], names: Names) -> list[str]:
    """Writes of nothing that is planned, and what is planned and was not written. ``names`` are those by id.

    What AWS refused is no write.
    """
    wrong, written, nameless = [], defaultdict[str, set[str]](set), Counter[str]()
    for write in writes:
        if not 200 <= write["status"] < 300:
            continue
        call, about = write["action"], set(_about(write, names))
        fitting = {key for kind, name in about for key in _keys(plan, kind, name) if call in _allowed(key, plan)}
        for key in fitting:
            written[key].add(call)
        if not about:
            nameless[f"{write['service']}:{call}"] += 1
        elif not fitting:
            wrong.append(f"{write['service']}:{call} of {sorted({name for _kind, name in about})} is not planned")
    hungry = {key for key, action in plan.items() if action != FOLLOWS}
    hungry -= {key for key in hungry if written[key] & set(_row(key).needed(plan[key]))}
    return [*wrong, *_uncounted(plan, hungry, nameless)]


def _uncounted(plan: Mapping[str, str], hungry: set[str], nameless: Counter[str]) -> Iterator[str]:
    """Of each call whose resources have no names there are as many as there is planned that it fits."""
    fed = set[str]()
    for call, made in nameless.items():
        service, _, name = call.partition(":")
        takers = {key for key in hungry if service in _services(key) and name in _row(key).needed(plan[key])}
        fed |= takers
        if len(takers) != made:
            yield f"{made} {call} made, {len(takers)} planned: {sorted(takers)}"
    for key in sorted(hungry - fed):
        yield f"{key}: {plan[key]} is planned, and nothing of it was written"


def _row(key: str) -> Row:
    return ROWS[key.partition("/")[0]]


def _services(key: str) -> set[str]:
    return {kind.partition(":")[0] for kind in _row(key).types}


def _allowed(key: str, plan: Mapping[str, str]) -> tuple[str, ...]:
    return _row(key).allowed(plan[key])


def _keys(plan: Mapping[str, str], kind: str, name: str) -> Iterator[str]:
    """What the plan calls a resource of that name. ARNs name the function of an alias."""
    if kind == "lambda_alias":
        yield from (key for key in plan if key.startswith(f"lambda_alias/{name}:"))
    elif f"{kind}/{name}" in plan:
        yield f"{kind}/{name}"


def _about(write: Entry, names: Names) -> Iterator[tuple[str, str]]:
    """Kinds and names of what a write may be about; none where its resources have no names."""
    for resource in (one["resource"] for one in write["allowed"]):
        if resource == "*" or resource.endswith("/*"):
            continue
        type_, ids = _parts(resource)
        for kind, row in ROWS.items():
            if type_ in row.types and write["action"] in row.calls and type_.startswith(f"{write['service']}:"):
                yield from ((kind, names.get(name, name)) for name in ids)


def _parts(arn: str) -> tuple[str, tuple[str, ...]]:
    """Service and type, and the name as the plan has it: of a secret with and without what AWS adds."""
    _, _, service, _, _, resource = arn.split(":", 5)
    if service in ("s3", "sns"):
        return f"{service}:", (resource,)
    kind, _separator, name = re.fullmatch(r"([\w-]*?)([:/]|$)(.*)", resource, re.DOTALL).groups()  # type: ignore[union-attr]
    if service == "kms" and kind == "alias":
        name = resource
    elif service == "ssm":
        name = f"/{name}"
    elif service == "secretsmanager":
        return f"{service}:{kind}", (name, GENERATED.sub("", name))
    return f"{service}:{kind}", (name.removesuffix(":log-stream:"),)


def names_by_id(aws: Emulator, *regions: str) -> dict[str, str]:
    """What the plan calls resources that have ids, and members of clusters."""
    return {found: name for region in regions for found, name in _names_in(aws, region)}


def _names_in(aws: Emulator, region: str) -> Iterator[tuple[str, str]]:
    named = [{"Name": "key", "Values": ["Name"]}]
    for tag in aws.client("ec2", region).describe_tags(Filters=named)["Tags"]:
        yield tag["ResourceId"], tag["Value"]
    for alias in aws.client("kms", region).list_aliases()["Aliases"]:
        if "TargetKeyId" in alias:
            yield alias["TargetKeyId"], alias["AliasName"]
    for cluster in aws.client("rds", region).describe_db_clusters()["DBClusters"]:
        for member in cluster["DBClusterMembers"]:
            yield member["DBInstanceIdentifier"], cluster["DBClusterIdentifier"]
    scaling = aws.client("application-autoscaling", region)
    for target in scaling.describe_scalable_targets(ServiceNamespace="rds")["ScalableTargets"]:
        yield target["ScalableTargetARN"].rpartition("/")[2], target["ResourceId"].rpartition(":")[2]
