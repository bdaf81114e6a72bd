"""Write awx/credentials.json and awx/import.json, for those who prefer ``awx import`` to ``awx/apply.yml``.

    python -m tools.awx_import --credentials --settings mine.yml | awx import
    python -m tools.awx_import --settings mine.yml | awx import

The format is that of ``awx export``: fields as the API takes them, references as natural keys, dependent objects in
``related`` (https://docs.ansible.com/automation-controller/latest/html/controllercli/examples.html#backup-restore).
``awx import`` writes objects whole: what a document leaves out goes back to AWX's default. So credentials and their
organization have a document of their own: imported once, they keep what is typed into them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

CONFIG = Path(__file__).parents[1] / "awx" / "config"
VARIABLE = re.compile(r"\{\{ (\w+) \}\}")
Document = dict[str, Any]


class Unsafe(str):
    """What is rendered by a job, not here."""

    __slots__ = ()


class Loader(yaml.SafeLoader):
    """YAML with Ansible's ``!unsafe``."""


def _unsafe(loader: yaml.SafeLoader, node: yaml.Node) -> Unsafe:
    return Unsafe(loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else "")


Loader.add_constructor("!unsafe", _unsafe)


def load(overrides: Mapping[str, Any] | None = None) -> Document:
    """All of awx/config, with the settings in it."""
    documents: dict[str, Document] = {
        path.stem: Loader(path.read_text()).get_single_data() for path in sorted(CONFIG.glob("*.yml"))
    }
    settings: Document = documents.pop("settings") | dict(overrides or {})
    merged = {key: value for document in documents.values() for key, value in document.items()}
    return {key: _rendered(value, settings) for key, value in merged.items()} | settings


def _rendered(value: Any, settings: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _rendered(item, settings) for key, item in value.items()}
    if isinstance(value, list):
        return [_rendered(item, settings) for item in value]
    if not isinstance(value, str) or isinstance(value, Unsafe):
        return value
    whole = VARIABLE.fullmatch(value)
    return settings[whole[1]] if whole else VARIABLE.sub(lambda found: str(settings[found[1]]), value)


def exported(config: Mapping[str, Any]) -> Document:
    """What ``awx export`` would say of an AWX that has these objects."""
    keys = _Keys(config)
    return {
        "execution_environments": [
            _referring(
                _object(config["awx_execution_environment"], keys.environment),
                organization=keys.organization,
            )
        ],
        "notification_templates": [
            _referring(_object(each, keys.named("notification_template", each["name"])), organization=keys.organization)
            for each in config["awx_notification_templates"]
        ],
        "projects": [
            _referring(
                _object(config["awx_project"], keys.project),
                organization=keys.organization,
                default_environment=keys.environment,
            )
        ],
        "inventory": [
            _referring(_object(each, keys.inventory(each["name"])), organization=keys.organization)
            for each in config["awx_inventories"]
        ],
        "inventory_sources": [_inventory_source(each, keys) for each in config["awx_inventory_sources"]],
        "job_templates": [
            _job_template(config["awx_job_template_defaults"] | each, config, keys)
            for each in config["awx_job_templates"]
        ],
        "workflow_job_templates": [
            _workflow(config["awx_workflow_job_template_defaults"] | each, config, keys)
            for each in config["awx_workflow_job_templates"]
        ],
    }


def credentials(config: Mapping[str, Any]) -> Document:
    """The credentials, empty, and the organization that they are in."""
    keys = _Keys(config)
    made = [
        _referring(
            _object(each, keys.credential(each["name"])),
            organization=keys.organization,
            credential_type=keys.credential_type,
        )
        | {"inputs": {}}
        for each in config["awx_credentials"]
    ]
    return {"organizations": [_object(config["awx_organization"], keys.organization)], "credentials": made}


class _Keys:
    """Natural keys: what stands for an object where another refers to it."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.organization: Document = {"name": config["awx_organization"]["name"], "type": "organization"}
        self.environment: Document = {
            "name": config["awx_execution_environment"]["name"],
            "type": "execution_environment",
        }
        self.credential_type: Document = {"name": "Amazon Web Services", "kind": "cloud", "type": "credential_type"}
        self.project = self.named("project", config["awx_project"]["name"])
        self.notifications = [
            self.named("notification_template", each["name"]) for each in config["awx_notification_templates"]
        ]

    def named(self, kind: str, name: str) -> Document:
        return {"organization": self.organization, "name": name, "type": kind}

    def inventory(self, name: str) -> Document:
        return self.named("inventory", name)

    def credential(self, name: str) -> Document:
        return self.named("credential", name) | {"credential_type": self.credential_type}


def _object(fields: Mapping[str, Any], key: Document) -> Document:
    return {**fields, "natural_key": key}


def _referring(document: Document, **references: Document) -> Document:
    return document | references


def _inventory_source(source: Mapping[str, Any], keys: _Keys) -> Document:
    inventory = keys.inventory(source["inventory"])
    key = {"name": source["name"], "inventory": inventory, "type": "inventory_source"}
    return _referring(
        _object(source, key), inventory=inventory, source_project=keys.project, execution_environment=keys.environment
    )


def _survey(questions: list[str], config: Mapping[str, Any]) -> Document:
    return {"name": "", "description": "", "spec": [config["awx_questions"][each] for each in questions]}


def _job_template(template: Document, config: Mapping[str, Any], keys: _Keys) -> Document:
    fields = {key: value for key, value in template.items() if key not in ("credentials", "survey")}
    fields["extra_vars"] = json.dumps(fields["extra_vars"])
    document = _referring(
        _object(fields, keys.named("job_template", template["name"])),
        organization=keys.organization,
        project=keys.project,
        inventory=keys.inventory(template["inventory"]),
        execution_environment=keys.environment,
    )
    return document | {
        "survey_enabled": True,
        "related": {
            "credentials": [keys.credential(each) for each in template["credentials"]],
            "survey_spec": _survey(template["survey"], config),
            "notification_templates_error": keys.notifications,
            # After the survey, unlike a list of their own: AWX refuses answers to what is not asked.
            "schedules": [
                _schedule(each, keys)
                for each in config["awx_schedules"]
                if each["unified_job_template"] == template["name"]
            ],
        },
    }


def _workflow(workflow: Document, config: Mapping[str, Any], keys: _Keys) -> Document:
    fields = {key: value for key, value in workflow.items() if key not in ("credentials", "survey")}
    key = keys.named("workflow_job_template", workflow["name"])
    document = _referring(
        _object(fields, key), organization=keys.organization, inventory=keys.inventory(workflow["inventory"])
    )
    return document | {
        "survey_enabled": True,
        "related": {
            "workflow_nodes": [_node(each, workflow, key, keys) for each in config["awx_workflow_nodes"]],
            "survey_spec": _survey(workflow["survey"], config),
            "notification_templates_error": keys.notifications,
            "notification_templates_approvals": keys.notifications,
        },
    }


def _node(node: Mapping[str, Any], workflow: Document, workflow_key: Document, keys: _Keys) -> Document:
    def key(identifier: str) -> Document:
        return {"workflow_job_template": workflow_key, "identifier": identifier, "type": "workflow_job_template_node"}

    document: Document = {"identifier": node["identifier"], "natural_key": key(node["identifier"])}
    related: Document = {"success_nodes": [key(each) for each in node["success"]]}
    if "approval" in node:
        related["create_approval_template"] = {"name": node["approval"], "timeout": node["timeout"]}
    else:
        document["unified_job_template"] = keys.named("job_template", node["template"])
        related["credentials"] = [keys.credential(each) for each in workflow["credentials"]]
    return document | {"related": related}


def _schedule(schedule: Mapping[str, Any], keys: _Keys) -> Document:
    template = keys.named("job_template", schedule["unified_job_template"])
    fields = {key: value for key, value in schedule.items() if key not in ("credentials", "organization")}
    document = _object(fields, {"unified_job_template": template, "name": schedule["name"], "type": "schedule"})
    related = {"credentials": [keys.credential(each) for each in schedule["credentials"]]}
    return _referring(document, unified_job_template=template, inventory=keys.inventory(schedule["inventory"])) | {
        "related": related
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Write what `awx import` reads.")
    parser.add_argument("--credentials", action="store_true", help="the credentials, to be imported once")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings of awx/config/settings.yml, as YAML")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="one setting")
    given = parser.parse_args()
    overrides: Document = Loader(given.settings.read_text()).get_single_data() if given.settings else {}
    pairs = [each.partition("=") for each in given.set]
    overrides |= {name: yaml.safe_load(value) for name, _, value in pairs}
    if unknown := overrides.keys() - Loader((CONFIG / "settings.yml").read_text()).get_single_data().keys():
        parser.error(f"awx/config/settings.yml has no {', '.join(sorted(unknown))}.")
    config = load(overrides)
    json.dump(credentials(config) if given.credentials else exported(config), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
