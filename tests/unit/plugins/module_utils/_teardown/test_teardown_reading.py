"""What a teardown asks AWS about, and how it names what it finds."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.arns import of_no_known_kind
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look, names_of
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.survey import distinct

TAGS = Owner("retail", "prod").tags()


@pytest.mark.parametrize(
    ("arn", "scope", "kind", "name"),
    [
        ("arn:aws:rds:us-east-1:1:cluster:aurora", "database", "rds:cluster", "aurora"),
        ("arn:aws:rds:us-east-1:1:db:mine", "database", None, ""),
        ("arn:aws:ec2:us-east-1:1:natgateway/nat-1", "network", "ec2:natgateway", "nat-1"),
        ("arn:aws:ec2:us-east-1:1:natgateway/nat-1", "database", None, ""),
        ("arn:aws:ec2:us-east-1:1:vpc/vpc-1", "network", None, ""),
        ("arn:aws:s3:::bucket", "database", None, ""),
        ("arn:aws:sns:us-east-1:1:topic", "database", None, ""),
        ("arn:aws:sqs:us-east-1:1:queue", "database", "sqs", "queue"),
        ("arn:aws:sqs:us-east-1:1:queue", "network", None, ""),
        ("arn:aws:logs:us-east-1:1:log-group:/aws/rds/x", "database", None, ""),
        ("arn:aws:ssm:us-east-1:1:parameter/pgfleet/x", "database", None, ""),
        ("arn:aws:lambda:us-east-1:1:function:access", "database", "lambda:function", "access"),
    ],
)
def test_what_the_tagging_api_lists_beyond_the_known_kinds(arn: str, scope: str, kind: str | None, name: str) -> None:
    found = [(f.kind, f.name, f.id) for f in of_no_known_kind(scope, {arn: TAGS})]
    assert found == ([(kind, name, arn)] if kind else [])


@pytest.mark.parametrize(
    ("kind", "name", "arn", "asked"),
    [
        ("iam_role", "role-retail-prod", "", True),
        ("iam_role", "Role-Retail-PROD", "", True),
        ("iam_role", "role-retail-staging", "", False),
        ("iam_role", "named", "", True),
        ("sns_topic", "named", "", False),
        ("sns_topic", "old", "arn:old", True),
    ],
)
def test_tags_are_asked_for_where_something_could_be_ours(kind: str, name: str, arn: str, asked: bool) -> None:
    names = {"iam_role": frozenset({"named"})}
    look = Look(Clients(dict), Owner("retail", "prod"), names, indexed={"arn:old": TAGS})
    assert look.asks_about(kind, name, arn) is asked


def test_names_of_a_document() -> None:
    document = [
        {"kind": "subnet", "name": "a", "properties": {}},
        {"kind": "subnet", "name": "b"},
        {"kind": "network", "name": "shared", "external": True},
    ]
    assert names_of(document) == {"subnet": frozenset({"a", "b"})}


def test_only_those_that_share_a_name_get_their_id() -> None:
    found = (Found("vpc", "x", "vpc-1"), Found("vpc", "x", "vpc-2"), Found("subnet", "x", "subnet-1"))
    assert [f.name for f in distinct(found)] == ["x (vpc-1)", "x (vpc-2)", "x"]
