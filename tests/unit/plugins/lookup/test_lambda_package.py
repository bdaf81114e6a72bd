"""The lookup lambda_package: builds once, gives hash and place, and says what cannot be."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible_collections.pgfleet.aws.plugins.lookup.lambda_package import LookupModule


def built(source: Path, **options: Any) -> dict[str, Any]:
    (result,) = LookupModule().run([str(source)], {}, **options)
    return result


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    source = tmp_path / "orders"
    source.mkdir()
    (source / "handler.py").write_text("def handle(event, context): ...\n")
    lock = tmp_path / "lock.txt"
    lock.write_text("")
    return {"source": source, "requirements": str(lock), "dest": str(tmp_path / "build" / "orders.zip")}


def test_a_package_is_built_and_not_written_again(options: dict[str, Any]) -> None:
    made = built(**options)
    zipped = Path(made["path"])
    content = zipped.read_bytes()
    assert made == {
        "path": options["dest"],
        "size_bytes": len(content),
        "sha256": b64encode(sha256(content).digest()).decode(),
    }
    written = zipped.stat().st_mtime_ns
    assert built(**options) == made
    assert zipped.stat().st_mtime_ns == written
    zipped.write_bytes(b"something else")
    assert built(**options) == made
    assert zipped.read_bytes() == content


def test_what_cannot_be_is_named(options: dict[str, Any]) -> None:
    with pytest.raises(AnsibleError, match=r"extra_files.ca.pem: /nowhere/ca.pem"):
        built(**options, extra_files={"ca.pem": "/nowhere/ca.pem"})
