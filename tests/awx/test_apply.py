"""awx/apply.yml and `awx import` against an API like AWX's: what each makes, and that both make the same.

`awx import` is awxkit's own, and every run of it has to be silent: it says what it passes over, and goes on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.awx.api import Awx
from tests.awx.controller import CONFIG, TEMPLATES
from tests.awx.described import described, without
from tests.awx.reading import ROOT, awx_modules
from tests.awx.server import running
from tools import awx_import

FOUND = awx_modules()
with_modules = pytest.mark.skipif(FOUND is None, reason="`ansible` from PyPI has awx.awx up to 13, for Python 3.11")

SECRET = "xoxb-not-to-be-seen"
TYPED = {"username": "AKIAI44QH8DHBEXAMPLE", "password": "typed into AWX"}


def _of(*names: str, kind: str, key: str = "name") -> list[dict[str, Any]]:
    return [each for each in CONFIG[kind] if each[key] in names]


# Two environments are enough: each module takes half a second.
FEWER: dict[str, Any] = {
    "awx_credentials": _of("pgfleet aws dev", "pgfleet aws prod", kind="awx_credentials"),
    "awx_inventories": _of("pgfleet dev", "pgfleet prod", kind="awx_inventories"),
    "awx_inventory_sources": _of("pgfleet dev", "pgfleet prod", kind="awx_inventory_sources", key="inventory"),
    "awx_job_templates": _of("pgfleet plan", "pgfleet networks", "pgfleet site", kind="awx_job_templates"),
    "awx_workflow_job_templates": CONFIG["awx_workflow_job_templates"][-1:],
    "awx_schedules": _of("pgfleet drift dev", "pgfleet drift prod", kind="awx_schedules"),
}
SECRETS: dict[str, Any] = {
    "pgfleet_awx_slack_channels": ["#databases"],
    "pgfleet_awx_secrets": {
        "pgfleet aws prod": {"username": "AKIAIOSFODNN7EXAMPLE", "password": SECRET},
        "pgfleet slack": {"token": SECRET},
        "pgfleet vault": {"vault_password": SECRET},
        "pgfleet git": {"username": "awx", "password": SECRET},
        "pgfleet registry": {"host": "registry.example.com", "username": "awx", "password": SECRET},
    },
}


def _run(command: list[str], url: str, document: Any = None) -> str:
    # https://setuptools.pypa.io/en/latest/pkg_resources.html is deprecated, as awxkit says itself.
    environment = {"PYTHONWARNINGS": "ignore:pkg_resources is deprecated:UserWarning"}
    environment |= {"CONTROLLER_HOST": url, "CONTROLLER_OAUTH_TOKEN": "token", "ANSIBLE_NOCOLOR": "1"}
    finished = subprocess.run(
        [str(Path(sys.executable).with_name(command[0])), *command[1:]],
        cwd=ROOT,
        env=os.environ | environment,
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=False,
    )
    said = finished.stdout + finished.stderr
    assert finished.returncode == 0, said
    return said


def import_(url: str, *documents: Any) -> None:
    for each in documents:
        assert _run(["awx", "import"], url, each) == ""


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Awx]:
    """By apply.yml, with a credential that somebody has filled in before."""
    settings = tmp_path_factory.mktemp("applied") / "settings.json"
    settings.write_text(json.dumps(FEWER | SECRETS))
    with running() as (awx, url):
        import_(url, awx_import.credentials(awx_import.load(FEWER)))
        awx.named("credentials", "pgfleet aws dev")["inputs"] = dict(TYPED)
        output = _run(["ansible-playbook", "awx/apply.yml", "-i", "localhost,", "-e", f"@{settings}"], url)
        assert SECRET not in output
        assert "WARNING" not in output
        assert awx.refused == []
        yield awx


@with_modules
def test_apply_makes_what_is_configured(applied: Awx) -> None:
    environment = applied.named("execution_environments", "pgfleet")
    assert applied.named("projects", "pgfleet")["default_environment"] == environment["id"]
    for name in (each["name"] for each in FEWER["awx_job_templates"]):
        made, template = applied.named("job_templates", name), TEMPLATES[name]
        assert made["playbook"] == template["playbook"]
        assert made["job_slice_count"] == template["job_slice_count"]
        assert made["inventory"] == applied.named("inventories", "pgfleet dev")["id"]
        assert json.loads(made["extra_vars"]) == template["extra_vars"]
        survey = applied.surveys[made["url"]]["spec"]
        assert survey == [CONFIG["awx_questions"][key] for key in template["survey"]]
        assert applied.related_names("job_templates", name, "credentials") == {"pgfleet aws dev", "pgfleet vault"}
        heard = applied.related_names("job_templates", name, "notification_templates_error")
        assert heard == {"pgfleet mail", "pgfleet slack"}
    assert applied.named("credentials", "pgfleet aws prod")["inputs"]["password"] == SECRET
    made = described(applied)
    assert made["projects"]["pgfleet"]["credential"] == "pgfleet git"
    assert made["execution_environments"]["pgfleet"]["credential"] == "pgfleet registry"
    # Not overwritten.
    assert applied.named("credentials", "pgfleet aws dev")["inputs"] == TYPED


@with_modules
def test_the_workflow_plans_asks_and_acts(applied: Awx) -> None:
    nodes = described(applied)["workflow_job_template_nodes"]
    steps = {
        name.removeprefix("pgfleet change prod: "): (each["unified_job_template"], each["success_nodes"])
        for name, each in nodes.items()
    }
    assert steps == {
        "plan": ("pgfleet plan", ["pgfleet change prod: approval"]),
        "approval": ("Somebody has read the plan, for 86400 s", ["pgfleet change prod: networks"]),
        "networks": ("pgfleet networks", ["pgfleet change prod: site"]),
        "site": ("pgfleet site", []),
    }
    for name in ("plan", "networks", "site"):
        assert nodes[f"pgfleet change prod: {name}"]["credentials"] == ["pgfleet aws prod"]


@with_modules
def test_import_makes_the_same(applied: Awx) -> None:
    """But for secrets, and for what is only there with its secret."""
    config = awx_import.load(FEWER)
    with running() as (awx, url):
        import_(url, awx_import.credentials(config), awx_import.exported(config))
    only = ("pgfleet vault", "pgfleet git", "pgfleet registry", "pgfleet slack", "credential", "inputs")
    assert without(described(awx), *only) == without(described(applied), *only)


def test_import_of_the_files() -> None:
    """All of it, and once more: what has been typed into AWX stays."""
    files = [json.loads((ROOT / "awx" / name).read_text()) for name in ("credentials.json", "import.json")]
    with running() as (awx, url):
        import_(url, *files)
        assert awx.refused == []
        first = described(awx)
        awx.named("credentials", "pgfleet aws prod")["inputs"] = dict(TYPED)
        import_(url, files[1])
        assert awx.refused == []
        assert awx.named("credentials", "pgfleet aws prod")["inputs"] == TYPED
        assert without(described(awx), "inputs") == without(first, "inputs")
        # Why credentials have a file of their own.
        import_(url, files[0])
        assert awx.named("credentials", "pgfleet aws prod")["inputs"] == {}
    for kind in ("job_templates", "workflow_job_templates", "inventories", "credentials"):
        assert set(first[kind]) == {each["name"] for each in CONFIG[f"awx_{kind}"]}
    assert len(first["schedules"]) == len(CONFIG["awx_schedules"])
    assert len(first["workflow_job_template_nodes"]) == 4 * len(CONFIG["awx_workflow_job_templates"])
    for each in CONFIG["awx_schedules"]:
        made = first["schedules"][f"{each['unified_job_template']}: {each['name']}"]
        assert made | {name: each[name] for name in each if name != "organization"} == made


def test_what_import_passes_over_is_noticed() -> None:
    """A template without its credential, a schedule whose answers are not asked for: said, and the status is 1."""
    document = {"organizations": awx_import.credentials(CONFIG)["organizations"]} | awx_import.exported(CONFIG)
    document["schedules"] = document["job_templates"][0]["related"].pop("schedules")
    with running() as (_, url), pytest.raises(AssertionError) as failure:
        import_(url, document)
    assert "Could not find matching object in Tower for imported relation" in str(failure.value)
    assert "not allowed on launch" in str(failure.value)
