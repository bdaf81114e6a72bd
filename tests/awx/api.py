"""As much of AWX's API as awx.awx's modules and `awx import` use: lists with filters, objects with their fields, lists
below them, surveys, approvals; and what AWX refuses.

https://docs.ansible.com/automation-controller/latest/html/controllerapi/index.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.awx import rules
from tests.awx.serializers import FIELDS, TEMPLATES, UNIFIED, UNIQUE, Link, Object, post_fields, taken

# Lists below an object of a kind to which other objects are attached; anything else is not there.
LISTS = {
    "job_templates": {"credentials": "credentials", "notification_templates_error": "notification_templates"},
    "workflow_job_templates": {
        "notification_templates_error": "notification_templates",
        "notification_templates_approvals": "notification_templates",
    },
    "workflow_job_template_nodes": {"credentials": "credentials", "success_nodes": "workflow_job_template_nodes"},
    "schedules": {"credentials": "credentials"},
}
# Lists below an object in which others are made, and how those name the one that they are below.
MADE_BELOW = {
    ("job_templates", "schedules"): ("schedules", "unified_job_template"),
    ("workflow_job_templates", "schedules"): ("schedules", "unified_job_template"),
    ("workflow_job_templates", "workflow_nodes"): ("workflow_job_template_nodes", "workflow_job_template"),
}
TYPES = {"inventories": "inventory"}
# Kinds that nothing here is of: `awx import` asks what each kind takes, whether it has something to make or not.
OTHERS = (
    *("ping", "config", "settings", "me", "dashboard", "users", "teams", "applications", "tokens", "groups", "hosts"),
    *("instances", "instance_groups", "labels", "roles", "jobs", "system_job_templates", "role_definitions"),
)
# /api/v2/ calls inventories differently, and does not list approvals.
ROOT = {kind: f"/api/v2/{kind}/" for kind in (*FIELDS, *OTHERS, "unified_job_templates")}
ROOT["inventory"] = ROOT.pop("inventories")
del ROOT["workflow_approval_templates"]
# Types of credentials that AWX comes with, and their kinds.
BUILT_IN = {"Amazon Web Services": "cloud", "Vault": "vault", "Source Control": "scm", "Container Registry": "registry"}
SECRET = {"password", "token", "vault_password"}
HIDDEN = "$encrypted$"
Answer = tuple[int, Object]


class Awx:
    """What has been made, by kind. ``refused`` is what AWX did not do."""

    def __init__(self) -> None:
        self.objects: dict[str, list[Object]] = {}
        self.related: dict[str, list[int]] = {}
        self.surveys: dict[str, Object] = {}
        self.refused: list[str] = []
        self._last = 0
        for name, kind in BUILT_IN.items():
            self.make("credential_types", {"name": name, "kind": kind})

    def of(self, kind: str) -> list[Object]:
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        return [each for one in kinds for each in self.objects.get(one, [])]

    def named(self, kind: str, name: str) -> Object:
        (found,) = [each for each in self.of(kind) if name in (each.get("name"), each.get("identifier"))]
        return found

    def by_number(self, kinds: tuple[str, ...], number: int | None) -> tuple[str, Object] | None:
        found = [(kind, each) for kind in kinds for each in self.of(kind) if each["id"] == number]
        return found[0] if found else None

    def attached(self, kind: str, found: Object, name: str) -> list[Object]:
        numbers = self.related.get(f"{found['url']}{name}/", [])
        return [each for each in self.of(LISTS[kind][name]) if each["id"] in numbers]

    def related_names(self, kind: str, name: str, key: str) -> set[str]:
        return {each["name"] for each in self.attached(kind, self.named(kind, name), key)}

    def answer(self, method: str, path: str, query: Object, body: Object) -> Answer:
        kind, number, below = [*path.removeprefix("/api/v2/").strip("/").split("/"), "", ""][:3]
        if path == "/api/":
            return 200, {"current_version": "/api/v2/", "available_versions": {"v2": "/api/v2/"}}
        if path == "/api/v2/":
            return 200, ROOT
        if not number:
            return self._list(method, kind, query, body)
        found = self.by_number((kind,), int(number))
        if not found:
            return 404, {}
        if below:
            return self._below(method, found[1], kind, below, body)
        if method in ("PUT", "PATCH"):
            return self._change(kind, found[1], body, whole=method == "PUT")
        return 200, self._shown(kind, found[1])

    def _list(self, method: str, kind: str, query: Object, body: Object) -> Answer:
        if method == "OPTIONS":
            return 200, {"actions": {"POST": post_fields(kind)}} if kind in FIELDS else {"actions": {}}
        if method == "POST":
            return self.make(kind, body)
        return 200, _page([self._shown(kind, each) for each in self.of(kind) if _matches(each, query)])

    def make(self, kind: str, body: Object) -> Answer:
        fields, wrong = taken(kind, body, made=False, whole=True)
        self._last += 1
        made: Object = fields | {"id": self._last, "url": f"/api/v2/{kind}/{self._last}/"}
        if fields.get("identifier") == FIELDS[kind].get("identifier", ""):
            made["identifier"] = f"node {self._last}"
        if wrong := wrong or self._wrong(kind, made):
            return 400, wrong
        self.objects.setdefault(kind, []).append(made)
        return 201, self._shown(kind, made)

    def _change(self, kind: str, found: Object, body: Object, *, whole: bool) -> Answer:
        fields, wrong = taken(kind, body, made=True, whole=whole)
        if wrong := wrong or self._wrong(kind, found | fields):
            return 400, wrong
        for name in fields.keys() & {"inputs", "notification_configuration"}:
            fields[name] = {key: found[name][key] if value == HIDDEN else value for key, value in fields[name].items()}
        found.update(fields)
        return 200, self._shown(kind, found)

    def _wrong(self, kind: str, fields: Object) -> Object:
        """``fields`` may be given an organization: a job template has its project's."""
        links = {name: link for name, link in FIELDS[kind].items() if isinstance(link, Link)}
        for name, link in links.items():
            if fields[name] is not None and not self.by_number(link.kinds, fields[name]):
                return {name: [f'Invalid pk "{fields[name]}" - object does not exist.']}
        if kind == "job_templates":
            project = self.by_number(("projects",), fields["project"])
            fields["organization"] = project[1]["organization"] if project else None
            if wrong := rules.job_template(fields, project[1] if project else None):
                return wrong
        if kind in UNIQUE and any(
            each["id"] != fields["id"] and all(each[name] == fields[name] for name in UNIQUE[kind])
            for each in self.of(kind)
        ):
            return {"__all__": [f"{kind} with this {' and '.join(UNIQUE[kind])} already exists."]}
        if problem := rules.credential_kind(kind, self._kind_of(fields.get("credential"))):
            return {"credential": [problem]}
        if kind == "notification_templates":
            return rules.notification(fields)
        if kind == "inventory_sources":
            return rules.inventory_source(fields)
        if kind in ("schedules", "workflow_job_template_nodes"):
            template = self._template(fields)
            questions = self.surveys.get(template["url"], {}).get("spec", []) if template else []
            return rules.saved_launch(fields, template, questions, answered=kind == "schedules")
        return {}

    def _kind_of(self, credential: int | None) -> str | None:
        found = self.by_number(("credentials",), credential)
        kind = found and self.by_number(("credential_types",), found[1]["credential_type"])
        return kind[1]["kind"] if kind else None

    def _template(self, launch: Mapping[str, Any]) -> Object | None:
        found = self.by_number(UNIFIED, launch["unified_job_template"])
        return found[1] if found else None

    def _shown(self, kind: str, found: Object) -> Object:
        if kind == "unified_job_templates":
            kind = found["url"].split("/")[3]
        url = found["url"]
        links = {name: link.kinds for name, link in FIELDS[kind].items() if isinstance(link, Link)}
        if "organization" in found:
            links["organization"] = ("organizations",)
        linked = {name: self.by_number(kinds, found[name]) for name, kinds in links.items()}
        related = {name: one[1]["url"] for name, one in linked.items() if one}
        below = [*LISTS.get(kind, ()), *[name for owner, name in MADE_BELOW if owner == kind]]
        below += ["survey_spec"] if kind in TEMPLATES else []
        below += ["create_approval_template"] if kind == "workflow_job_template_nodes" else []
        related |= {name: f"{url}{name}/" for name in below}
        state = {"status": "successful", "scm_revision": ""} if kind == "projects" else {}
        shown = {name: _hidden(value) for name, value in found.items()}
        return shown | state | {"type": TYPES.get(kind, kind[:-1]), "related": related, "summary_fields": {}}

    def _below(self, method: str, owner: Object, kind: str, name: str, body: Object) -> Answer:
        if name == "survey_spec" and kind in TEMPLATES:
            return self._survey(method, owner, body)
        if name == "create_approval_template" and kind == "workflow_job_template_nodes":
            return self._approval(method, owner, body)
        if (kind, name) in MADE_BELOW:
            made, key = MADE_BELOW[kind, name]
            below = {key: str(owner["id"])} if method == "GET" else {}
            return self._list(method, made, below, body | {key: owner["id"]})
        if name not in LISTS.get(kind, ()):
            return 404, {}
        if method == "POST":
            return self._attach(owner, kind, name, body)
        return 200, _page([self._shown(LISTS[kind][name], each) for each in self.attached(kind, owner, name)])

    def _survey(self, method: str, owner: Object, body: Object) -> Answer:
        if method == "POST":
            if wrong := rules.survey(body):
                return 400, wrong
            self.surveys[owner["url"]] = body
            return 200, {}
        return 200, self.surveys.get(owner["url"], {})

    def _approval(self, method: str, node: Object, body: Object) -> Answer:
        """The one that was there goes (awx/main/signals.py, delete_approval_node_type_change)."""
        if method != "POST":
            return 200, {}
        status, made = self.make("workflow_approval_templates", body)
        if status == 201:
            approvals = self.objects["workflow_approval_templates"]
            approvals[:] = [each for each in approvals if each["id"] != node["unified_job_template"]]
            node["unified_job_template"] = made["id"]
        return status, made

    def _attach(self, owner: Object, kind: str, name: str, body: Object) -> Answer:
        found = self.by_number((LISTS[kind][name],), body["id"])
        numbers = self.related.setdefault(f"{owner['url']}{name}/", [])
        if body.get("disassociate"):
            numbers.remove(body["id"])
            return 204, {}
        if not found:
            return 400, {"id": [f"{body['id']} does not exist."]}
        if problem := self._unattachable(owner, kind, name, found[1]):
            return 400, {"msg": problem}
        if body["id"] not in numbers:
            numbers.append(body["id"])
        return 204, {}

    def _unattachable(self, owner: Object, kind: str, name: str, one: Object) -> str:
        if name == "success_nodes" and (
            one["id"] == owner["id"] or one["workflow_job_template"] != owner["workflow_job_template"]
        ):
            return "Relationship not allowed."
        if name != "credentials":
            return ""
        there = self.attached(kind, owner, "credentials")
        if kind != "job_templates":
            template = self._template(owner)
            own = self.attached("job_templates", template, "credentials") if template else []
            return rules.launch_credential(template, own, there, one)
        same = one["credential_type"] in [each["credential_type"] for each in there]
        return "Cannot assign multiple credentials of this type." if same else ""


def _hidden(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: HIDDEN if key in SECRET and item else item for key, item in value.items()}


def _page(results: list[Object]) -> Object:
    return {"count": len(results), "results": results, "next": None}


def _matches(found: Object, query: Object) -> bool:
    """By fields alone; the type of a template says which list it is in."""
    return all(str(found.get(key)) == value for key, value in query.items() if key not in ("page_size", "type"))
