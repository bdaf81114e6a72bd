"""What AWX refuses although every field is there: what objects say of each other.

https://github.com/ansible/awx/blob/devel/awx/api/serializers.py (validate), awx/api/views/__init__.py
(is_valid_relation), awx/main/models/mixins.py (_accept_or_ignore_variables) and awx/main/notifications.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.awx.controller import Refused, check

Object = dict[str, Any]
# init_parameters of each kind of notification.
NOTIFICATIONS: dict[str, dict[str, type]] = {
    "email": {
        "host": str,
        "port": int,
        "username": str,
        "password": str,
        "use_tls": bool,
        "use_ssl": bool,
        "sender": str,
        "recipients": list,
        "timeout": int,
    },
    "slack": {"token": str, "channels": list},
}


# What kind of credential a project and an execution environment may have.
CREDENTIAL_KINDS = {"projects": "scm", "execution_environments": "registry"}


def credential_kind(kind: str, given: str | None) -> str:
    wanted = CREDENTIAL_KINDS.get(kind)
    return f"Credential kind must be {wanted}." if wanted and given not in (None, wanted) else ""


def notification(fields: Mapping[str, Any]) -> Object:
    wanted = NOTIFICATIONS[fields["notification_type"]]
    given = fields["notification_configuration"]
    wrong = [name for name, kind in wanted.items() if type(given.get(name)) is not kind or given[name] == []]
    return {"__all__": [f"Configuration fields missing or incorrect: {wrong}."]} if wrong else {}


def job_template(fields: Mapping[str, Any], project: Mapping[str, Any] | None) -> Object:
    if project is None:
        return {"project": ["Job Templates must have a project assigned."]}
    if not fields["playbook"]:
        return {"playbook": ["Must select playbook for project."]}
    if fields["inventory"] is None and not fields["ask_inventory_on_launch"]:
        return {"inventory": ["You must either set a default value or ask to prompt on launch."]}
    if fields["ask_scm_branch_on_launch"] and not project["allow_override"]:
        return {"ask_scm_branch_on_launch": ["Project does not allow overriding branch."]}
    return {}


def inventory_source(fields: Mapping[str, Any]) -> Object:
    if fields["source"] == "scm" and fields["source_project"] is None:
        return {"source_project": ["Project required for scm type sources."]}
    return {}


def survey(given: Mapping[str, Any]) -> Object:
    if not isinstance(given.get("name"), str) or not isinstance(given.get("description"), str):
        return {"error": "Field 'name' or 'description' is missing from survey spec."}
    if not given.get("spec"):
        return {"error": "'spec' doesn't contain any items."}
    for question in given["spec"]:
        if not {"type", "question_name", "variable", "required"} <= set(question):
            return {"error": f"Something is missing from survey question {question}."}
        if "choices" in question and question.get("default", question["choices"][0]) not in question["choices"]:
            return {"error": "Default choice must be answered from the choices listed."}
    return {}


def saved_launch(
    given: Mapping[str, Any], template: Mapping[str, Any] | None, questions: list[Object], *, answered: bool
) -> Object:
    """Of a schedule, or of a step of a workflow, which need not have all answers."""
    if template is None:
        return {}
    errors: Object = {}
    asked = {each["variable"]: each for each in questions} if template.get("survey_enabled") else {}
    for name, question in asked.items():
        try:
            if answered or name in given["extra_data"]:
                check(question, given["extra_data"].get(name))
        except Refused as refusal:
            errors.setdefault("variables_needed_to_start", []).append(str(refusal))
    if others := sorted(set(given["extra_data"]) - set(asked)):
        errors["extra_data"] = [f"Variables {', '.join(others)} are not allowed on launch."]
    inventory = given["inventory"]
    if inventory not in (None, template.get("inventory")) and not template.get("ask_inventory_on_launch"):
        errors["inventory"] = ["Field is not configured to prompt on launch."]
    return errors


def launch_credential(template: Mapping[str, Any] | None, own: list[Object], there: list[Object], one: Object) -> str:
    """Why a schedule or a step cannot have this credential, if so: ``own`` are those of its template."""
    if template is None:
        return "Cannot assign credential when related template is null."
    if not template.get("ask_credential_on_launch"):
        return "Related template is not configured to accept credentials on launch."
    if one["credential_type"] in [each["credential_type"] for each in there]:
        return "This launch configuration already provides a credential of this type."
    if one in own:
        return f"Related template already uses {one['name']} credential."
    return ""
