"""What AWX takes for an object of a kind: its fields, as OPTIONS lists them, with their defaults.

https://github.com/ansible/awx/blob/devel/awx/api/serializers.py and awx/api/metadata.py beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """The number of another object; ``fixed``: given when the object is made, and read-only from then on."""

    kinds: tuple[str, ...]
    required: bool = False
    fixed: bool = False


class _Required:
    """A text without a default."""


TEXT = _Required()
NAMED: Object = {"name": TEXT, "description": ""}
ORGANIZATION = Link(("organizations",))
CREDENTIAL = Link(("credentials",))
INVENTORY = Link(("inventories",))
PROJECT = Link(("projects",))
ENVIRONMENT = Link(("execution_environments",))
TEMPLATES = ("job_templates", "workflow_job_templates")
UNIFIED = (*TEMPLATES, "projects", "inventory_sources", "workflow_approval_templates")


def _asks(*names: str) -> dict[str, bool]:
    return {f"ask_{name}_on_launch": False for name in names}


# What a schedule or a step of a workflow gives to its template. The texts have a default of their own: none.
_SAVED_LAUNCH: Object = {
    "extra_data": {},
    "inventory": INVENTORY,
    "execution_environment": ENVIRONMENT,
    **dict.fromkeys(("scm_branch", "job_type", "job_tags", "skip_tags", "limit"), None),
    **dict.fromkeys(("diff_mode", "verbosity", "forks", "job_slice_count", "timeout"), None),
}
FIELDS: dict[str, Object] = {
    "organizations": NAMED | {"max_hosts": 0, "default_environment": ENVIRONMENT},
    "execution_environments": NAMED
    | {"organization": ORGANIZATION, "image": TEXT, "credential": CREDENTIAL, "pull": ""},
    "credential_types": NAMED | {"kind": TEXT, "inputs": {}, "injectors": {}},
    "credentials": NAMED
    | {"organization": ORGANIZATION, "credential_type": Link(("credential_types",), required=True), "inputs": {}},
    "notification_templates": NAMED
    | {
        "organization": Link(("organizations",), required=True),
        "notification_type": TEXT,
        "notification_configuration": {},
        "messages": {},
    },
    "projects": NAMED
    | dict.fromkeys(("local_path", "scm_type", "scm_url", "scm_branch", "scm_refspec"), "")
    | dict.fromkeys(("scm_clean", "scm_track_submodules", "scm_delete_on_update"), False)
    | dict.fromkeys(("scm_update_on_launch", "allow_override"), False)
    | {"timeout": 0, "scm_update_cache_timeout": 0}
    | {"organization": ORGANIZATION, "credential": CREDENTIAL, "default_environment": ENVIRONMENT},
    "inventories": NAMED
    | {
        "organization": Link(("organizations",), required=True),
        "kind": "",
        "host_filter": None,
        "variables": "",
        "prevent_instance_group_fallback": False,
    },
    "inventory_sources": NAMED
    | dict.fromkeys(("source_path", "source_vars", "scm_branch", "enabled_var", "enabled_value"), "")
    | dict.fromkeys(("host_filter", "limit"), "")
    | dict.fromkeys(("overwrite", "overwrite_vars", "update_on_launch"), False)
    | {"timeout": 0, "verbosity": 1, "update_cache_timeout": 0, "source": TEXT}
    | {"inventory": Link(("inventories",), required=True, fixed=True), "source_project": PROJECT}
    | {"execution_environment": ENVIRONMENT},
    "job_templates": NAMED
    | {"job_type": "run", "inventory": INVENTORY, "project": PROJECT, "execution_environment": ENVIRONMENT}
    | dict.fromkeys(("playbook", "scm_branch", "limit", "extra_vars", "job_tags", "skip_tags", "start_at_task"), "")
    | {"forks": 0, "verbosity": 0, "timeout": 0, "job_slice_count": 1, "host_config_key": "", "webhook_service": ""}
    | dict.fromkeys(("force_handlers", "use_fact_cache", "survey_enabled", "become_enabled", "diff_mode"), False)
    | dict.fromkeys(("allow_simultaneous", "prevent_instance_group_fallback"), False)
    | _asks("scm_branch", "diff_mode", "variables", "limit", "tags", "skip_tags", "job_type", "verbosity", "inventory")
    | _asks("credential", "execution_environment", "labels", "forks", "job_slice_count", "timeout", "instance_groups"),
    "workflow_job_templates": NAMED
    | {"organization": ORGANIZATION, "inventory": INVENTORY, "extra_vars": "", "webhook_service": ""}
    | dict.fromkeys(("limit", "scm_branch", "job_tags", "skip_tags"), None)
    | dict.fromkeys(("survey_enabled", "allow_simultaneous"), False)
    | _asks("variables", "inventory", "scm_branch", "limit", "labels", "skip_tags", "tags"),
    "workflow_job_template_nodes": _SAVED_LAUNCH
    | {
        "workflow_job_template": Link(("workflow_job_templates",), required=True, fixed=True),
        "unified_job_template": Link(UNIFIED),
        "all_parents_must_converge": False,
        "identifier": "a UUID",
    },
    "workflow_approval_templates": NAMED | {"timeout": 0},
    "schedules": NAMED
    | _SAVED_LAUNCH
    | {"unified_job_template": Link(UNIFIED, required=True), "enabled": True, "rrule": TEXT},
}
# What no two objects of a kind have in common.
UNIQUE: dict[str, tuple[str, ...]] = {
    "organizations": ("name",),
    "execution_environments": ("name",),
    "credentials": ("organization", "name", "credential_type"),
    "notification_templates": ("organization", "name"),
    "projects": ("organization", "name"),
    "inventories": ("organization", "name"),
    "inventory_sources": ("name", "inventory"),
    "job_templates": ("organization", "name"),
    "workflow_job_templates": ("organization", "name"),
    "workflow_job_template_nodes": ("identifier", "workflow_job_template"),
    "schedules": ("unified_job_template", "name"),
}


def post_fields(kind: str) -> Object:
    """What OPTIONS says of a POST."""
    return {
        name: {"type": _type(field), "required": field is TEXT or (isinstance(field, Link) and field.required)}
        for name, field in FIELDS[kind].items()
    }


def _type(field: Any) -> str:
    if isinstance(field, Link):
        return "id"
    return {bool: "boolean", int: "integer", dict: "json"}.get(type(field), "string")


def taken(kind: str, body: Mapping[str, Any], *, made: bool, whole: bool) -> tuple[Object, Object]:
    """What the object gets, and what is wrong. Unknown fields are passed over.

    What a whole object (POST, PUT) leaves out becomes the default: `BaseSerializer.build_standard_field` hands the
    default of the model on, but for links, which a PUT leaves alone.
    """
    values: Object = {}
    wrong: Object = {}
    for name, field in FIELDS[kind].items():
        link = isinstance(field, Link)
        if made and link and field.fixed:
            continue
        if name in body:
            values[name] = "" if body[name] is None and isinstance(field, str) else body[name]
            if not _fits(field, values[name]):
                wrong[name] = [f"Not a valid {_type(field)}."]
        elif whole and (field is TEXT or (link and field.required)):
            wrong[name] = ["This field is required."]
        elif whole and not (made and link):
            values[name] = None if link else deepcopy(field)
    return values, wrong


def _fits(field: Any, value: Any) -> bool:
    if isinstance(field, Link):
        return type(value) is int or (value is None and not field.required)
    if field is TEXT:
        return isinstance(value, str) and value != ""
    return field is None or type(value) is type(field)
