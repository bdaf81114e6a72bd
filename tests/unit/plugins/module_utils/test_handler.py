"""What a handler does where a kind has nothing of its own to say."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Kind, Observed


def test_all_that_is_ours_of_a_kind_is_within_a_document() -> None:
    handler = Handler(Kind("key", {}), lambda _scope, _wanted: ())
    assert handler.within([], Observed("key", "a", {}, {}))
