"""Who works on a local AWS: the planner and the deployer of a fleet, with the policies of docs/iam and no more.

    python -m tests.users "$AWS_SHARED_CREDENTIALS_FILE"

makes them for the prod fleet and writes their access keys, and the administrator's, to that file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from tools.iam_policies import policies

# By system, how the inventory names what does not end in -{system}-{suffix}.
FLEET: dict[str, tuple[str, ...]] = {
    "retail": (),
    "finance": (),
    "transactions": tuple(f"{service}:aurora-*" for service in ("rds", "secretsmanager", "cloudwatch", "logs")),
    "experimentation": (),
}
# The local AWS takes any text that is no access key of a user for the root user's.
ROOT = {"AWS_ACCESS_KEY_ID": "local-access-key", "AWS_SECRET_ACCESS_KEY": "local-secret-key"}
PLANNING = "read-only"
Keys = dict[str, str]


def planner(iam: Any) -> Keys:
    """Who may only read, whatever the system."""
    return user(iam, "planner", {"readers": {PLANNING: policies()[PLANNING]}})


def deployer(iam: Any, name: str, systems: Mapping[str, tuple[str, ...]]) -> Keys:
    """Who may bring systems up and take them away: a group for each, as a user has ten managed policies at most."""
    made = {system: policies(system, names=names) for system, names in systems.items()}
    return user(iam, name, {f"{name}-{system}": documents for system, documents in made.items()})


def user(iam: Any, name: str, groups: Mapping[str, Mapping[str, Any]]) -> Keys:
    """A new user in these groups, each with its managed policies."""
    iam.create_user(UserName=name)
    for group, documents in groups.items():
        iam.create_group(GroupName=group)
        for each, document in documents.items():
            made = iam.create_policy(PolicyName=f"{group}-{each}", PolicyDocument=json.dumps(document))
            iam.attach_group_policy(GroupName=group, PolicyArn=made["Policy"]["Arn"])
        iam.add_user_to_group(GroupName=group, UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}


def profiles(file: Path) -> dict[str, Keys]:
    """The access keys in such a file, by profile."""
    blocks = (block.splitlines() for block in file.read_text().split("\n\n"))
    return {
        title.strip("[]"): {name.upper(): value for name, value in (line.split(" = ") for line in lines)}
        for title, *lines in blocks
    }


def write(file: Path, keys: Mapping[str, Keys]) -> None:
    blocks = [
        [f"[{name}]", *(f"{variable.lower()} = {value}" for variable, value in of.items())] for name, of in keys.items()
    ]
    file.write_text("\n\n".join("\n".join(lines) for lines in blocks) + "\n")


def main() -> None:
    file, everybody = Path(sys.argv[1]), {"administrator": ROOT}
    write(file, everybody)
    iam = boto3.Session(profile_name="administrator").client("iam")
    write(file, everybody | {"deployer": deployer(iam, "deployer", FLEET), "planner": planner(iam)})


if __name__ == "__main__":
    main()
