"""What IAM refuses."""

from __future__ import annotations

from moto.iam.models import iam_backends

from emulator import policies
from emulator.errors import AwsError
from emulator.operations import Asked, refuses


@refuses("iam", "CreateRole")
def name_that_differs_only_in_case(asked: Asked) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: RoleName"""
    name = asked.params["RoleName"]
    known = {role.name.lower() for role in iam_backends[asked.account_id]["aws"].roles.values()}
    if name.lower() in known:
        raise AwsError("EntityAlreadyExists", f"Role with name {name} already exists.")


@refuses("iam", "CreateRole", "UpdateAssumeRolePolicy")
def trust_policy(asked: Asked) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: MalformedPolicyDocument"""
    document = asked.params.get("AssumeRolePolicyDocument") or asked.params.get("PolicyDocument", "")
    try:
        found = policies.statements(document)
    except policies.MalformedPolicy as error:
        raise AwsError("MalformedPolicyDocument", f"The trust policy cannot be read: {error}") from error
    for principal in (principal for statement in found for principal in policies.aws_principals(statement)):
        if not policies.exists(asked.account_id, principal):
            raise AwsError("MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{principal}"')
    if any("Resource" in statement for statement in found):
        raise AwsError("MalformedPolicyDocument", "Has prohibited field Resource")


@refuses("iam", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion")
def changing_a_policy_of_aws(asked: Asked) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"""
    if asked.params["PolicyArn"].startswith("arn:aws:iam::aws:policy/"):
        message = f"{asked.params['PolicyArn']} is an AWS managed policy and cannot be changed."
        raise AwsError("AccessDenied", message, 403)
