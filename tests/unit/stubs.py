"""AWS clients whose answers a test gives beforehand. botocore checks requests and answers against AWS's own models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from ansible_collections.pgfleet.aws.plugins.module_utils import _api
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from botocore.config import Config
from botocore.stub import Stubber

OWNER = Owner("retail", "prod")
REGION = "us-west-2"
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Exchange:
    """A request, as ``client.method(**asked)``, and what AWS answers: ``answer``, or the error code ``refusal``."""

    method: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""


@cache
def client(service: str) -> Any:
    """One per service, for all tests: making one takes longer than most tests."""
    return boto3.client(
        service,  # type: ignore[call-overload]  # types-boto3 has one overload per name
        region_name=REGION,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="example",
        config=Config(retries={"total_max_attempts": 1}),
    )


@contextmanager
def answering(service: str, *exchanges: Exchange) -> Iterator[Scope]:
    """A scope in which the service gets these requests, in this order, all of them and no others."""
    with account({service: exchanges}) as scope:
        yield scope


@contextmanager
def account(services: Mapping[str, Sequence[Exchange]]) -> Iterator[Scope]:
    """Like ``answering``, of several services; the others get no request at all."""
    with ExitStack() as stubbers:
        # Answers are given in an order, which threads would not keep.
        stubbers.enter_context(patch.object(_api, "AT_ONCE", 1))
        pending = [stubbers.enter_context(_stubbed(service, services[service])) for service in services]
        yield Scope(Clients(lambda asked, **_options: {s: client(s) for s in services}[asked]), OWNER, ACCOUNT, REGION)
        for stubber in pending:
            stubber.assert_no_pending_responses()


def _stubbed(service: str, exchanges: Sequence[Exchange]) -> Stubber:
    stubber = Stubber(client(service))
    for exchange in exchanges:
        if exchange.refusal:
            stubber.add_client_error(
                exchange.method, exchange.refusal, "AWS's words.", expected_params=dict(exchange.asked)
            )
        else:
            # A copy: botocore decodes policies in place.
            stubber.add_response(exchange.method, deepcopy(dict(exchange.answer)), dict(exchange.asked))
    return stubber
