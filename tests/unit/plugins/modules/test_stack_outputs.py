"""Files of outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.modules import stack_outputs

from tests.unit.modules import asked


def write(files: dict[str, dict[str, Any]], check_mode: bool = False, private: bool = False) -> dict[str, Any]:
    listed = [{"path": path, "content": content, "private": private} for path, content in files.items()]
    return stack_outputs.ensure(asked(stack_outputs.SPEC, check=check_mode, files=listed), Clients(_no_client))


def _no_client(service: str, **_: Any) -> Any:
    raise AssertionError(f"asked {service}")


def test_written_with_their_directories_and_then_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "prod" / "shop.json"
    content = {"b": 1, "a": {"ü": [1, 2]}}
    made = write({str(path): content})
    assert made["changed"]
    assert [(entry["name"], entry["action"]) for entry in made["plan"]] == [(str(path), "create")]
    assert list(json.loads(path.read_text()).items()) == list(content.items())
    assert path.stat().st_mode & 0o777 == 0o644
    assert [found.name for found in path.parent.iterdir()] == ["shop.json"]

    before = path.stat().st_mtime_ns
    again = write({str(path): content})
    assert (again["changed"], again["plan"], again["diff"]) == (False, [], [])
    assert path.stat().st_mtime_ns == before


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    one, two = str(tmp_path / "one.json"), str(tmp_path / "two.json")
    write({one: {"a": 1}, two: {"a": 1}})
    changed = write({one: {"a": 1}, two: {"a": 2}})
    assert [(entry["name"], entry["action"]) for entry in changed["plan"]] == [(two, "update")]
    assert json.loads(Path(two).read_text()) == {"a": 2}


def test_check_mode_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "prod" / "shop.json"
    checked = write({str(path): {"a": 1}}, check_mode=True)
    assert checked["changed"]
    assert not path.parent.exists()


def test_what_is_private_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write({str(path): {"a": 1}})
    narrowed = write({str(path): {"a": 1}}, private=True)
    assert [(entry["action"], entry["changes"]) for entry in narrowed["plan"]] == [("update", [])]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not write({str(path): {"a": 1}}, private=True)["changed"]
    assert not write({str(path): {"a": 1}})["changed"]
    write({str(path): {"a": 2}}, private=True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_none() -> None:
    assert not write({})["changed"]
