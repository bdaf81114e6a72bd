"""Makes what documents want, in their order, in this process: what site.yml takes a minute and a half for.

Our own kinds are made by their modules; the others by the calls that the modules of amazon.aws make. That what is made
is what is wanted is for the plan to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._document import resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._run import outcome
from ansible_collections.pgfleet.aws.plugins.modules import (
    aurora_cluster,
    cloudwatch_alarms,
    cloudwatch_dashboard,
    cloudwatch_log_group,
    cloudwatch_metric_filters,
    db_credentials,
    lambda_function,
    rds_event_subscription,
    rds_instance,
    rds_parameter_group,
    reader_autoscaling,
    sns_topic,
    ssm_parameters,
    vpc_gateway_endpoint,
    vpc_interface_endpoint,
    vpc_network_acl,
    vpc_route_table,
)

from tests.settings import Entry, bucket, permissions

# Of the master secret, and of the one that the access function reads.
USERS = ("dbadmin", "readonly")

Known = dict[str, dict[str, Any]]

# Kinds of which one call of a module makes all.
SETS = {"metric_alarm": "alarms", "composite_alarm": "alarms", "ssm_parameter": "parameters"}
# Modules that take a kind's properties under the names that they have.
MODULES = {
    "route_table": vpc_route_table,
    "gateway_endpoint": vpc_gateway_endpoint,
    "network_acl": vpc_network_acl,
    "db_parameter_group": rds_parameter_group,
    "log_group": cloudwatch_log_group,
    "sns_topic": sns_topic,
    "rds_event_subscription": rds_event_subscription,
    "cloudwatch_dashboard": cloudwatch_dashboard,
    "reader_autoscaling": reader_autoscaling,
}


class Making:
    """For one deployment, of which ``known`` is what there is already."""

    def __init__(self, clients: Clients, region: str, package: Path | None, known: Known) -> None:
        self._clients, self._region, self._package, self.known = clients, region, package, known
        self._users = iter(USERS)
        self._master = ""
        self._databases: dict[str, str] = {}

    def make(self, document: Iterable[Entry]) -> None:
        entries = list(document)
        for entry in entries:
            kind = entry["kind"]
            if kind in SETS or entry.get("external"):
                continue
            properties = resolve(entry.get("properties", {}), self.known)
            if kind in MODULES:
                made: Mapping[str, Any] = self._module(
                    MODULES[kind], name=entry["name"], tags=entry["tags"], **properties
                )
            else:
                how: Callable[..., Mapping[str, Any]] = getattr(self, f"_{kind}")
                made = how(entry["name"], properties, entry.get("tags", {}))
            key = f"{kind}/{entry['name']}"
            self.known[key] = {**self.known.get(key, {}), **made}
        self._alarms([entry for entry in entries if SETS.get(entry["kind"]) == "alarms"])
        self._parameters([entry for entry in entries if SETS.get(entry["kind"]) == "parameters"])

    def _module(self, module: Any, **options: Any) -> dict[str, Any]:
        given = {name: value for name, value in options.items() if value is not None}
        checked = ArgumentSpecValidator(module.SPEC.arguments, **module.SPEC.constraints).validate(given)
        assert not checked.error_messages, checked.error_messages
        result = outcome(_Asked(checked.validated_parameters, self._clients, self._region), module.ensure)
        assert not result.get("failed"), result
        return result

    def _ec2(self, what: str, tags: Mapping[str, str]) -> dict[str, Any]:
        return {"TagSpecifications": [{"ResourceType": what, "Tags": from_tags(tags)}]}

    def _vpc(self, _name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        ec2 = self._clients("ec2")
        made = ec2.create_vpc(CidrBlock=wanted["cidr_block"], **self._ec2("vpc", tags))["Vpc"]["VpcId"]
        for option, name in (
            ("EnableDnsSupport", "enable_dns_support"),
            ("EnableDnsHostnames", "enable_dns_hostnames"),
        ):
            ec2.modify_vpc_attribute(VpcId=made, **{option: {"Value": wanted[name]}})
        return {"id": made}

    def _subnet(self, _name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        made = self._clients("ec2").create_subnet(
            VpcId=wanted["vpc_id"],
            CidrBlock=wanted["cidr_block"],
            AvailabilityZone=wanted["availability_zone"],
            **self._ec2("subnet", tags),
        )
        return {"id": made["Subnet"]["SubnetId"]}

    def _internet_gateway(self, _name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        ec2 = self._clients("ec2")
        made = ec2.create_internet_gateway(**self._ec2("internet-gateway", tags))["InternetGateway"]
        ec2.attach_internet_gateway(InternetGatewayId=made["InternetGatewayId"], VpcId=wanted["vpc_id"])
        return {"id": made["InternetGatewayId"]}

    def _elastic_ip(self, _name: str, _wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        made = self._clients("ec2").allocate_address(Domain="vpc", **self._ec2("elastic-ip", tags))
        return {"id": made["AllocationId"], "public_ip": made["PublicIp"]}

    def _nat_gateway(self, _name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        made = self._clients("ec2").create_nat_gateway(
            SubnetId=wanted["subnet_id"], AllocationId=wanted["allocation_id"], **self._ec2("natgateway", tags)
        )
        return {"id": made["NatGateway"]["NatGatewayId"]}

    def _security_group(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        ec2 = self._clients("ec2")
        made = ec2.create_security_group(
            GroupName=name,
            Description=wanted["description"],
            VpcId=wanted["vpc_id"],
            **self._ec2("security-group", tags),
        )["GroupId"]
        if wanted["ingress"]:
            ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=permissions(wanted["ingress"]))
        return {"id": made}

    def _interface_endpoint(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        options = {key: value for key, value in wanted.items() if key != "status"}
        return self._module(vpc_interface_endpoint, name=name, tags=tags, **options)

    def _kms_key(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        kms = self._clients("kms")
        made = kms.create_key(
            Description=wanted["description"],
            Policy=json.dumps(wanted["policy"]),
            Tags=from_tags(tags, "TagKey", "TagValue"),
        )["KeyMetadata"]
        kms.create_alias(AliasName=name, TargetKeyId=made["KeyId"])
        if wanted["enable_key_rotation"]:
            kms.enable_key_rotation(KeyId=made["KeyId"])
        return {"arn": made["Arn"], "id": made["KeyId"]}

    def _iam_role(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
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

    def _s3_bucket(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        s3 = self._clients("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": self._region})
        bucket(s3, name, wanted)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": from_tags(tags)})
        return {"arn": f"arn:aws:s3:::{name}"}

    def _db_subnet_group(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        self._clients("rds").create_db_subnet_group(
            DBSubnetGroupName=name,
            DBSubnetGroupDescription=wanted["description"],
            SubnetIds=wanted["subnet_ids"],
            Tags=from_tags(tags),
        )
        return {}

    def _secret(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        user = next(self._users)
        made = self._module(db_credentials, name=name, username=user, engine="postgres", tags=tags, **wanted)
        self._master = self._master or made["arn"]
        return made

    def _secret_attachment(self, name: str, wanted: Entry, _tags: Mapping[str, str]) -> dict[str, Any]:
        host, port = wanted["endpoint"].split(":")
        of = "db_instance_identifier" if f"rds_instance/{wanted['database']}" in self.known else "db_cluster_identifier"
        options = {
            "host": host,
            "port": int(port),
            of: wanted["database"],
            "dbname": self._databases.get(wanted["database"]),
        }
        return self._module(db_credentials, name=name, username=USERS[0], engine="postgres", **options)

    def _db_cluster_parameter_group(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(rds_parameter_group, name=name, level="cluster", tags=tags, **wanted)

    def _rds_instance(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(rds_instance, name=name, tags=tags, master_user_secret_arn=self._master, **wanted)

    def _aurora_cluster(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        self._databases[name] = wanted["db_name"]
        return self._module(aurora_cluster, name=name, tags=tags, master_user_secret_arn=self._master, **wanted)

    def _metric_filters(self, name: str, wanted: Entry, _tags: Mapping[str, str]) -> dict[str, Any]:
        return self._module(cloudwatch_metric_filters, log_group_name=name, **wanted)

    def _lambda_function(self, name: str, wanted: Entry, tags: Mapping[str, str]) -> dict[str, Any]:
        options = {key: value for key, value in wanted.items() if key != "code_sha256"}
        return self._module(lambda_function, name=name, zip_file=str(self._package), alias="live", tags=tags, **options)

    def _lambda_alias(self, name: str, _wanted: Entry, _tags: Mapping[str, str]) -> dict[str, Any]:
        """Made with its function."""
        function, alias = name.split(":")
        return {"arn": f"{self.known[f'lambda_function/{function}']['arn']}:{alias}"}

    def _alarms(self, entries: list[Entry]) -> None:
        if entries:
            alarms = [{"name": entry["name"], **resolve(entry["properties"], self.known)} for entry in entries]
            self._module(cloudwatch_alarms, alarms=alarms, prune=False, **_of_owner(entries[0]["tags"]))

    def _parameters(self, entries: list[Entry]) -> None:
        if entries:
            values = [{"name": entry["name"], **resolve(entry["properties"], self.known)} for entry in entries]
            path = entries[0]["name"].rpartition("/")[0]
            self._module(ssm_parameters, path=path, parameters=values, prune=False, **_of_owner(entries[0]["tags"]))


def _of_owner(tags: Mapping[str, str]) -> dict[str, Any]:
    common = {key: value for key, value in tags.items() if key != "Name" and not key.startswith("pgfleet:")}
    return {"system": tags["pgfleet:system"], "suffix": tags["pgfleet:suffix"], "tags": common}


class _Asked:
    """What a module sees of Ansible."""

    check_mode = False

    def __init__(self, params: dict[str, Any], clients: Clients, region: str) -> None:
        self.params, self.no_log_values, self.region = params, set[str](), region
        self._clients = clients

    def client(self, service: str, **_options: Any) -> Any:
        return self._clients(service)

    def warn(self, _warning: str) -> None: ...
