"""What a teardown prints at its end."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._screen_destroy import WIDTH, destroy_screen


def removed(kind: str, name: str, note: str = "") -> dict[str, Any]:
    return {"kind": kind, "name": name, "note": note}


def kept(kind: str, name: str, **rest: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "detail": "", "reason": "", "until": None, "owned": True} | rest


def host(name: str, **teardown: Any) -> dict[str, Any]:
    system = name.split("_")[0]
    result = {"removed": [], "kept": [], "failed": False} | teardown
    return {"inventory_hostname": name, "system": system, "env_suffix": "prod", "teardown": result}


SNAPSHOT = kept(
    "db_snapshot", "db-retail-prod-final-20261120t2315z", detail="20 GiB", reason="stays until you delete it"
)
KEY = kept(
    "kms_key", "alias/key-retail-prod", reason="the snapshot needs it; -e delete_key=true after the snapshot is gone"
)
SECRET = kept("secret", "secret-retail-prod", reason="recoverable", until="2026-12-20")


def test_a_deployment_is_one_block_however_many_hosts_it_has() -> None:
    database = host(
        "retail", removed=[removed("rds_instance", "db"), removed("secret", "s")], kept=[SNAPSHOT, SECRET, KEY]
    )
    network = host("retail_network", removed=[removed("vpc", "v")])
    assert destroy_screen([database, network]) == (
        "retail (prod): removed 3 resources.\n"
        "Kept on purpose:\n"
        "  snapshot  db-retail-prod-final-20261120t2315z\n"
        "            20 GiB; stays until you delete it\n"
        "  secret    secret-retail-prod\n"
        "            recoverable until 2026-12-20\n"
        "  key       alias/key-retail-prod\n"
        "            the snapshot needs it; -e delete_key=true after the snapshot\n"
        "            is gone"
    )


def test_short_lines_stand_in_columns() -> None:
    text = destroy_screen(
        [
            host(
                "retail",
                removed=[removed("vpc", "v")],
                kept=[SECRET, kept("s3_bucket", "b", detail="2 object versions", reason="r")],
            )
        ]
    )
    assert text == (
        "retail (prod): removed 1 resource.\n"
        "Kept on purpose:\n"
        "  secret  secret-retail-prod  recoverable until 2026-12-20\n"
        "  bucket  b                   2 object versions; r"
    )


def test_check_mode_lists_what_would_go() -> None:
    going = [removed("metric_alarm", "alarm-cpu"), removed("rds_instance", "db", "final snapshot x")]
    assert destroy_screen([host("retail", removed=going)], check=True) == (
        "retail (prod): would remove 2 resources:\n  alarm     alarm-cpu\n  database  db         final snapshot x"
    )


def test_what_is_not_ours_is_listed_by_itself() -> None:
    text = destroy_screen([host("retail", kept=[SECRET, kept("iam_role", "role", reason="not ours", owned=False)])])
    assert text == (
        "retail (prod): nothing to remove.\n"
        "Kept on purpose:\n"
        "  secret  secret-retail-prod  recoverable until 2026-12-20\n"
        "Left alone:\n"
        "  role  role  not ours"
    )


def test_hosts_that_failed_are_named_and_others_still_shown() -> None:
    failed = {
        "inventory_hostname": "retail_network",
        "system": "retail",
        "env_suffix": "prod",
        "teardown": {"failed": True, "msg": "Refused; nothing was changed.\n  network: vpc-1"},
    }
    never_began = {"inventory_hostname": "finance", "system": "finance", "env_suffix": "prod"}
    text = destroy_screen([host("retail", removed=[removed("secret", "s")]), failed, never_began])
    assert text == (
        "retail (prod): removed 1 resource.\n"
        "Not finished: retail_network\n"
        "  Refused; nothing was changed.\n"
        "  network: vpc-1"
    )
    assert destroy_screen([failed]).startswith("retail (prod): not finished.\nNot finished: retail_network\n")


def test_deployments_stand_one_after_the_other() -> None:
    lines = destroy_screen([host("retail"), host("finance")]).splitlines()
    assert lines == ["retail (prod): nothing to remove.", "finance (prod): nothing to remove."]


@pytest.mark.parametrize("length", [1, 40, 60])
def test_no_line_is_too_wide(length: int) -> None:
    long = kept("db_snapshot", "x" * length, reason=" ".join(["word"] * 40))
    assert max(map(len, destroy_screen([host("retail", kept=[long])]).splitlines())) <= WIDTH
