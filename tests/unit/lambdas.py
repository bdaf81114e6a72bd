"""A Lambda function as AWS describes it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

ACCOUNT_PART = "us-west-2:123456789012"
ARN = f"arn:aws:lambda:{ACCOUNT_PART}:function:orders"
ALIAS_ARN = f"{ARN}:live"
ROLE = "arn:aws:iam::123456789012:role/orders"
CODE = b"a zip file"
CODE_SHA256 = base64.b64encode(hashlib.sha256(CODE).digest()).decode()


def raw(version: str = "$LATEST", **members: Any) -> dict[str, Any]:
    """The configuration of a function, or of a version."""
    return {
        "FunctionName": "orders",
        "FunctionArn": ARN if version == "$LATEST" else f"{ARN}:{version}",
        "Version": version,
        "Role": ROLE,
        "Runtime": "python3.13",
        "Handler": "orders.handle",
        "Description": "",
        "MemorySize": 512,
        "Timeout": 60,
        "Architectures": ["arm64"],
        "Environment": {"Variables": {"ORDERS": "/orders/"}},
        "VpcConfig": {"SubnetIds": ["subnet-b", "subnet-a"], "SecurityGroupIds": ["sg-1"], "VpcId": "vpc-1"},
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/aws/lambda/orders"},
        "CodeSha256": CODE_SHA256,
        "RevisionId": "r1",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        **members,
    }


def properties(**changed: Any) -> dict[str, Any]:
    """What wants it to be as it is."""
    return {
        "role_arn": ROLE,
        "runtime": "python3.13",
        "handler": "orders.handle",
        "memory_mb": 512,
        "timeout_seconds": 60,
        "architecture": "arm64",
        "environment": {"ORDERS": "/orders/"},
        "subnet_ids": ["subnet-a", "subnet-b"],
        "security_group_ids": ["sg-1"],
        "log_group": "/aws/lambda/orders",
        "log_format": "JSON",
        "code_sha256": CODE_SHA256,
        **changed,
    }
