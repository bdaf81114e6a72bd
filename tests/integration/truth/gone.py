"""Resources deleted behind the plan's back, and some that nobody wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.integration.truth.drift import Target
from tests.integration.truth.standing import Host


@dataclass(frozen=True)
class Gone:
    """``delete`` what is in the inventory of ``host`` under a name with ``named`` in it.

    What is of another kind and has the same name may go ``with`` it.
    """

    host: str
    delete: Callable[[Target], Any]
    named: str = ""
    with_: tuple[str, ...] = ()


def chosen(standing: Iterable[Target], gone: Gone) -> Target:
    return next(target for target in standing if target.host.name == gone.host and gone.named in target.name)


def _ec2(method: str, parameter: str) -> Callable[[Target], Any]:
    return lambda it: getattr(it.aws("ec2"), method)(**{parameter: it.id})


def _endpoint(it: Target) -> None:
    it.aws("ec2").delete_vpc_endpoints(VpcEndpointIds=[it.id])


def _internet_gateway(it: Target) -> None:
    """AWS detaches none while addresses are mapped through it."""
    it.aws("ec2").detach_internet_gateway(InternetGatewayId=it.id, VpcId=it.wanted["vpc_id"])
    it.aws("ec2").delete_internet_gateway(InternetGatewayId=it.id)


def _subnet(it: Target) -> None:
    """With its place in a route table and in a network ACL."""
    it.aws("ec2").delete_subnet(SubnetId=it.id)


def _route_table(it: Target) -> None:
    ec2 = it.aws("ec2")
    for association in ec2.describe_route_tables(RouteTableIds=[it.id])["RouteTables"][0]["Associations"]:
        ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    ec2.delete_route_table(RouteTableId=it.id)


def _network_acl(it: Target) -> None:
    ec2 = it.aws("ec2")
    acls = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [it.wanted["vpc_id"]]}])["NetworkAcls"]
    default = next(acl["NetworkAclId"] for acl in acls if acl["IsDefault"])
    own = next(acl for acl in acls if acl["NetworkAclId"] == it.id)
    for association in own["Associations"]:
        ec2.replace_network_acl_association(AssociationId=association["NetworkAclAssociationId"], NetworkAclId=default)
    ec2.delete_network_acl(NetworkAclId=it.id)


def _security_group(it: Target) -> None:
    """First the rules of other groups that let it in: AWS keeps a group that a rule names."""
    ec2 = it.aws("ec2")
    naming = [{"Name": "ip-permission.group-id", "Values": [it.id]}]
    for group in ec2.describe_security_groups(Filters=naming)["SecurityGroups"]:
        rules = [
            {**rule, "UserIdGroupPairs": [pair for pair in rule["UserIdGroupPairs"] if pair["GroupId"] == it.id]}
            for rule in group["IpPermissions"]
        ]
        ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=rules)
    ec2.delete_security_group(GroupId=it.id)


def _role(it: Target) -> None:
    iam = it.aws("iam")
    for policy in iam.list_attached_role_policies(RoleName=it.name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=it.name, PolicyArn=policy["PolicyArn"])
    for name in iam.list_role_policies(RoleName=it.name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=it.name, PolicyName=name)
    iam.delete_role(RoleName=it.name)


def _secret(it: Target) -> None:
    it.aws("secretsmanager").delete_secret(SecretId=it.name, ForceDeleteWithoutRecovery=True)


def _attachment(it: Target) -> None:
    keys = ["pgfleet:database", "pgfleet:endpoint"]
    it.aws("secretsmanager").untag_resource(SecretId=it.name, TagKeys=keys)


def _rds(method: str, parameter: str, **more: Any) -> Callable[[Target], Any]:
    return lambda it: getattr(it.aws("rds"), method)(**{parameter: it.name}, **more)


def _cluster(it: Target) -> None:
    rds = it.aws("rds")
    rds.modify_db_cluster(DBClusterIdentifier=it.name, DeletionProtection=False, ApplyImmediately=True)
    for member in it.wanted["members"]:
        rds.delete_db_instance(DBInstanceIdentifier=member["name"])
    rds.delete_db_cluster(DBClusterIdentifier=it.name, SkipFinalSnapshot=True)


def _log_group(it: Target) -> None:
    it.aws("logs").delete_log_group(logGroupName=it.name)


def _scaling(it: Target) -> None:
    it.aws("application-autoscaling").deregister_scalable_target(
        ServiceNamespace="rds",
        ResourceId=f"cluster:{it.name}",
        ScalableDimension="rds:cluster:ReadReplicaCount",
    )


def _alias(it: Target) -> None:
    function, alias = it.name.split(":")
    it.aws("lambda").delete_alias(FunctionName=function, Name=alias)


def _alarm(it: Target) -> None:
    it.aws("cloudwatch").delete_alarms(AlarmNames=[it.name])


# In an order in which AWS lets them go. Of few hosts: each that acts in a run costs seconds.
GONE: dict[str, Gone] = {
    "nat_gateway": Gone("finance_network", _ec2("delete_nat_gateway", "NatGatewayId")),
    "elastic_ip": Gone("finance_network", _ec2("release_address", "AllocationId")),
    "internet_gateway": Gone("finance_network", _internet_gateway),
    "subnet": Gone("finance_network", _subnet, "public-b"),
    "route_table": Gone("experimentation_network", _route_table, "isolated-b"),
    "network_acl": Gone("experimentation_network", _network_acl),
    "security_group": Gone("experimentation_network", _security_group, "operators"),
    "interface_endpoint": Gone("experimentation_network", _endpoint, "logs"),
    "gateway_endpoint": Gone("retail_network", _endpoint),
    "iam_role": Gone("retail", _role, "backup"),
    "s3_bucket": Gone("retail", lambda it: it.aws("s3").delete_bucket(Bucket=it.name)),
    "rds_instance": Gone("retail", _rds("delete_db_instance", "DBInstanceIdentifier", SkipFinalSnapshot=True)),
    "db_subnet_group": Gone("retail", _rds("delete_db_subnet_group", "DBSubnetGroupName")),
    "db_parameter_group": Gone("retail", _rds("delete_db_parameter_group", "DBParameterGroupName")),
    "reader_autoscaling": Gone("experimentation", _scaling),
    "aurora_cluster": Gone("experimentation", _cluster),
    "db_cluster_parameter_group": Gone(
        "experimentation", _rds("delete_db_cluster_parameter_group", "DBClusterParameterGroupName")
    ),
    "sns_topic": Gone("retail", lambda it: it.aws("sns").delete_topic(TopicArn=it.arn)),
    "log_group": Gone("experimentation", _log_group, "lambda"),
    # None is left where their log group goes.
    "metric_filters": Gone("retail", _log_group, with_=("log_group",)),
    "secret": Gone("experimentation", _secret, "readonly"),
    "secret_attachment": Gone("experimentation", _attachment),
    "lambda_alias": Gone("experimentation", _alias),
    "lambda_function": Gone("experimentation", lambda it: it.aws("lambda").delete_function(FunctionName=it.name)),
    "rds_event_subscription": Gone("experimentation", _rds("delete_event_subscription", "SubscriptionName")),
    "metric_alarm": Gone("experimentation", _alarm, "transaction-ids"),
    "composite_alarm": Gone("experimentation", _alarm),
    "cloudwatch_dashboard": Gone(
        "experimentation", lambda it: it.aws("cloudwatch").delete_dashboards(DashboardNames=[it.name])
    ),
    "ssm_parameter": Gone("experimentation", lambda it: it.aws("ssm").delete_parameter(Name=it.name), "/tls_mode"),
}


def deleted(targets: Mapping[str, Sequence[Target]]) -> set[str]:
    """Delete one of each kind; what is gone then."""
    found: set[str] = set()
    for kind, gone in GONE.items():
        target = chosen(targets[kind], gone)
        gone.delete(target)
        found |= {target.key, *(f"{other}/{target.name}" for other in gone.with_)}
    return found


STAYS = {
    "vpc": "AWS keeps it as long as there is something in it: https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html",
    "kms_key": "goes after a week at the earliest; until then it is disabled, which is a property:"
    " https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    "network": "is somebody else's",
}


def dependents(host: Host, gone: set[str]) -> Iterator[tuple[str, str]]:
    """What refers to something that is gone: its value is only known after apply."""
    for entry in host.entries:
        key = f"{entry['kind']}/{entry['name']}"
        for name, value in (entry.get("properties") or {}).items():
            if key not in gone and _refers(value, gone):
                yield key, name


def _refers(value: Any, gone: set[str]) -> bool:
    if isinstance(value, Mapping):
        return value.get("ref") in gone or any(_refers(one, gone) for one in value.values())
    return isinstance(value, list) and any(_refers(one, gone) for one in value)


def one_too_many(it: Target) -> str:
    """A copy of a resource under another name, with our tags: somebody wanted it once."""
    name = f"{it.name}-other"
    COPIES[it.kind](it, name)
    return f"{it.kind}/{name}"


def _listed(it: Target) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in it.tags.items()]


def _copy_metric_alarm(it: Target, name: str) -> None:
    it.aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        Tags=_listed(it),
    )


def _copy_composite_alarm(it: Target, name: str) -> None:
    it.aws("cloudwatch").put_composite_alarm(AlarmName=name, AlarmRule="FALSE", Tags=_listed(it))


def _copy_parameter(it: Target, name: str) -> None:
    it.aws("ssm").put_parameter(Name=name, Value="other", Type="String", Tags=_listed(it))


COPIES = {
    "metric_alarm": _copy_metric_alarm,
    "composite_alarm": _copy_composite_alarm,
    "ssm_parameter": _copy_parameter,
}
