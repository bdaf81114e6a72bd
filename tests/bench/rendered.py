"""What a fleet's documents ask of Ansible's template engine, as JSON.

    python -m tests.bench.rendered SIZE         how often, by host
    python -m tests.bench.rendered INVENTORY    documents that would be others if it rendered every value: none

In a process of its own: Ansible's plugin loader changes how all of it imports.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from ansible.vars.manager import VariableManager

from tests.bench.measured import ROOT

IDENTITY = {"account_id": "123456789012", "region": "us-west-2", "partition": "aws", "tags": {}}


def counted(size: int) -> dict[str, dict[str, int]]:
    """How often the engine rendered what, by host."""
    # Made only here: they need the plugin loader.
    from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import Host, Renderer

    from tests.bench import fleet

    class Counted(Renderer):
        """Notes what goes to Ansible's template engine."""

        asked: Counter[str]

        def render(self, value: Any, variables: dict[str, Any]) -> Any:
            self.asked[str(value)] += 1
            return super().render(value, variables)

    loader = DataLoader()
    inputs = loader.load_from_file(str(ROOT / "playbooks/vars/inputs.yml"), trusted_as_template=True)
    renderer = Counted(Templar(loader=loader), loader)
    by_host: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as directory:
        inventory = InventoryManager(loader, [str(fleet.inventory(Path(directory), size, "network"))])
        variables = VariableManager(loader, inventory)
        for each in inventory.get_hosts("all"):
            renderer.asked = Counter()
            host = Host(variables.get_vars(host=each, include_hostvars=False), inputs, {}, renderer)
            host.set("identity", IDENTITY)
            roles = [*host.value("pgfleet_roles"), "outputs"]
            host.use(roles)
            assert all(host.document(role) for role in roles)
            by_host[each.name] = dict(renderer.asked)
    return by_host


def differing(path: str) -> dict[str, list[str]]:
    """By host of an inventory, roles whose documents differ from what Ansible alone makes of them."""
    from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import Host, Renderer

    class Plain(Host):
        """Leaves every value to Ansible."""

        def _render(self, value: Any) -> Any:
            return self._renderer.render(value, self._variables)

    loader = DataLoader()
    inputs = loader.load_from_file(str(ROOT / "playbooks/vars/inputs.yml"), trusted_as_template=True)
    renderer = Renderer(Templar(loader=loader), loader)
    inventory = InventoryManager(loader, [path])
    variables = VariableManager(loader, inventory)
    found: dict[str, list[str]] = {}
    for each in inventory.get_hosts("networks:rds_postgres:aurora_serverless"):
        documents = []
        for kind in (Host, Plain):
            host = kind(variables.get_vars(host=each, include_hostvars=False), inputs, {}, renderer)
            host.set("identity", IDENTITY)
            # That of the function is of its package, which would have to be built.
            roles = [role for role in host.value("pgfleet_roles") if role != "access_function"]
            host.use([*roles, "outputs"])
            documents.append({role: host.document(role) for role in roles})
        rendered, plain = documents
        found[each.name] = [role for role, entries in plain.items() if rendered[role] != entries]
    return found


if __name__ == "__main__":
    init_plugin_loader()
    asked = sys.argv[1]
    print(json.dumps(counted(int(asked)) if asked.isdigit() else differing(asked)))
