"""What boto3 and PostgreSQL report of a deployment, for the tables of values in molecule/<system>/verify.py."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
import psycopg

AWS: Any = boto3
ACCOUNT = "123456789012"
ENVIRONMENTS = {"dev": "Development", "staging": "Staging", "prod": "Production"}


def only(found: Sequence[Any]) -> Any:
    assert len(found) == 1, found
    return found[0]


def listed(value: Any) -> list[str]:
    return sorted(value) if isinstance(value, list) else [value]


def statements(policy: Any) -> list[dict[str, Any]]:
    document = json.loads(policy) if isinstance(policy, str) else policy
    return list(document["Statement"])


def tags_of(tags: Sequence[Mapping[str, str]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {tag[key]: tag[value] for tag in tags}


def opens(group: Mapping[str, Any]) -> set[tuple[str, int, int, str]]:
    """Protocol, ports and source of everything that a security group lets in."""
    sources = (
        ("UserIdGroupPairs", "GroupId"),
        ("IpRanges", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId"),
    )
    return {
        (rule["IpProtocol"], rule["FromPort"], rule["ToPort"], source[key])
        for rule in group["IpPermissions"]
        for kind, key in sources
        for source in rule.get(kind, [])
    }


class Deployed:
    """One deployment of a system."""

    def __init__(self, system: str, project: str, region: str, suffix: str = "prod", **own_tags: str) -> None:
        self.system, self.suffix, self.region = system, suffix, region
        self.tags = {
            "Environment": ENVIRONMENTS[suffix],
            "Project": project,
            "ManagedBy": "Ansible",
            "CostCenter": system,
            "pgfleet:system": system,
            "pgfleet:suffix": suffix,
            **own_tags,
        }

    def client(self, service: str) -> Any:
        return AWS.client(service, region_name=self.region)

    def tagged(self, name: str) -> dict[str, str]:
        return self.tags | {"Name": name}

    def vpc(self) -> Any:
        wanted = [{"Name": "tag:Name", "Values": [f"vpc-{self.system}-{self.suffix}"]}]
        return only(self.client("ec2").describe_vpcs(Filters=wanted)["Vpcs"])

    def inside(self, vpc: Mapping[str, Any], what: str, *filters: dict[str, Any]) -> list[Any]:
        """``subnets``, ``route_tables``, ``nat_gateways``, ... of a VPC."""
        wanted = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}, *filters]
        answer = getattr(self.client("ec2"), f"describe_{what}")(Filters=wanted)
        return list(answer["".join(part.capitalize() for part in what.split("_"))])

    def security_group(self, vpc: Mapping[str, Any], name: str) -> Any:
        return only(self.inside(vpc, "security_groups", {"Name": "group-name", "Values": [name]}))

    def parameters(self, group: str, cluster: bool = False) -> dict[str, str]:
        """Those that a parameter group sets itself."""
        kind, option = ("cluster_", "DBClusterParameterGroupName") if cluster else ("", "DBParameterGroupName")
        pages = (
            self.client("rds")
            .get_paginator(f"describe_db_{kind}parameters")
            .paginate(**{option: group, "Source": "user"})
        )
        return {p["ParameterName"]: p["ParameterValue"] for page in pages for p in page["Parameters"]}

    def secret(self, name: str) -> dict[str, Any]:
        value = self.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
        return dict(json.loads(value))

    def published(self) -> dict[str, str]:
        """SSM parameters by what follows /pgfleet/<system>/<suffix>/."""
        place = f"/pgfleet/{self.system}/{self.suffix}/"
        pages = self.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=place, Recursive=True)
        return {p["Name"].removeprefix(place): p["Value"] for page in pages for p in page["Parameters"]}

    def written(self, host: str) -> dict[str, Any]:
        """The file of outputs of a host."""
        return dict(json.loads((Path(os.environ["MOLECULE_OUTPUTS"]) / self.suffix / f"{host}.json").read_text()))

    def alarms(self) -> dict[str, Any]:
        pages = self.client("cloudwatch").get_paginator("describe_alarms").paginate()
        found = [alarm for page in pages for alarm in page["MetricAlarms"]]
        return {a["AlarmName"]: a for a in found if self._owns(a["AlarmArn"])}

    def _owns(self, arn: str) -> bool:
        tags = tags_of(self.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"])
        return self.tags.items() <= tags.items()


def login(secret: Mapping[str, Any], host: str | None = None, sslmode: str = "verify-full", **more: Any) -> Any:
    """A session of the master user."""
    return psycopg.connect(
        host=host or secret["host"],
        port=secret["port"],
        user=secret["username"],
        password=secret["password"],
        dbname=more.pop("dbname", secret.get("dbname", "postgres")),
        sslmode=sslmode,
        sslrootcert=os.environ["PGSSLROOTCERT"],
        autocommit=True,
        **more,
    )
