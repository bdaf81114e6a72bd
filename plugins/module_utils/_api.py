# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Every AWS call goes through ``call``, ``pages`` or ``answers``.

Failures are typed and say what was asked of what.

Retries (throttling, 5xx, dropped connections) are botocore's ``standard`` mode, exponential with jitter:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Lock, RLock
from typing import Any

# AnsibleAWSModule reports that they are missing.
with suppress(ImportError):
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

ATTEMPTS = 10
# Connections that botocore keeps to a service are ten; nearly all of a call is waiting.
AT_ONCE = 8
NOTHING: frozenset[str] = frozenset()

HINTS = {
    # HeadBucket's answers have no body: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
    "400": "S3 gives no reason here; most often the session has expired: log in again.",
    "AccessDenied": "The credentials lack this permission; docs/iam.md has the policy of the collection.",
    "AccessDeniedException": "The credentials lack this permission; docs/iam.md has the policy of the collection.",
    "AuthorizationError": "The credentials lack this permission; docs/iam.md has the policy of the collection.",
    "UnauthorizedOperation": "The credentials lack this permission; docs/iam.md has the policy of the collection.",
    "ExpiredToken": "The session has expired: log in again.",
    "ExpiredTokenException": "The session has expired: log in again.",
    "RequestExpired": "The session has expired: log in again. If it has not, the clock of this machine is wrong.",
    "NoCredentialsError": "Name a profile (aws_profile in the inventory, AWS_PROFILE) or give AWS_ACCESS_KEY_ID.",
    "EndpointConnectionError": "Nothing answers there: check AWS_ENDPOINT_URL, the region and the network.",
    "InvalidClientTokenId": "AWS does not know these credentials: check the profile or AWS_ACCESS_KEY_ID.",
    "UnrecognizedClientException": "AWS does not know these credentials: check the profile or AWS_ACCESS_KEY_ID.",
}


class AwsError(Exception):
    """An AWS call that failed for good: service, action, what it was about, AWS's code and message, and what to do."""

    def __init__(self, service: str, action: str, subject: str, code: str, message: str) -> None:
        about = f" for {subject}" if subject else ""
        hint = f" {HINTS[code]}" if code in HINTS else ""
        end = "." if hint and message and message[-1] not in ".!?" else ""
        super().__init__(f"{service}:{action}{about} failed: {code}: {message}{end}{hint}")
        self.service, self.action, self.subject, self.code = service, action, subject, code


def retry_config() -> Any:
    return Config(retries={"mode": "standard", "max_attempts": ATTEMPTS}, connect_timeout=10, read_timeout=60)


class Clients:
    """boto3 clients by service name, each made once. ``make`` is AnsibleAWSModule.client or a boto3 session's.

    ``requests`` counts what they have sent, every page and every retry.

    Threads may share them. A session makes one client at a time:
    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make
        self._made: dict[str, Any] = {}
        self._read: dict[tuple[str, str], Any] = {}
        self._making, self._counting = Lock(), Lock()
        self.requests = 0
        self._locks: dict[tuple[str, str], RLock] = defaultdict(RLock)

    def __call__(self, service: str) -> Any:
        with self._making:
            if service not in self._made:
                self._made[service] = self._make(service, config=retry_config())
                # https://boto3.amazonaws.com/v1/documentation/api/latest/guide/events.html
                self._made[service].meta.events.register("before-send", self._count)
        return self._made[service]

    def _count(self, **_: Any) -> None:
        with self._counting:
            self.requests += 1

    def once(self, what: str, subject: str, read: Callable[[], Any]) -> Any:
        """What ``read()`` returned the first time: two kinds that one answer describes ask once."""
        with self.one_at_a_time(what, subject):
            if (what, subject) not in self._read:
                self._read[what, subject] = read()
        return self._read[what, subject]

    def one_at_a_time(self, what: str, subject: str = "") -> RLock:
        """For a ``with``: of several threads the first goes on, the others wait until it is done."""
        return self._locks[what, subject]


def call(client: Any, method: str, *, absent: Collection[str] = NOTHING, subject: str = "", **arguments: Any) -> Any:
    """Call ``client.method(**arguments)``.

    Returns the response, or None when AWS answers with one of the error codes in ``absent``.
    Raises AwsError for every other failure.
    """
    return _asked(client, method, absent, subject, lambda: getattr(client, method)(**arguments))


def pages(
    client: Any, method: str, key: str, *, absent: Collection[str] = NOTHING, subject: str = "", **arguments: Any
) -> list[Any]:
    """All items under ``key`` (``Outer.Inner`` where AWS nests them) of all pages; none for a code in ``absent``.

    Raises AwsError.
    """
    return [
        item
        for page in answers(client, method, absent=absent, subject=subject, **arguments)
        for item in _under(page, key)
    ]


def answers(
    client: Any,
    method: str,
    *,
    absent: Collection[str] = NOTHING,
    subject: str = "",
    until: Callable[[list[Any]], bool] = lambda _found: False,
    **arguments: Any,
) -> list[Any]:
    """Every page as AWS answered it, where one page has items of several sorts. Otherwise like ``pages``.

    No more pages are asked for once ``until(those so far)``.
    """

    def ask() -> list[Any]:
        found: list[Any] = []
        for page in client.get_paginator(method).paginate(**arguments):
            found.append(page)
            if until(found):
                break
        return found

    return _asked(client, method, absent, subject, ask) or []


def side_by_side(read: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    """``read(item)`` of each, in their order, several at a time: for what AWS tells of one resource a call."""
    if len(items) < 2:
        return [read(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(read, items))


def lots(names: Collection[str], most: int) -> list[list[str]]:
    """The names, sorted, as many together as one call takes."""
    every = sorted(names)
    return [every[start : start + most] for start in range(0, len(every), most)]


def _asked(client: Any, method: str, absent: Collection[str], subject: str, ask: Callable[[], Any]) -> Any:
    """What ``ask()`` returns; None for an error code in ``absent``. Raises AwsError."""
    try:
        return ask()
    except ClientError as error:
        answer = error.response["Error"]
        if answer["Code"] in absent:
            return None
        # The operation that failed may be another one: sts:AssumeRole for a profile's credentials.
        raise _failed(client, error.operation_name, subject, answer["Code"], answer.get("Message", "")) from error
    except (BotoCoreError, ResponseParserError) as error:
        action = client.meta.method_to_api_mapping[method]
        raise _failed(client, action, subject, type(error).__name__, str(error)) from error


def _failed(client: Any, action: str, subject: str, code: str, message: str) -> AwsError:
    return AwsError(client.meta.service_model.service_name, action, subject, code, message)


def _under(page: Any, key: str) -> Any:
    for part in key.split("."):
        page = page.get(part) or {}
    return page


def to_tags(tags: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """AWS's list of tags as a mapping."""
    return {tag[key]: tag[value] for tag in tags or ()}


def from_tags(tags: Any, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """A mapping as AWS's list of tags, sorted by key."""
    return [{key: k, value: v} for k, v in sorted(tags.items())]
