"""What the documents name exists: files, playbooks, inventories, hosts, variables, options of roles, make's targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "roles").glob("*/README.md")])
FENCE = re.compile(r"^([ \t]*)```(\w*)\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PLAYBOOK = re.compile(r"ansible-playbook\s+(\S+\.yml)([^`\n]*)")
EXTRA = re.compile(r"-e\s+(?:'\{\"(\w+)\"|\"?(\w+)=)")
MAKE = re.compile(r"(?:^|&& )make ([a-z][a-z-]*)", re.MULTILINE)
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
WORD = re.compile(r"[A-Za-z_]\w*")
MARKED = re.compile(r"`([a-z][a-z0-9_]*)`")
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if (path / "meta" / "argument_specs.yml").exists())


def text(document: Path) -> str:
    return document.read_text()


def name(document: Path) -> str:
    return str(document.relative_to(ROOT))


def blocks(document: Path, language: str) -> list[str]:
    return [body for _indent, found, body in FENCE.findall(text(document)) if found == language]


def anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def options(role: str) -> frozenset[str]:
    """Of all entry points of the role."""
    specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    return frozenset(chain.from_iterable(spec["options"] for spec in specs.values()))


@cache
def words_of_playbooks() -> frozenset[str]:
    """Every variable that a playbook, one of its task files or an inventory reads or gives."""
    places = (ROOT / "playbooks", ROOT / "inventories", ROOT / "awx")
    files = [path for place in places for path in place.rglob("*.yml")]
    return frozenset(WORD.findall(" ".join(path.read_text() for path in files)))


@cache
def hosts(inventory: str) -> frozenset[str]:
    """Hosts and groups."""

    def groups(found: dict[str, Any]) -> Iterator[str]:
        for group, content in found.items():
            yield group
            yield from (content or {}).get("hosts") or ()
            yield from groups((content or {}).get("children") or {})

    return frozenset(groups(yaml.safe_load((ROOT / inventory / "hosts.yml").read_text())))


def role_options_in(document: Path) -> Iterator[str]:
    """What looks like an option of a role: in YAML as a key or in a value, in a sentence between back ticks."""
    prose = FENCE.sub("", text(document))
    for word in chain(MARKED.findall(prose), *(WORD.findall(body) for body in blocks(document, "yaml"))):
        if any(word.startswith(f"{role}_") for role in ROLES):
            yield word


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(FENCE.sub("", text(document))):
        if target.startswith(("https://", "http://")):
            continue
        path, _, fragment = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), target
        if fragment:
            assert fragment in {anchor(heading) for heading in HEADING.findall(text(found))}, target


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_commands_are_those_that_there_are(document: Path) -> None:
    for playbook, arguments in PLAYBOOK.findall(text(document)):
        assert (ROOT / playbook).exists(), playbook
        inventory = re.search(r"-i (\S+)", arguments)
        if inventory:
            assert (ROOT / inventory[1] / "hosts.yml").exists(), inventory[1]
            for pattern in re.findall(r"--limit ([\w,]+)", arguments):
                assert set(pattern.split(",")) <= hosts(inventory[1]), pattern


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_variables_on_command_lines_are_read_by_a_playbook(document: Path) -> None:
    named = {quoted or plain for quoted, plain in EXTRA.findall(text(document))}
    assert named <= words_of_playbooks()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_options_are_those_of_the_roles(document: Path) -> None:
    known = frozenset(chain.from_iterable(map(options, ROLES)))
    results = {f"{role}_{what}" for role in ROLES for what in ("resources", "outputs", "stack")}
    groups = hosts("inventories/prod") | {path.stem for path in (ROOT / "inventories" / "shared").iterdir()}
    assert set(role_options_in(document)) <= known | results | groups


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_targets_are_those_of_the_makefile(document: Path) -> None:
    known = set(TARGET.findall((ROOT / "Makefile").read_text()))
    prose = FENCE.sub("", text(document))
    spoken = chain(MAKE.findall("\n".join(blocks(document, ""))), re.findall(r"`make ([a-z-]+)", prose))
    assert set(spoken) <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_yaml_is_yaml(document: Path) -> None:
    for body in blocks(document, "yaml"):
        list(yaml.safe_load_all(body))


def test_every_document_is_reached_from_the_readme() -> None:
    """Directly or over others."""
    reached, ahead = set(), [ROOT / "README.md"]
    while ahead:
        document = ahead.pop()
        reached.add(document)
        for target in LINK.findall(text(document)):
            path = (document.parent / target.partition("#")[0]).resolve()
            found = sorted(path.glob("*.md")) if path.is_dir() else [path]
            ahead += [each for each in found if each.suffix == ".md" and each.exists() and each not in reached]
    assert not [name(document) for document in DOCUMENTS if document not in reached and "roles" not in document.parts]
