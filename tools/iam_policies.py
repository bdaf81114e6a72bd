"""Write the IAM policies of docs/iam/policies.yml as JSON: ``python -m tools.iam_policies``.

Without options, those for `retail` in the emulator's account that are checked in beside it.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "docs" / "iam"

# Characters of a managed policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
LARGEST = 6144

Statement = dict[str, Any]
Policy = dict[str, Any]


def entries() -> dict[str, list[Statement]]:
    """The statements with their reasons, by name of the policy."""
    found: dict[str, list[Statement]] = yaml.safe_load((DIRECTORY / "policies.yml").read_text())
    return found


def actions_of(entry: Statement) -> list[str]:
    return sorted({*entry["actions"], *entry.get("also", {}), *entry.get("of_releases", {})})


def policies(system: str = "retail", account: str = "123456789012", names: Sequence[str] = ()) -> dict[str, Policy]:
    """By name, as IAM takes them. ``names`` are patterns of more names, each after its service and a colon."""
    return {
        name: {
            "Version": "2012-10-17",
            "Statement": [_filled(_statement(entry, names), system, account) for entry in statements],
        }
        for name, statements in entries().items()
    }


def _statement(entry: Statement, names: Sequence[str]) -> Statement:
    resources = [arn for resource in entry.get("resources", ["*"]) for arn in _named(resource, names)]
    statement = {
        "Sid": entry["sid"],
        "Effect": "Allow",
        "Action": actions_of(entry),
        "Resource": resources[0] if len(resources) == 1 else resources,
    }
    return statement | ({"Condition": entry["condition"]} if "condition" in entry else {})


def _named(resource: str, names: Sequence[str]) -> Iterator[str]:
    """With the name that stands in <>, and with others in its place."""
    yield re.sub("[<>]", "", resource)
    for service, _, pattern in (name.partition(":") for name in names):
        if "<" in resource and resource.split(":")[2] == service:
            yield re.sub("<.*>", pattern, resource)


def _filled(value: Any, system: str, account: str) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, system, account) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, system, account) for one in value]
    return value.replace("{system}", system).replace("{account}", account)


def size(policy: Policy) -> int:
    return len(json.dumps(policy, separators=(",", ":")))


def text(policy: Policy) -> str:
    return json.dumps(policy, indent=2) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.iam_policies", description=__doc__)
    parser.add_argument("--system", default="retail", help="of the inventory (default: %(default)s)")
    parser.add_argument("--account", default="123456789012", help="id of the AWS account (default: %(default)s)")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="SERVICE:PATTERN",
        help="other names than the usual ones, such as 'rds:aurora-*'; may be given several times",
    )
    parser.add_argument("--to", type=Path, default=DIRECTORY, metavar="DIR", help="default: %(default)s")
    options = parser.parse_args()
    for name, policy in policies(options.system, options.account, options.name).items():
        (options.to / f"{name}.json").write_text(text(policy))


if __name__ == "__main__":
    main()
