#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lambda_package
version_added: 0.1.0
short_description: Build the package of a Lambda function, the same byte for byte on every machine
description:
  - Builds a zip from the directory of a Python package, the wheels of a lock file and further files. Asks AWS for
    nothing.
  - The same inputs make the same zip, whoever builds it, when and with which Python, so that the hash that Lambda
    reports tells whether a function runs this code.
  - Wheels have to be in pure Python. So one package runs on every architecture.
  - What was built is kept in C(.lambda_package) beside O(dest), by the digest of its inputs, and nothing is built while
    they are the same. Wheels are kept as well, so that a change of O(source) alone needs no network.
  - Neither C(amazon.aws.lambda) nor any other module of amazon.aws or community.aws builds a package.
author: pgfleet contributors (@pgfleet)
options:
  source:
    description:
      - Directory of the function's own package. In the zip it has the same name.
      - Caches and hidden files are left out.
    type: path
    required: true
  requirements:
    description:
      - Lock file with hashes, as C(uv pip compile --generate-hashes) or C(pip-compile --generate-hashes) writes it.
      - Installed by C(uv) where there is one, otherwise by the C(pip) of Ansible's Python, from the package index that
        these are configured for.
    type: path
  extra_files:
    description: Local files by their paths in the zip.
    type: dict
    default: {}
  dest:
    description: The zip to write. Its directory is made if absent.
    type: path
    required: true
seealso:
  - module: amazon.aws.lambda
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
attributes:
  check_mode:
    description:
      - O(dest) is not written. The package is built all the same, into C(.lambda_package), because a plan needs its
        hash.
    support: full
  diff_mode:
    description: Shows the hash before and after.
    support: full
"""

EXAMPLES = r"""
- name: The package of the access function
  pgfleet.aws.lambda_package:
    source: "{{ role_path }}/files/access_function"
    requirements: "{{ role_path }}/files/requirements.txt"
    extra_files:
      global-bundle.pem: "{{ role_path }}/files/global-bundle.pem"
    dest: "{{ playbook_dir }}/.cache/access_function.zip"
  register: package
"""

RETURN = r"""
sha256:
  description: SHA-256 of the package in base64, as CodeSha256 of Lambda has it.
  type: str
  returned: success
  sample: hrJ5ZVfXKIoiDQd8YCrq8p3jBdJL8nAtJDUJVVfwQMA=
size_bytes:
  description: Size of the package in bytes.
  type: int
  returned: success
path:
  description: The package. In check mode this is where O(dest) would be.
  type: str
  returned: success
"""

from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils import _package
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.lambda_package import Inputs, package, put
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, run

ARGUMENTS: dict[str, Any] = {
    "source": {"type": "path", "required": True},
    "requirements": {"type": "path"},
    "extra_files": {"type": "dict", "default": {}},
    "dest": {"type": "path", "required": True},
}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, _clients: Clients) -> dict[str, Any]:
    given = module.params
    dest = Path(given["dest"]).absolute()
    requirements = Path(given["requirements"]) if given["requirements"] else None
    extra = {path: Path(str(file)) for path, file in given["extra_files"].items()}
    built = package(Inputs(Path(given["source"]).absolute(), requirements, extra), dest.parent)
    before = dest.read_bytes() if dest.exists() else None
    changed = before != built
    if changed and not module.check_mode:
        dest.parent.mkdir(parents=True, exist_ok=True)
        put(built, dest)
    return {
        "changed": changed,
        "diff": _diff(dest, before, built) if changed else [],
        "sha256": _package.code_sha256(built),
        "size_bytes": len(built),
        "path": str(dest),
    }


def _diff(dest: Path, before: bytes | None, after: bytes) -> list[dict[str, str]]:
    was = "" if before is None else f"sha256 {_package.code_sha256(before)}\n"
    return [{"header": str(dest), "before": was, "after": f"sha256 {_package.code_sha256(after)}\n"}]


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()
