"""A fleet of databases like ``retail``, in a network that was there before.

site.yml would take an hour to bring up a hundred. So what it would make is made here from the same documents, in one
process, as fast as AWS answers; and then a plan says that nothing is left to do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._document import resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._run import outcome
from ansible_collections.pgfleet.aws.plugins.modules import (
    cloudwatch_alarms,
    cloudwatch_dashboard,
    cloudwatch_log_group,
    cloudwatch_metric_filters,
    db_credentials,
    rds_event_subscription,
    rds_instance,
    rds_parameter_group,
    sns_topic,
    ssm_parameters,
)

from emulator.testing import Emulator
from tests.bench.measured import REGION, ROOT, playbook

Properties = Mapping[str, Any]

ALARMS, PARAMETERS = ("metric_alarm", "composite_alarm"), ("ssm_parameter",)
SETS = (*ALARMS, *PARAMETERS)
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


class Making:
    """Makes what one host's documents want, in their order."""

    def __init__(self, clients: Clients, owner: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> None:
        self._clients, self._owner, self._known = clients, owner, dict(known)

    def make(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Sets, of which a module makes many at once, come last: nothing refers to them."""
        for entry in entries:
            if entry["kind"] not in SETS and not entry.get("external"):
                how: Callable[..., Mapping[str, Any]] = getattr(self, f"_{entry['kind']}")
                made = how(entry["name"], self._properties(entry), entry.get("tags", {}))
                key = f"{entry['kind']}/{entry['name']}"
                self._known[key] = {**self._known.get(key, {}), **made}
        for kinds, of in ((ALARMS, self._alarms), (PARAMETERS, self._parameters)):
            of([{"name": entry["name"], **self._properties(entry)} for entry in entries if entry["kind"] in kinds])

    def _properties(self, entry: Mapping[str, Any]) -> Any:
        return resolve(entry.get("properties", {}), self._known)

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

    def _s3_bucket(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        s3, encryption = self._clients("s3"), wanted["encryption"]
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        default = {"SSEAlgorithm": encryption["sse_algorithm"], "KMSMasterKeyID": encryption["kms_key_arn"]}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": encryption["bucket_key_enabled"]}
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        block = {"".join(map(str.title, key.split("_"))): value for key, value in wanted["public_access_block"].items()}
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(wanted["policy"]))
        rules = {"Rules": [_lifecycle_rule(each) for each in wanted["lifecycle_rules"]]}
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration=rules)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": from_tags(tags)})
        return {"arn": f"arn:aws:s3:::{name}", "name": name}

    def _secret(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        options = {"username": "dbadmin", "engine": "postgres", "tags": dict(tags)}
        return self._module(db_credentials, name=name, description=wanted["description"], **options)

    def _secret_attachment(self, name: str, wanted: Properties, _tags: Mapping[str, str]) -> dict[str, Any]:
        host, port = wanted["endpoint"].split(":")
        options = {"username": "dbadmin", "engine": "postgres", "host": host, "port": int(port)}
        return self._module(db_credentials, name=name, db_instance_identifier=wanted["database"], **options)

    def _db_subnet_group(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        self._clients("rds").create_db_subnet_group(
            DBSubnetGroupName=name,
            DBSubnetGroupDescription=wanted["description"],
            SubnetIds=wanted["subnet_ids"],
            Tags=from_tags(tags),
        )
        return {"name": name}

    def _db_parameter_group(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(rds_parameter_group, name=name, tags=dict(tags), **wanted)

    def _log_group(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(cloudwatch_log_group, name=name, tags=dict(tags), **wanted)

    def _rds_instance(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        secret = self._known[f"secret/secret-{name.removeprefix('db-')}"]["arn"]
        options = {key: value for key, value in wanted.items() if key in rds_instance.SPEC.arguments}
        return self._module(rds_instance, name=name, tags=dict(tags), master_user_secret_arn=secret, **options)

    def _sns_topic(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(sns_topic, name=name, tags=dict(tags), **wanted)

    def _rds_event_subscription(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return {**self._module(rds_event_subscription, name=name, tags=dict(tags), **wanted), "name": name}

    def _metric_filters(self, name: str, wanted: Properties, _tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(cloudwatch_metric_filters, log_group_name=name, **wanted)

    def _cloudwatch_dashboard(self, name: str, wanted: Properties, tags: Mapping[str, str]) -> dict[str, Any]:
        return {**self._module(cloudwatch_dashboard, name=name, tags=dict(tags), **wanted), "name": name}

    def _alarms(self, alarms: list[dict[str, Any]]) -> None:
        self._module(cloudwatch_alarms, alarms=alarms, **self._owner)

    def _parameters(self, parameters: list[dict[str, Any]]) -> None:
        path = f"{parameters[0]['name'].rpartition('/')[0]}/"
        self._module(ssm_parameters, path=path, parameters=parameters, **self._owner)


def _lifecycle_rule(wanted: Properties) -> dict[str, Any]:
    rule: dict[str, Any] = {"ID": wanted["id"], "Status": "Enabled", "Filter": {"Prefix": ""}}
    if "noncurrent_version_expiration_days" in wanted:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": wanted["noncurrent_version_expiration_days"]}
    if "transition_days" in wanted:
        rule["Transitions"] = [{"Days": wanted["transition_days"], "StorageClass": wanted["storage_class"]}]
    return rule


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


class NotMade(Exception):
    """A fleet that is measured has nothing left to do."""


def bring_up(aws: Emulator, hosts: Path, fresh: Sequence[str]) -> None:
    """Make the hosts of the inventory that are new, and see that a plan of all finds nothing to do. Raises NotMade."""
    clients = Clients(lambda service, **_options: aws.client(service, REGION))
    with ThreadPoolExecutor(MAKERS) as pool:
        list(pool.map(lambda host: _make(clients, host), planned(aws, hosts, ",".join(fresh)).values()))
    for name, host in planned(aws, hosts).items():
        if not host["stack"]["in_sync"]:
            raise NotMade(f"{name}: {json.dumps(host['stack']['plan'], indent=1)}")


def _make(clients: Clients, host: Mapping[str, Any]) -> None:
    identity = host["identity"]
    owner = {"system": identity["tags"]["pgfleet:system"], "suffix": identity["tags"]["pgfleet:suffix"]}
    entries = [entry for document in host["documents"].values() for entry in document]
    Making(clients, {**owner, "tags": identity["tags"]}, host["stack"]["known"]).make(entries)


def planned(aws: Emulator, hosts: Path, limit: str = "all") -> dict[str, Any]:
    """What stack_fleet says."""
    book, read = ROOT / "playbooks" / ".bench-documents.yml", hosts.with_suffix(".documents.json")
    book.write_text(DOCUMENTS)
    try:
        playbook(aws, str(book), str(hosts), "--limit", limit, documents_file=str(read))
    finally:
        book.unlink()
    found: dict[str, Any] = json.loads(read.read_text())
    if found["failures"]:
        raise NotMade(str(found["failures"]))
    return found["hosts"]  # type: ignore[no-any-return]
