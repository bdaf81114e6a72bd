"""awx/config against the repository: what it names exists; what its surveys ask is read, and limited as roles do."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SUFFIX_PATTERN
from ansible_collections.pgfleet.aws.plugins.module_utils._run import ALLOW_ARGUMENT
from dateutil.rrule import rrulestr

from tests.awx.reading import ROOT, variables
from tools import awx_import

CONFIG = awx_import.load()
TEMPLATES = {each["name"]: CONFIG["awx_job_template_defaults"] | each for each in CONFIG["awx_job_templates"]}
WORKFLOWS = {
    each["name"]: CONFIG["awx_workflow_job_template_defaults"] | each for each in CONFIG["awx_workflow_job_templates"]
}
QUESTIONS: dict[str, dict[str, Any]] = CONFIG["awx_questions"]
SURVEYS = [(name, QUESTIONS[key]) for name, template in TEMPLATES.items() for key in template["survey"]]


def names(objects: str) -> set[str]:
    return {each["name"] for each in CONFIG[objects]}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_playbook_of_a_template_exists(name: str) -> None:
    assert (ROOT / TEMPLATES[name]["playbook"]).is_file()


@pytest.mark.parametrize(("name", "question"), SURVEYS, ids=[f"{name}-{each['variable']}" for name, each in SURVEYS])
def test_what_a_survey_asks_is_read_by_the_playbook(name: str, question: dict[str, Any]) -> None:
    assert question["variable"] in variables(TEMPLATES[name]["playbook"])


def test_a_variable_that_nothing_reads_is_noticed() -> None:
    assert "confirm" in variables("playbooks/destroy.yml")
    assert "confirm" not in variables("playbooks/plan.yml")


def test_extra_variables_of_templates_are_read() -> None:
    for template in TEMPLATES.values():
        if template["playbook"] in ("playbooks/site.yml", "playbooks/destroy.yml"):
            assert set(template["extra_vars"]) <= variables(template["playbook"])


def test_every_question_is_asked_somewhere() -> None:
    assert {key for each in [*TEMPLATES.values(), *WORKFLOWS.values()] for key in each["survey"]} == set(QUESTIONS)


@pytest.mark.parametrize("key", QUESTIONS)
def test_a_question_is_what_awx_takes(key: str) -> None:
    """https://github.com/ansible/awx/blob/devel/awx/api/templates/api/job_template_survey_spec.md"""
    question = QUESTIONS[key]
    assert question["type"] in {"text", "multiplechoice", "multiselect"}
    assert re.fullmatch(r"[a-z_]+", question["variable"])
    assert isinstance(question["required"], bool)
    if question["type"] == "text":
        assert "choices" not in question
        # AWX hands an empty text over where the least length is 0, and env_suffix would be empty.
        assert 1 <= question["min"] <= question["max"]
    else:
        assert question["choices"]
        assert all(isinstance(each, str) for each in question["choices"])
        assert question.get("default", question["choices"][0]) in question["choices"]


def test_a_suffix_may_be_as_long_as_the_roles_let_it_be() -> None:
    for key in ("env_suffix", "confirm"):
        assert SUFFIX_PATTERN.fullmatch("a" * QUESTIONS[key]["min"])
        assert SUFFIX_PATTERN.fullmatch("a" * QUESTIONS[key]["max"])
        assert not SUFFIX_PATTERN.fullmatch("a" * (QUESTIONS[key]["max"] + 1))


def test_what_may_be_allowed_is_what_the_planner_knows() -> None:
    assert QUESTIONS["allow"]["choices"] == ALLOW_ARGUMENT["choices"]


def test_nobody_destroys_by_default() -> None:
    survey = [QUESTIONS[key] for key in TEMPLATES["pgfleet destroy"]["survey"]]
    asked = {each["variable"]: each for each in survey}
    for variable in ("only", "confirm"):
        assert asked[variable]["required"]
        assert "default" not in asked[variable]
    assert all(each.get("default", "false") == "false" for each in survey)


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_the_systems_are_those_of_the_inventory(environment: str) -> None:
    listed = subprocess.run(
        [Path(sys.executable).with_name("ansible-inventory"), "-i", f"inventories/{environment}/hosts.yml", "--list"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    inventory = json.loads(listed.stdout)
    for question in (QUESTIONS["only"], QUESTIONS["only_or_all"]):
        systems = set(question["choices"]) - {"all"}
        hosts = [host for each in systems for host in inventory.get(each, {"hosts": [each]})["hosts"]]
        assert sorted(hosts) == sorted(inventory["_meta"]["hostvars"])


def test_what_is_named_is_there() -> None:
    credentials, inventories = names("awx_credentials"), names("awx_inventories")
    for each in [*TEMPLATES.values(), *WORKFLOWS.values(), *CONFIG["awx_schedules"]]:
        assert each["inventory"] in inventories
        assert set(each["credentials"]) <= credentials
        # One for dev is not used on prod. Where there is none, the template's is.
        used = each["credentials"] or CONFIG["awx_job_template_defaults"]["credentials"]
        assert {one.split()[-1] for one in used} == {each["inventory"].split()[-1]}
    for template in TEMPLATES.values():
        assert template["project"] == CONFIG["awx_project"]["name"]
        assert template["execution_environment"] == CONFIG["awx_execution_environment"]["name"]
    assert {each["inventory"] for each in CONFIG["awx_inventory_sources"]} == inventories
    for source in CONFIG["awx_inventory_sources"]:
        assert source["source_project"] == CONFIG["awx_project"]["name"]
        assert (ROOT / source["source_path"]).is_file()
        assert source["source_path"].split("/")[1] == source["inventory"].split()[-1]


def test_what_a_workflow_asks_each_of_its_templates_takes_or_ignores() -> None:
    """What is asked by no template of a workflow would be asked in vain."""
    nodes = {each["identifier"]: each for each in CONFIG["awx_workflow_nodes"]}
    templates = [TEMPLATES[each["template"]] for each in nodes.values() if "template" in each]
    for workflow in WORKFLOWS.values():
        for template in templates:
            assert set(workflow["survey"]) <= set(template["survey"])


def test_the_workflow_is_plan_approval_networks_site() -> None:
    nodes = {each["identifier"]: each for each in CONFIG["awx_workflow_nodes"]}
    followed = {name for each in nodes.values() for name in each["success"]}
    (at,) = set(nodes) - followed
    steps = [at]
    while nodes[at]["success"]:
        (at,) = nodes[at]["success"]
        steps.append(at)
    assert steps == ["plan", "approval", "networks", "site"]


def test_slices() -> None:
    """Networks and what is taken away in one job: databases need the one, and the other goes after its databases."""
    slices = {name: template["job_slice_count"] for name, template in TEMPLATES.items()}
    assert slices == {
        "pgfleet plan": 3,
        "pgfleet status": 3,
        "pgfleet networks": 1,
        "pgfleet site": 3,
        "pgfleet destroy": 1,
    }


@pytest.mark.parametrize("schedule", CONFIG["awx_schedules"], ids=lambda each: str(each["name"]))
def test_schedules(schedule: dict[str, Any]) -> None:
    start, _, rule = schedule["rrule"].partition(" ")
    zone, time = re.fullmatch(r"DTSTART;TZID=(\w+):(\d{8}T\d{6})", start).groups()  # type: ignore[union-attr]
    assert zone == "UTC"
    begun = datetime.strptime(time, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    first, second = list(rrulestr(rule.removeprefix("RRULE:"), dtstart=begun).xafter(begun, count=2, inc=True))
    assert first == begun
    assert (second - first).days == (1 if schedule["unified_job_template"] == "pgfleet plan" else 7)
    template = TEMPLATES[schedule["unified_job_template"]]
    asked = {QUESTIONS[key]["variable"]: QUESTIONS[key] for key in template["survey"]}
    for variable, value in schedule["extra_data"].items():
        assert value in asked[variable]["choices"]
    # What a schedule changes must be asked for on launch, or AWX refuses it.
    assert template["ask_inventory_on_launch"]
    assert template["ask_credential_on_launch"]
    assert schedule["extra_data"].get("plan_fail_on_changes", schedule["extra_data"].get("fail_on_trouble")) == "true"


def test_no_two_schedules_begin_together() -> None:
    begins = [each["rrule"].split()[0] for each in CONFIG["awx_schedules"]]
    assert len(set(begins)) == len(begins)


def test_nothing_secret_is_in_the_files() -> None:
    assert CONFIG["pgfleet_awx_secrets"] == {}
    assert all(set(each) == {"name", "credential_type", "organization"} for each in CONFIG["awx_credentials"])
    for each in [*CONFIG["awx_notification_templates"], CONFIG["awx_slack_notification_template"]]:
        settings = each["notification_configuration"]
        assert not settings.get("password")
        assert "token" not in settings


def test_what_is_imported_is_what_the_configuration_says() -> None:
    """Write it anew: python -m tools.awx_import > awx/import.json, and --credentials > awx/credentials.json"""
    assert json.loads((ROOT / "awx/import.json").read_text()) == awx_import.exported(CONFIG)
    assert json.loads((ROOT / "awx/credentials.json").read_text()) == awx_import.credentials(CONFIG)


def test_settings_reach_what_is_imported() -> None:
    other = awx_import.load(
        {
            "pgfleet_awx_organization": "bank",
            "pgfleet_awx_scm_url": "https://git.example.com/x.git",
            "pgfleet_awx_slices": 9,
        }
    )
    exported = awx_import.exported(other)
    assert exported["projects"][0]["organization"]["name"] == "bank"
    assert exported["projects"][0]["scm_url"] == "https://git.example.com/x.git"
    assert exported["job_templates"][0]["job_slice_count"] == 9
    # What the job renders stays as it is.
    assert json.loads(exported["job_templates"][0]["extra_vars"])["outputs_directory"].startswith("{{")


def test_settings_come_from_a_file_and_one_by_one(tmp_path: Path) -> None:
    settings = tmp_path / "mine.yml"
    settings.write_text("pgfleet_awx_organization: bank\npgfleet_awx_slices: 2\n")

    def written(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tools.awx_import", "--settings", str(settings), *options]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    document = json.loads(written("--set", "pgfleet_awx_slices=9").stdout)
    assert document["projects"][0]["organization"]["name"] == "bank"
    assert document["job_templates"][0]["job_slice_count"] == 9
    refused = written("--set", "pgfleet_awx_slice=9")
    assert refused.returncode == 2
    assert "awx/config/settings.yml has no pgfleet_awx_slice." in refused.stderr


def test_every_reference_of_import_json_leads_to_an_object_in_it() -> None:
    exported = awx_import.exported(CONFIG)

    def keys(value: Any) -> list[str]:
        if isinstance(value, list):
            return [key for item in value for key in keys(item)]
        if not isinstance(value, dict):
            return []
        own = (
            [json.dumps(value, sort_keys=True)]
            if "type" in value and ("name" in value or "identifier" in value)
            else []
        )
        return own + [key for item in value.values() for key in keys(item)]

    objects = [each for one in (exported, awx_import.credentials(CONFIG)) for kind in one.values() for each in kind]
    objects += [schedule for each in exported["job_templates"] for schedule in each["related"]["schedules"]]
    objects += [node for each in exported["workflow_job_templates"] for node in each["related"]["workflow_nodes"]]
    known = {json.dumps(each["natural_key"], sort_keys=True) for each in objects}
    # Built in.
    known |= {json.dumps({"name": "Amazon Web Services", "kind": "cloud", "type": "credential_type"}, sort_keys=True)}
    referred = {key for key in keys(exported) if '"question_name"' not in key}
    assert referred <= known
    assert len(known) > 30


def test_the_playbook_that_applies_it_reads_every_part() -> None:
    play = yaml.safe_load((ROOT / "awx/apply.yml").read_text())[0]
    assert sorted(play["vars_files"]) == sorted(f"config/{path.name}" for path in (ROOT / "awx/config").glob("*.yml"))
    objects = {key for key in CONFIG if key.startswith("awx_")}
    assert objects <= variables("awx/apply.yml")
