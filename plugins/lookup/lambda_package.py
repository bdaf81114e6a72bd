# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: lambda_package
version_added: 0.1.0
short_description: A Lambda package, built where it is asked for
description:
  - What M(pgfleet.aws.lambda_package) does, where a value is wanted rather than a task, so that a plan can tell the
    hash of a package before any task of a role runs.
  - Builds where Ansible runs, also in check mode, and nothing again whose inputs are the same.
author: pgfleet contributors (@pgfleet)
options:
  _terms:
    description: One directory, the function's own package.
    type: list
    elements: str
    required: true
  requirements:
    description: Lock file with hashes of what is vendored.
    type: str
    required: true
  extra_files:
    description: Further files by their paths in the package.
    type: dict
    default: {}
  dest:
    description: Where the package is put.
    type: str
    required: true
seealso:
  - module: pgfleet.aws.lambda_package
"""

EXAMPLES = r"""
- name: The hash that Lambda has of a function's code
  ansible.builtin.debug:
    msg: "{{ lookup('pgfleet.aws.lambda_package', 'orders', requirements='lock.txt', dest='build/orders.zip').sha256 }}"
"""

RETURN = r"""
_raw:
  description: One mapping with C(sha256) (in base64, as CodeSha256 of Lambda has it), C(size_bytes) and C(path).
  type: list
  elements: dict
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.pgfleet.aws.plugins.module_utils import _package
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.lambda_package import Inputs, package, put
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused


class LookupModule(LookupBase):
    """The lookup pgfleet.aws.lambda_package."""

    def run(
        self,
        terms: list[str],
        variables: Any = None,
        *,
        requirements: str,
        dest: str,
        extra_files: Mapping[str, str] | None = None,
    ) -> list[dict[str, Any]]:
        (source,) = terms
        target = Path(dest).absolute()
        extra = {path: Path(file) for path, file in (extra_files or {}).items()}
        try:
            built = package(Inputs(Path(source).absolute(), Path(requirements), extra), target.parent)
        except Refused as error:
            raise AnsibleError(str(error)) from error
        if not target.exists() or target.read_bytes() != built:
            put(built, target)
        return [{"sha256": _package.code_sha256(built), "size_bytes": len(built), "path": str(target)}]
