from __future__ import annotations

import gc
from pathlib import Path

import botocore
import pytest
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import PlainFiles, warm_all
from botocore.loaders import JSONFileLoader

DATA = Path(botocore.__file__).parent / "data"
# One that is packed and one that is not.
STORED = ["rds/2014-10-31/service-2", "endpoints"]


@pytest.mark.parametrize("name", STORED)
def test_models_are_what_botocore_reads(name: str) -> None:
    path = str(DATA / name)
    assert PlainFiles().exists(path)
    assert PlainFiles().load_file(path) == JSONFileLoader().load_file(path)


def test_what_is_not_there_is_not_read() -> None:
    path = str(DATA / "rds/2014-10-31/service-3")
    assert not PlainFiles().exists(path)
    assert PlainFiles().load_file(path) is None


def test_what_is_there_before_a_fork_is_left_alone_by_collections() -> None:
    gc.unfreeze()
    warm_all(["sts"])
    assert gc.get_freeze_count() > 0
