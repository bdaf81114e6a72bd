"""As much of AWX's API as awx.awx's modules use: lists with filters, objects with related lists, surveys, approvals.

https://docs.ansible.com/automation-controller/latest/html/controllerapi/index.html
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Object = dict[str, Any]
# Lists below an object of a kind; anything else is not there.
LISTS = {
    "job_templates": {"credentials", "notification_templates_error"},
    "workflow_job_templates": {"notification_templates_error", "notification_templates_approvals"},
    "workflow_job_template_nodes": {"credentials", "success_nodes"},
    "schedules": {"credentials"},
}
TEMPLATES = ("job_templates", "workflow_job_templates")


class Awx:
    """What has been made, by kind. ``writes`` counts what changed something."""

    def __init__(self) -> None:
        self.objects: dict[str, list[Object]] = {}
        self.related: dict[str, list[int]] = {}
        self.surveys: dict[str, Object] = {}
        self.writes = 0
        self.add("credential_types", {"name": "Amazon Web Services", "kind": "cloud"})
        self.add("credential_types", {"name": "Vault", "kind": "vault"})
        self.writes = 0

    def add(self, kind: str, fields: Object) -> Object:
        number = sum(map(len, self.objects.values())) + 1
        url = f"/api/v2/{kind}/{number}/"
        survey = {"survey_spec": f"{url}survey_spec/"} if kind in TEMPLATES else {}
        made = fields | {"id": number, "url": url, "type": kind[:-1], "related": survey, "summary_fields": {}}
        if kind == "projects":
            made["scm_revision"] = ""
        self.objects.setdefault(kind, []).append(made)
        self.writes += 1
        return made

    def of(self, kind: str) -> list[Object]:
        if kind == "unified_job_templates":
            return [each for one in (*TEMPLATES, "projects") for each in self.objects.get(one, [])]
        return self.objects.get(kind, [])

    def named(self, kind: str, name: str) -> Object:
        (found,) = [each for each in self.of(kind) if name in (each.get("name"), each.get("identifier"))]
        return found

    def related_names(self, kind: str, name: str, key: str) -> set[str]:
        ids = self.related.get(f"{self.named(kind, name)['url']}{key}/", [])
        everything = [each for objects in self.objects.values() for each in objects]
        return {each["name"] for each in everything if each["id"] in ids}

    def answer(self, method: str, path: str, query: Object, body: Object) -> tuple[int, Object]:
        kind, *rest = path.removeprefix("/api/v2/").strip("/").split("/")
        if not rest:
            if method == "POST":
                return 201, self.add(kind, body)
            return 200, _page([each for each in self.of(kind) if _matches(each, query)])
        found = [each for each in self.of(kind) if str(each["id"]) == rest[0]]
        if not found:
            return 404, {}
        if len(rest) == 1:
            if method == "PATCH":
                found[0].update(body)
                self.writes += 1
            return 200, found[0]
        return self._below(method, found[0], kind, path, body)

    def _below(self, method: str, owner: Object, kind: str, path: str, body: Object) -> tuple[int, Object]:
        name = path.strip("/").rpartition("/")[2]
        if name == "survey_spec" and kind in TEMPLATES:
            if method == "POST":
                self.surveys[owner["url"]] = body
                self.writes += 1
            return 200, self.surveys.get(owner["url"], {})
        if name == "create_approval_template" and method == "POST":
            made = self.add("workflow_approval_templates", body)
            owner["related"]["unified_job_template"] = made["url"]
            return 201, made
        if name not in LISTS.get(kind, ()):
            return 404, {}
        ids = self.related.setdefault(path, [])
        if method == "POST":
            ids.remove(body["id"]) if body.get("disassociate") else ids.append(body["id"])
            self.writes += 1
            return 204, {}
        return 200, _page([{"id": each} for each in ids])


def _page(results: list[Object]) -> Object:
    return {"count": len(results), "results": results, "next": None}


def _matches(found: Object, query: Object) -> bool:
    """By fields alone; the type of a template says which list it is in."""
    return all(str(found.get(key)) == value for key, value in query.items() if key not in ("page_size", "type"))


@contextmanager
def running() -> Iterator[tuple[Awx, str]]:
    awx = Awx()

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            address = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"{}")
            status, answer = awx.answer(self.command, address.path, dict(parse_qsl(address.query)), body)
            content = b"" if status == 204 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...

    for method in ("GET", "POST", "PATCH"):
        setattr(Handler, f"do_{method}", Handler.serve)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield awx, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
