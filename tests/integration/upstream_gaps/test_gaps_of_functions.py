"""What the modules of amazon.aws do instead of ours: why there is lambda_function.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def options(aws: Emulator, tmp_path: Path) -> dict[str, Any]:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("orders.py", "def handle(event, context): return 1")
    (tmp_path / "orders.zip").write_bytes(code.getvalue())
    policy = json.dumps(TRUST)
    role = aws.client("iam").create_role(RoleName="orders", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    zip_file = str(tmp_path / "orders.zip")
    return {
        "name": "orders",
        "role": role,
        "runtime": "python3.13",
        "handler": "orders.handle",
        "zip_file": zip_file,
        "region": "us-east-1",
    }


@pytest.mark.xfail(raises=AssertionError, reason="lambda publishes versions for new code, and none for configuration")
def test_a_change_of_configuration_is_published(aws: Emulator, options: dict[str, Any]) -> None:
    for memory in (128, 256):
        ran = run_module(aws, "amazon.aws.lambda", {**options, "memory_size": memory})
        if ran.result.get("failed"):
            pytest.fail(ran.message)
    versions = aws.client("lambda").list_versions_by_function(FunctionName="orders")["Versions"]
    assert {version["MemorySize"] for version in versions if version["Version"] != "$LATEST"} == {128, 256}


@pytest.mark.xfail(raises=AssertionError, reason="lambda has no option for reserved concurrency or the log group")
@pytest.mark.parametrize("option", [{"reserved_concurrency": 5}, {"log_group": "/orders"}])
def test_concurrency_and_log_group(aws: Emulator, options: dict[str, Any], option: dict[str, Any]) -> None:
    ran = run_module(aws, "amazon.aws.lambda", {**options, **option})
    assert not ran.result.get("failed"), ran.message
