"""What the hosts of an inventory should have, and what there is of it, as a run has it: stack_fleet says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from emulator.testing import Emulator

ROOT = Path(__file__).resolve().parents[1]
BOOK = """
- hosts: "networks:rds_postgres:aurora_serverless"
  gather_facts: false
  tasks:
    - pgfleet.aws.stack_fleet:
        full: true
      run_once: true
      register: fleet
    - pgfleet.aws.stack_outputs:
        files: [{path: "{{ documents_file }}", content: "{{ {'hosts': fleet.hosts, 'failures': fleet.failures} }}"}]
      run_once: true
"""


def documents(aws: Emulator, inventory: str | Path, *arguments: str, **extra: Any) -> dict[str, dict[str, Any]]:
    """By host what stack_fleet returns of it. Raises AssertionError for hosts that cannot be planned."""
    with TemporaryDirectory(prefix="pgfleet-documents-") as directory:
        book, read = Path(directory, "documents.yml"), Path(directory, "documents.json")
        book.write_text(BOOK)
        # stack_fleet reads vars/inputs.yml beside the playbook.
        book.with_name("vars").symlink_to(ROOT / "playbooks" / "vars")
        variables = json.dumps({"documents_file": str(read), **extra})
        program = str(ROOT / ".venv" / "bin" / "ansible-playbook")
        done = subprocess.run(
            [program, str(book), "-i", str(inventory), *arguments, "-e", variables],
            cwd=ROOT,
            env=aws.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        found = json.loads(read.read_text())
    assert not found["failures"], found["failures"]
    hosts: dict[str, dict[str, Any]] = found["hosts"]
    return hosts
