"""awx/apply.yml against an API like AWX's: what it makes, and that a second run has nothing to do."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.awx.api import running
from tests.awx.controller import CONFIG, TEMPLATES
from tests.awx.reading import ROOT

FOUND = importlib.util.find_spec("ansible_collections.awx.awx")
pytestmark = pytest.mark.skipif(FOUND is None, reason="`ansible` from PyPI has awx.awx up to 13, for Python 3.11")

SECRET = "xoxb-not-to-be-seen"
# One environment is enough: each module takes half a second.
FEWER = {
    "awx_workflow_job_templates": CONFIG["awx_workflow_job_templates"][-1:],
    "awx_schedules": [each for each in CONFIG["awx_schedules"] if each["name"] == "pgfleet drift prod"],
    "pgfleet_awx_slack_channels": ["#databases"],
    "pgfleet_awx_secrets": {
        "pgfleet aws prod": {"username": "AKIAIOSFODNN7EXAMPLE", "password": SECRET},
        "pgfleet slack": {"token": SECRET},
        "pgfleet vault": {"vault_password": SECRET},
    },
}


def apply(url: str, settings: Path) -> str:
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "awx/apply.yml", "-i", "localhost,"]
    command += ["-e", f"@{settings}"]
    environment = {"CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": "token", "ANSIBLE_NOCOLOR": "1"}
    finished = subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout + finished.stderr


def test_it_makes_what_is_configured(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(FEWER))
    with running() as (awx, url):
        output = apply(url, settings)
    assert SECRET not in output
    assert "WARNING" not in output

    environment = awx.named("execution_environments", "pgfleet")
    assert awx.named("projects", "pgfleet")["default_environment"] == environment["id"]
    for name, template in TEMPLATES.items():
        made = awx.named("job_templates", name)
        assert made["playbook"] == template["playbook"]
        assert made["job_slice_count"] == template["job_slice_count"]
        assert made["inventory"] == awx.named("inventories", "pgfleet dev")["id"]
        assert json.loads(made["extra_vars"]) == template["extra_vars"]
        survey = awx.surveys[made["url"]]["spec"]
        assert survey == [CONFIG["awx_questions"][key] for key in template["survey"]]
        assert awx.related_names("job_templates", name, "credentials") == {"pgfleet aws dev", "pgfleet vault"}
        heard = awx.related_names("job_templates", name, "notification_templates_error")
        assert heard == {"pgfleet mail", "pgfleet slack"}
    assert awx.named("credentials", "pgfleet aws prod")["inputs"]["password"] == SECRET
    assert "inputs" not in awx.named("credentials", "pgfleet aws dev")
    _check_workflow(awx)


def _check_workflow(awx: Any) -> None:
    ids = {each["identifier"]: each["id"] for each in awx.of("workflow_job_template_nodes")}
    nodes = "/api/v2/workflow_job_template_nodes"
    following = {name: awx.related.get(f"{nodes}/{number}/success_nodes/", []) for name, number in ids.items()}
    assert following == {
        "plan": [ids["approval"]],
        "approval": [ids["networks"]],
        "networks": [ids["site"]],
        "site": [],
    }
    for name in ("plan", "networks", "site"):
        assert awx.related_names("workflow_job_template_nodes", name, "credentials") == {"pgfleet aws prod"}
    assert awx.of("workflow_approval_templates")[0]["timeout"] == 86400
    schedule = awx.named("schedules", "pgfleet drift prod")
    assert schedule["unified_job_template"] == awx.named("job_templates", "pgfleet plan")["id"]
    assert schedule["inventory"] == awx.named("inventories", "pgfleet prod")["id"]
