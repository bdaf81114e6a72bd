"""A fleet of databases like ``retail``, in a network that was there before.

site.yml would take an hour to bring up a hundred. So what it would make is made here from the same documents, kind by
kind, as fast as AWS answers; what is of no kind that stands here, site.yml makes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._document import resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._run import outcome
from ansible_collections.pgfleet.aws.plugins.modules import (
    cloudwatch_alarms,
    cloudwatch_log_group,
    db_credentials,
    rds_instance,
    rds_parameter_group,
    ssm_parameters,
)

from emulator.testing import Emulator
from tests.bench.measured import REGION, ROOT, playbook

Properties = Mapping[str, Any]


def inventory(directory: Path, size: int, vpc: str) -> Path:
    """Hosts r001, r002 and so on: each a copy of ``retail`` under a system of its own."""
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
    hosts: dict[str, Any] = {f"r{n:03}": {} for n in range(size)}
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


class Making:
    """Makes what documents want, in their order."""

    def __init__(self, aws: Emulator) -> None:
        self._clients = Clients(lambda service, **_options: aws.client(service, REGION))

    def make(self, documents: Mapping[str, list[dict[str, Any]]], known: dict[str, dict[str, Any]]) -> None:
        for entry in (entry for document in documents.values() for entry in document):
            how: Callable[..., Mapping[str, Any]] | None = getattr(self, f"_{entry['kind']}", None)
            if how is not None:
                properties = resolve(entry.get("properties", {}), known)
                made = how(entry["name"], properties, entry.get("tags", {}))
                key = f"{entry['kind']}/{entry['name']}"
                known[key] = {**known.get(key, {}), **made}

    def _module(self, module: Any, **options: Any) -> dict[str, Any]:
        given = {name: value for name, value in options.items() if value is not None}
        checked = ArgumentSpecValidator(module.SPEC.arguments, **module.SPEC.constraints).validate(given)
        assert not checked.error_messages, checked.error_messages
        result = outcome(_Asked(checked.validated_parameters, self._clients), module.ensure)
        assert not result.get("failed"), result
        return result

    def _kms_key(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        kms = self._clients("kms")
        made = kms.create_key(
            Description=wanted["description"],
            Policy=json.dumps(wanted["policy"]),
            Tags=[{"TagKey": key, "TagValue": value} for key, value in tags.items()],
        )["KeyMetadata"]
        kms.create_alias(AliasName=name, TargetKeyId=made["KeyId"])
        if wanted["enable_key_rotation"]:
            kms.enable_key_rotation(KeyId=made["KeyId"])
        return {"arn": made["Arn"], "id": made["KeyId"]}

    def _iam_role(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        iam = self._clients("iam")
        made = iam.create_role(
            RoleName=name,
            Description=wanted["description"],
            AssumeRolePolicyDocument=json.dumps(wanted["assume_role_policy"]),
            Tags=from_tags(tags),
        )["Role"]
        for arn in wanted["managed_policy_arns"]:
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for policy, document in wanted["inline_policies"].items():
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
        return {"arn": made["Arn"]}

    def _secret(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(
            db_credentials,
            name=name,
            description=wanted["description"],
            username="dbadmin",
            engine="postgres",
            tags=dict(tags),
        )

    def _secret_attachment(self, name: str, wanted: Properties, _tags: Mapping[str, str]) -> dict[str, Any]:
        host, port = wanted["endpoint"].split(":")
        return self._module(
            db_credentials,
            name=name,
            username="dbadmin",
            engine="postgres",
            host=host,
            port=int(port),
            db_instance_identifier=wanted["database"],
        )

    def _db_subnet_group(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        self._clients("rds").create_db_subnet_group(
            DBSubnetGroupName=name,
            DBSubnetGroupDescription=wanted["description"],
            SubnetIds=wanted["subnet_ids"],
            Tags=from_tags(tags),
        )
        return {}

    def _db_parameter_group(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(rds_parameter_group, name=name, tags=dict(tags), **wanted)

    def _log_group(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(cloudwatch_log_group, name=name, tags=dict(tags), **wanted)

    def _rds_instance(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        secret = self._clients("secretsmanager").describe_secret(SecretId=f"secret-{name.removeprefix('db-')}")["ARN"]
        options = {key: value for key, value in wanted.items() if key in rds_instance.SPEC.arguments}
        return self._module(rds_instance, name=name, tags=dict(tags), master_user_secret_arn=secret, **options)

    def _sns_topic(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        sns = self._clients("sns")
        attributes = {"DisplayName": wanted["display_name"]}
        arn = sns.create_topic(Name=name, Attributes=attributes, Tags=from_tags(tags))["TopicArn"]
        for subscription in wanted["subscriptions"]:
            sns.subscribe(TopicArn=arn, Protocol=subscription["protocol"], Endpoint=subscription["endpoint"])
        return {"arn": arn}

    def _metric_alarm(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        options = self._of_owner(tags) | {"alarms": [{"name": name, **wanted}], "prune": False}
        return self._module(cloudwatch_alarms, **options)

    def _ssm_parameter(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        value = {"name": name, **wanted}
        options = self._of_owner(tags) | {"path": name.rpartition("/")[0], "parameters": [value], "prune": False}
        return self._module(ssm_parameters, **options)

    @staticmethod
    def _of_owner(tags: Mapping[str, str]) -> dict[str, Any]:
        common = {key: value for key, value in tags.items() if key != "Name" and not key.startswith("pgfleet:")}
        return {"system": tags["pgfleet:system"], "suffix": tags["pgfleet:suffix"], "tags": common}


class _Asked:
    """What a module sees of Ansible."""

    check_mode = False
    region = REGION

    def __init__(self, params: dict[str, Any], clients: Clients) -> None:
        self.params, self.no_log_values = params, set[str]()
        self._clients = clients

    def client(self, service: str, **_options: Any) -> Any:
        return self._clients(service)

    def warn(self, _warning: str) -> None: ...


DOCUMENTS = """
- hosts: rds_postgres
  gather_facts: false
  tasks:
    - pgfleet.aws.stack_fleet:
      run_once: true
      register: fleet
    - pgfleet.aws.stack_outputs:
        files: [{path: "{{ documents_file }}", content: "{{ {'hosts': fleet.hosts, 'failures': fleet.failures} }}"}]
      run_once: true
"""


def bring_up(aws: Emulator, hosts: Path) -> None:
    """Make everything that the inventory wants and that is not there."""
    book, read = ROOT / "playbooks" / ".bench-documents.yml", hosts.with_suffix(".documents.json")
    book.write_text(DOCUMENTS)
    try:
        playbook(aws, str(book), str(hosts), documents_file=str(read))
    finally:
        book.unlink()
    found = json.loads(read.read_text())
    assert not found["failures"], found["failures"]
    making = Making(aws)
    for host in found["hosts"].values():
        making.make(host["documents"], host["stack"]["known"])
    playbook(aws, "site.yml", str(hosts))
