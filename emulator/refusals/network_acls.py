"""What EC2 refuses of network ACLs. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""

from __future__ import annotations

from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.ec2 import ec2

LAST_RULE = 32766
RULES_PER_DIRECTION = 20
PORTS = ("6", "17")


@refuses("ec2", "CreateNetworkAclEntry", "ReplaceNetworkAclEntry")
def impossible_rule(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html"""
    params = asked.params
    if not 1 <= params["RuleNumber"] <= LAST_RULE:
        message = f"Value ({params['RuleNumber']}) for parameter ruleNumber is invalid. Rule number is out of range."
        raise AwsError("InvalidParameterValue", message)
    if params["Protocol"] in PORTS and not params.get("PortRange"):
        raise AwsError("MissingParameter", "The request must contain the parameter PortRange")
    if not (params.get("CidrBlock") or params.get("Ipv6CidrBlock")):
        raise AwsError("MissingParameter", "The request must contain the parameter cidrBlock")


@refuses("ec2", "CreateNetworkAclEntry")
def too_many_rules(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-nacls"""
    acl = ec2(asked).network_acls.get(asked.params["NetworkAclId"])
    entries = acl.network_acl_entries if acl else []
    if sum(entry.egress == asked.params["Egress"] for entry in entries) >= RULES_PER_DIRECTION:
        raise AwsError("NetworkAclEntryLimitExceeded", f"The maximum number of entries is {RULES_PER_DIRECTION}.")


@refuses("ec2", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry")
def unknown_rule(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: InvalidNetworkAclEntry.NotFound"""
    params = asked.params
    acl = ec2(asked).network_acls.get(params["NetworkAclId"])
    wanted = (params["RuleNumber"], params["Egress"])
    if acl is not None and not any((e.rule_number, e.egress) == wanted for e in acl.network_acl_entries):
        raise AwsError("InvalidNetworkAclEntry.NotFound", f"network acl entry {wanted[0]} does not exist in {acl.id}")


@refuses("ec2", "ReplaceNetworkAclAssociation")
def unknown_association(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: InvalidAssociationID.NotFound"""
    wanted = asked.params["AssociationId"]
    if not any(wanted in acl._associations for acl in ec2(asked).network_acls.values()):
        raise AwsError("InvalidAssociationID.NotFound", f"The association ID '{wanted}' does not exist")


@refuses("ec2", "DeleteNetworkAcl")
def default_acl(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html"""
    acl = ec2(asked).network_acls.get(asked.params["NetworkAclId"])
    if acl is not None and acl.default:
        raise AwsError("InvalidParameterValue", f"cannot delete default network ACL {acl.id}")
