"""lambda_package through ansible-playbook: the access function's own package, from its lock file to a cold start."""

from __future__ import annotations

import json
import os
import site
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._package import code_sha256

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module
from tests.integration.playbook import ROOT

FILES = ROOT / "roles" / "access_function" / "files"
LARGEST_BYTES = 10 * 1000 * 1000

# As Lambda does it: the package first, then what the runtime has (boto3), and nothing else of this machine.
COLD_START = """
import json, sys
package, runtime, event = sys.argv[1:]
sys.path += [package, runtime]
from types import SimpleNamespace
import aws_lambda_powertools, fastjsonschema, pg8000, scramp
from access_function.handler import handle
context = SimpleNamespace(
    function_name="access", memory_limit_in_mb=512, invoked_function_arn="arn:aws:lambda:x", aws_request_id="1"
)
answer = handle(json.loads(event), context)
origins = [module.__file__ for module in (aws_lambda_powertools, fastjsonschema, pg8000, scramp)]
print(json.dumps({"answer": answer, "origins": origins}))
"""


def run(aws: Emulator, dest: Path, check: bool = False) -> Ran:
    options = {
        "source": str(FILES / "access_function"),
        "requirements": str(FILES / "requirements.txt"),
        "extra_files": {"global-bundle.pem": str(FILES / "global-bundle.pem")},
        "dest": str(dest),
    }
    return run_module(aws, "lambda_package", options, check=check)


def invoke(package: Path, event: dict[str, Any]) -> dict[str, Any]:
    """What a process that has just begun answers."""
    environment = {"DATABASE_PARAMETERS_PATH": "/x/", "AWS_DEFAULT_REGION": "us-east-1", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-I", "-S", "-c", COLD_START, str(package), site.getsitepackages()[0], json.dumps(event)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def test_the_access_function_is_built_and_starts(aws: Emulator, tmp_path: Path) -> None:
    dest = tmp_path / "build" / "access_function.zip"
    planned = run(aws, dest, check=True)
    assert planned.changed
    assert not dest.exists()

    made = run(aws, dest)
    content = dest.read_bytes()
    assert made.result["sha256"] == planned.result["sha256"] == code_sha256(content)
    assert made.result["size_bytes"] == len(content) < LARGEST_BYTES
    assert made.requests == []

    unpacked = tmp_path / "task"
    with zipfile.ZipFile(dest) as package:
        package.extractall(unpacked)
    bundle = (unpacked / "global-bundle.pem").read_bytes()
    assert bundle == (FILES / "global-bundle.pem").read_bytes()
    told = invoke(unpacked, {"operation": "health", "endpoints": ["nowhere"]})
    assert told["answer"]["error"]["field"] == "endpoints.0"
    assert all(Path(origin).is_relative_to(unpacked) for origin in told["origins"])
