"""What each kind takes to be deleted: which requests, in which order, and what counts as done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import delete_data, delete_database, delete_network
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.deletion import Deleter
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Removal

from tests.unit.plugins.module_utils._teardown.cases import patience
from tests.unit.stubs import Exchange, answering


def going(kind: str, *ids: str, **arguments: Any) -> list[Removal]:
    return [Removal(Found(kind, name, name), arguments=arguments) for name in ids]


def test_alarms_go_a_hundred_at_a_time() -> None:
    names = [f"alarm-{n}" for n in range(101)]
    batches = (
        Exchange("delete_alarms", {"AlarmNames": names[:100]}),
        Exchange("delete_alarms", {"AlarmNames": names[100:]}, refusal="ResourceNotFound"),
    )
    with answering("cloudwatch", *batches) as scope:
        delete_database.alarms(scope.clients, going("metric_alarm", *names), patience())


def test_composite_alarms_go_one_by_one() -> None:
    requests = [Exchange("delete_alarms", {"AlarmNames": [name]}) for name in ("one", "other")]
    with answering("cloudwatch", *requests) as scope:
        delete_database.composite_alarms(scope.clients, going("composite_alarm", "one", "other"), patience())


def test_parameters_go_ten_at_a_time() -> None:
    names = [f"/pgfleet/{n}" for n in range(11)]
    batches = [Exchange("delete_parameters", {"Names": batch}) for batch in (names[:10], names[10:])]
    with answering("ssm", *batches) as scope:
        delete_database.parameters(scope.clients, going("ssm_parameter", *names), patience())


def test_dashboards_go_one_by_one_because_a_missing_one_fails_its_whole_call() -> None:
    requests = (
        Exchange("delete_dashboards", {"DashboardNames": ["one"]}, refusal="ResourceNotFound"),
        Exchange("delete_dashboards", {"DashboardNames": ["other"]}),
    )
    with answering("cloudwatch", *requests) as scope:
        delete_database.dashboards(scope.clients, going("dashboard", "one", "other"), patience())


@pytest.mark.parametrize(
    ("delete", "service", "method", "asked", "absent", "busy"),
    [
        (
            delete_database.parameter_groups,
            "rds",
            "delete_db_parameter_group",
            "DBParameterGroupName",
            "DBParameterGroupNotFound",
            "InvalidDBParameterGroupState",
        ),
        (
            delete_database.subnet_groups,
            "rds",
            "delete_db_subnet_group",
            "DBSubnetGroupName",
            "DBSubnetGroupNotFoundFault",
            "InvalidDBSubnetGroupStateFault",
        ),
        (delete_database.log_groups, "logs", "delete_log_group", "logGroupName", "ResourceNotFoundException", ""),
        (
            delete_database.event_subscriptions,
            "rds",
            "delete_event_subscription",
            "SubscriptionName",
            "SubscriptionNotFound",
            "InvalidEventSubscriptionState",
        ),
        (delete_database.topics, "sns", "delete_topic", "TopicArn", "NotFound", ""),
    ],
)
def test_what_goes_in_one_request(
    delete: Deleter, service: str, method: str, asked: str, absent: str, busy: str
) -> None:
    """What is gone already is done, and what is still in use is asked again."""
    tries = [Exchange(method, {asked: "one"}, refusal=busy)] if busy else []
    requests = [*tries, Exchange(method, {asked: "one"}), Exchange(method, {asked: "other"}, refusal=absent)]
    with answering(service, *requests) as scope:
        delete(scope.clients, going("any", "one", "other"), patience())


def test_what_is_in_use_by_something_without_an_interface_is_said_in_the_words_of_aws() -> None:
    busy = Exchange(
        "delete_db_parameter_group", {"DBParameterGroupName": "one"}, refusal="InvalidDBParameterGroupState"
    )
    with (
        answering("rds", busy, busy) as scope,
        pytest.raises(WaitTimeout, match=r"parameter group one is still InvalidDBParameterGroupState: AWS's words\."),
    ):
        delete_database.parameter_groups(scope.clients, going("db_parameter_group", "one"), patience(1))


def described(name: str, status: str) -> Exchange:
    answer = {"DBInstances": [{"DBInstanceStatus": status}]}
    refusal = "" if status else "DBInstanceNotFound"
    return Exchange("describe_db_instances", {"DBInstanceIdentifier": name}, answer, refusal)


def deleted(name: str, refusal: str = "", **ending: Any) -> Exchange:
    asked = ending or {"SkipFinalSnapshot": True}
    return Exchange("delete_db_instance", {"DBInstanceIdentifier": name, **asked}, refusal=refusal)


def test_all_databases_are_asked_to_go_before_any_is_waited_for() -> None:
    requests = (
        described("one", "available"),
        deleted("one"),
        described("other", "available"),
        deleted("other"),
        described("one", "deleting"),
        described("one", ""),
        described("other", ""),
    )
    with answering("rds", *requests) as scope:
        delete_database.instances(scope.clients, going("rds_instance", "one", "other", unprotect=False), patience())


def test_replicas_are_gone_before_what_they_replicate_is_asked_to_go() -> None:
    source, replica = going("rds_instance", "one", "other", unprotect=False)
    replica = replace(replica, found=replace(replica.found, facts={"replica_of": "one"}))
    requests = (
        described("other", "available"),
        deleted("other"),
        described("other", "deleting"),
        described("other", ""),
        described("one", "available"),
        deleted("one"),
        described("one", ""),
    )
    with answering("rds", *requests) as scope:
        delete_database.instances(scope.clients, [source, replica], patience())


@pytest.mark.parametrize("status", ["", "deleting"])
def test_a_database_that_goes_already_is_not_asked_to(status: str) -> None:
    with answering("rds", described("one", status), described("one", "")) as scope:
        delete_database.instances(scope.clients, going("rds_instance", "one", unprotect=True), patience())


def test_a_protected_database_loses_its_protection_and_leaves_its_snapshot() -> None:
    unprotected = {"DBInstanceIdentifier": "one", "DeletionProtection": False, "ApplyImmediately": True}
    requests = (
        described("one", "available"),
        Exchange("modify_db_instance", unprotected),
        deleted("one", SkipFinalSnapshot=False, FinalDBSnapshotIdentifier="one-final"),
        described("one", ""),
    )
    with answering("rds", *requests) as scope:
        removals = going("rds_instance", "one", unprotect=True, snapshot="one-final")
        delete_database.instances(scope.clients, removals, patience())


def test_a_database_in_the_middle_of_something_is_asked_again() -> None:
    requests = (
        described("one", "modifying"),
        deleted("one", refusal="InvalidDBInstanceState"),
        described("one", "available"),
        deleted("one"),
        described("one", ""),
    )
    with answering("rds", *requests) as scope:
        delete_database.instances(scope.clients, going("rds_instance", "one", unprotect=False), patience())


def test_a_role_loses_its_policies_first() -> None:
    role = {"RoleName": "one"}
    arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
    requests = (
        Exchange(
            "list_attached_role_policies", role, {"AttachedPolicies": [{"PolicyName": "managed", "PolicyArn": arn}]}
        ),
        Exchange("detach_role_policy", role | {"PolicyArn": arn}),
        Exchange("list_role_policies", role, {"PolicyNames": ["inline"]}),
        Exchange("delete_role_policy", role | {"PolicyName": "inline"}, refusal="NoSuchEntity"),
        Exchange("delete_role", role),
    )
    with answering("iam", *requests) as scope:
        delete_database.roles(scope.clients, going("iam_role", "one"), patience())


def test_a_role_that_is_gone_is_done() -> None:
    methods = ("list_attached_role_policies", "list_role_policies", "delete_role")
    requests = [Exchange(method, {"RoleName": "one"}, refusal="NoSuchEntity") for method in methods]
    with answering("iam", *requests) as scope:
        delete_database.roles(scope.clients, going("iam_role", "one"), patience())


def rule(name: str, group: str, other: str | None, *, egress: bool = False) -> dict[str, Any]:
    refers = {"ReferencedGroupInfo": {"GroupId": other}} if other else {"CidrIpv4": "10.0.0.0/16"}
    return {"SecurityGroupRuleId": name, "GroupId": group, "IsEgress": egress, **refers}


def test_groups_that_refer_to_each_other_lose_these_rules_first() -> None:
    """Rules for addresses, and for the group itself, go with the group."""
    rules = [
        rule("sgr-in", "sg-1", "sg-2"),
        rule("sgr-out", "sg-2", "sg-1", egress=True),
        rule("sgr-self", "sg-1", "sg-1"),
        rule("sgr-addresses", "sg-1", None),
    ]
    filters = [{"Name": "group-id", "Values": ["sg-1", "sg-2"]}]
    requests = (
        Exchange("describe_security_group_rules", {"Filters": filters}, {"SecurityGroupRules": rules}),
        Exchange("revoke_security_group_ingress", {"GroupId": "sg-1", "SecurityGroupRuleIds": ["sgr-in"]}),
        Exchange(
            "revoke_security_group_egress",
            {"GroupId": "sg-2", "SecurityGroupRuleIds": ["sgr-out"]},
            refusal="InvalidSecurityGroupRuleId.NotFound",
        ),
        Exchange("delete_security_group", {"GroupId": "sg-1"}),
        Exchange("delete_security_group", {"GroupId": "sg-2"}),
    )
    with answering("ec2", *requests) as scope:
        delete_network.security_groups(scope.clients, going("security_group", "sg-1", "sg-2"), patience())


def test_route_tables_leave_their_subnets_first() -> None:
    tables = [
        {"RouteTableId": "rtb-1", "Associations": [{"RouteTableAssociationId": f"rtbassoc-{n}"} for n in (1, 2)]},
        {"RouteTableId": "rtb-2"},
    ]
    filters = [{"Name": "route-table-id", "Values": ["rtb-1", "rtb-2"]}]
    requests = (
        Exchange("describe_route_tables", {"Filters": filters}, {"RouteTables": tables}),
        Exchange("disassociate_route_table", {"AssociationId": "rtbassoc-1"}),
        Exchange("disassociate_route_table", {"AssociationId": "rtbassoc-2"}, refusal="InvalidAssociationID.NotFound"),
        Exchange("delete_route_table", {"RouteTableId": "rtb-1"}),
        Exchange("delete_route_table", {"RouteTableId": "rtb-2"}, refusal="InvalidRouteTableID.NotFound"),
    )
    with answering("ec2", *requests) as scope:
        delete_network.route_tables(scope.clients, going("route_table", "rtb-1", "rtb-2"), patience())


def test_a_vpc_goes_when_it_is_empty() -> None:
    with answering("ec2", Exchange("delete_vpc", {"VpcId": "vpc-1"})) as scope:
        delete_network.vpcs(scope.clients, going("vpc", "vpc-1"), patience())


def objects(listed: dict[str, Any]) -> Exchange:
    return Exchange("list_object_versions", {"Bucket": "backup"}, listed)


def delete_objects(*ids: str) -> Exchange:
    doomed = {"Objects": [{"Key": f"key-{n}", "VersionId": n} for n in ids], "Quiet": True}
    return Exchange("delete_objects", {"Bucket": "backup", "Delete": doomed})


def test_a_bucket_is_emptied_page_by_page_and_deleted() -> None:
    def listed(*ids: str) -> list[dict[str, str]]:
        return [{"Key": f"key-{n}", "VersionId": n} for n in ids]

    requests = (
        objects({"Versions": listed("1", "2"), "DeleteMarkers": listed("3"), "IsTruncated": True}),
        delete_objects("1", "2", "3"),
        objects({"DeleteMarkers": listed("4")}),
        delete_objects("4"),
        objects({}),
        Exchange("delete_bucket", {"Bucket": "backup"}),
    )
    with answering("s3", *requests) as scope:
        delete_data.buckets(scope.clients, going("s3_bucket", "backup", versions=True), patience())


@pytest.mark.parametrize(
    ("listed", "gone"),
    [
        ({"DeleteMarkers": [{"Key": "key-1", "VersionId": "1"}]}, ["1"]),
        ({"DeleteMarkers": [{"Key": "key-1", "VersionId": "1"}], "IsTruncated": True}, []),
    ],
)
def test_without_leave_only_delete_markers_that_hide_nothing_go(listed: dict[str, Any], gone: list[str]) -> None:
    emptied = [delete_objects(*gone), objects({})] if gone else []
    requests = (objects(listed), *emptied, Exchange("delete_bucket", {"Bucket": "backup"}))
    with answering("s3", *requests) as scope:
        delete_data.buckets(scope.clients, going("s3_bucket", "backup", versions=False), patience())


def test_a_bucket_that_is_gone_is_done() -> None:
    requests = [
        Exchange(method, {"Bucket": "backup"}, refusal="NoSuchBucket")
        for method in ("list_object_versions", "delete_bucket")
    ]
    with answering("s3", *requests) as scope:
        delete_data.buckets(scope.clients, going("s3_bucket", "backup", versions=True), patience())


def test_a_key_loses_every_alias_before_it_is_scheduled() -> None:
    requests = (
        Exchange("delete_alias", {"AliasName": "alias/one"}, refusal="NotFoundException"),
        Exchange("delete_alias", {"AliasName": "alias/other"}),
        Exchange("schedule_key_deletion", {"KeyId": "key-1", "PendingWindowInDays": 7}),
    )
    with answering("kms", *requests) as scope:
        removals = going("kms_key", "key-1", days=7, aliases=("alias/one", "alias/other"))
        delete_data.keys(scope.clients, removals, patience())


def test_a_failure_that_waiting_does_not_help_is_raised_at_once() -> None:
    refused = Exchange("delete_log_group", {"logGroupName": "one"}, refusal="AccessDeniedException")
    with answering("logs", refused) as scope, pytest.raises(AwsError, match="DeleteLogGroup for one failed"):
        delete_database.log_groups(scope.clients, going("log_group", "one"), patience())


def test_a_secret_that_is_gone_is_done() -> None:
    gone = Exchange("describe_secret", {"SecretId": "arn:secret"}, refusal="ResourceNotFoundException")
    with answering("secretsmanager", gone) as scope:
        delete_data.secrets(scope.clients, going("secret", "arn:secret", days=7), patience())


def test_an_interface_that_nobody_described_is_named_with_its_status() -> None:
    filters = [{"Name": "vpc-id", "Values": ["vpc-1"]}]
    held = {"NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Description": "", "Status": "in-use"}]}
    requests = (
        Exchange("delete_vpc", {"VpcId": "vpc-1"}, refusal="DependencyViolation"),
        Exchange("describe_network_interfaces", {"Filters": filters}, held),
    )
    with answering("ec2", *requests) as scope, pytest.raises(WaitTimeout, match=r"network interface eni-1 \(in-use\)"):
        delete_network.vpcs(scope.clients, going("vpc", "vpc-1"), patience(0))
