"""A fleet of databases like ``retail``, in a network that was there before.

site.yml would take an hour to bring up a hundred. So what it would make is made here from the same documents, in one
process, as fast as AWS answers; and then a plan says that nothing is left to do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, from_tags

from emulator.testing import Emulator
from tests.bench.measured import REGION, ROOT
from tests.documents import documents
from tests.making import Making

# The local AWS answers one at a time; this many keep it busy.
MAKERS = 4


def names(size: int) -> list[str]:
    return [f"r{number:03}" for number in range(size)]


def inventory(directory: Path, size: int, vpc: str) -> Path:
    """Hosts r000, r001 and so on: each a copy of ``retail`` under a system of its own."""
    shared = yaml.safe_load((ROOT / "inventories" / "shared" / "retail.yml").read_text())
    everywhere = yaml.safe_load((ROOT / "inventories" / "shared" / "all.yml").read_text())
    sizes = yaml.safe_load((ROOT / "inventories" / "prod" / "host_vars" / "retail" / "sizes.yml").read_text())
    environment = yaml.safe_load((ROOT / "inventories/prod/group_vars/all/environment.yml").read_text())
    common = {
        "project": "Bench",
        "cost_center": "bench",
        "region": REGION,
        "system": "{{ inventory_hostname }}",
        "backup_bucket_name": "backup-{{ system }}-{{ env_suffix }}-{{ identity.account_id }}",
        "rds_postgres_vpc_name": vpc,
        "rds_postgres_security_group_names": [vpc],
    }
    hosts: dict[str, Any] = {name: {} for name in names(size)}
    group = {"hosts": hosts, "vars": {**everywhere, **environment, **shared, **sizes, **common}}
    path = directory / f"fleet-{size}.json"
    path.write_text(json.dumps({"all": {"children": {"rds_postgres": group}}}))
    return path


def network(aws: Emulator, name: str) -> None:
    ec2 = aws.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.90.0.0/16", TagSpecifications=_named("vpc", name))["Vpc"]["VpcId"]
    for number, zone in enumerate("ab"):
        tags = _named("subnet", f"{name}-{zone}", {"pgfleet:tier": "private"})
        ec2.create_subnet(
            VpcId=vpc, CidrBlock=f"10.90.{number}.0/24", AvailabilityZone=REGION + zone, TagSpecifications=tags
        )
    ec2.create_security_group(GroupName=name, Description="bench", VpcId=vpc)


def _named(kind: str, name: str, more: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": from_tags({"Name": name, **(more or {})})}]


class NotMade(Exception):
    """A fleet that is measured has nothing left to do."""


def bring_up(aws: Emulator, hosts: Path, fresh: Sequence[str]) -> None:
    """Make the hosts of the inventory that are new, and see that a plan of all finds nothing to do. Raises NotMade."""
    clients = Clients(lambda service, **_options: aws.client(service, REGION))
    with ThreadPoolExecutor(MAKERS) as pool:
        list(pool.map(lambda host: _make(clients, host), documents(aws, hosts, "--limit", ",".join(fresh)).values()))
    for name, host in documents(aws, hosts).items():
        if not host["stack"]["in_sync"]:
            raise NotMade(f"{name}: {json.dumps(host['stack']['plan'], indent=1)}")


def _make(clients: Clients, host: Mapping[str, Any]) -> None:
    entries = [entry for document in host["documents"].values() for entry in document]
    Making(clients, REGION, None, dict(host["stack"]["known"])).make(entries)
