"""Functions for the tests of the emulated Lambda: packages, roles, and what an invocation answers."""

from __future__ import annotations

import base64
import io
import json
import textwrap
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from emulator.testing import Emulator

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }
)
LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
NETWORK = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
ECHO = "def handler(event, context):\n    return event\n"


def package(code: str = ECHO, mode: int = 0o644, **more: str) -> bytes:
    """A zip with app.py, and other modules by name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in {"app": code, **more}.items():
            entry = zipfile.ZipInfo(f"{name}.py")
            entry.external_attr = (0o100000 | mode) << 16
            archive.writestr(entry, textwrap.dedent(text))
    return content.getvalue()


def role(aws: Emulator, *actions: str, name: str = "runner", trust: str = TRUST) -> str:
    """ARN of a new role that may do these actions."""
    iam = aws.client("iam")
    arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"])
    if actions:
        allow(aws, actions, name)
    return arn


def allow(aws: Emulator, actions: Iterable[str], name: str = "runner") -> None:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("iam").put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy)


@dataclass
class Lambda:
    """Lambda with a role for its functions."""

    client: Any
    role: str

    @classmethod
    def of(cls, aws: Emulator) -> Lambda:
        return cls(aws.client("lambda"), role(aws, *LOGS, *NETWORK))

    def create(self, code: str = ECHO, name: str = "orders", **params: Any) -> Any:
        given = {"FunctionName": name, "Runtime": "python3.13", "Role": self.role, "Handler": "app.handler"}
        return self.client.create_function(**{**given, "Code": {"ZipFile": package(code)}, **params})

    def call(self, event: Any = None, name: str = "orders", **params: Any) -> Answer:
        sent = {"Payload": json.dumps(event)} if event is not None else {}
        return Answer(self.client.invoke(FunctionName=name, **sent, **{"LogType": "Tail", **params}))

    def refused(self, action: str, **params: Any) -> tuple[str, str]:
        """Code and message; empty if it is not refused."""
        try:
            getattr(self.client, action)(**params)
        except ClientError as error:
            return error.response["Error"]["Code"], error.response["Error"]["Message"]
        return "", ""

    def configuration(self, name: str = "orders", **params: Any) -> Any:
        return self.client.get_function_configuration(FunctionName=name, **params)


class Answer:
    """error: X-Amz-Function-Error; result: of the function, or its error; log: its tail"""

    def __init__(self, response: Any) -> None:
        self.status, self.version = response["StatusCode"], response.get("ExecutedVersion")
        self.error = response.get("FunctionError")
        payload = response["Payload"].read()
        self.result: Any = json.loads(payload) if payload else None
        self.log = base64.b64decode(response.get("LogResult", "")).decode()
