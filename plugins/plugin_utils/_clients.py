# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. AWS clients in Ansible's own process, from the options that all AWS modules have.

botocore reads the model of a service (rds: 0.1 s) once per loader, and every boto3 session has a loader of its own. The
sessions made here share one, and what ``warm`` has read before Ansible forks its workers is there in all of them.
"""

from __future__ import annotations

import gc
import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info

# Without them the action plugins leave the work to the module, which says what is missing.
with suppress(ImportError):
    import boto3
    import botocore.session
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, NoRegionError, ProfileNotFound
    from botocore.loaders import Loader

USER_AGENT = "APN/1.0 Ansible pgfleet.aws"
# What a whole deployment may be made of.
EVERY_SERVICE = (
    "application-autoscaling",
    "cloudwatch",
    "ec2",
    "iam",
    "kms",
    "logs",
    "rds",
    "resourcegroupstaggingapi",
    "s3",
    "secretsmanager",
    "sns",
    "ssm",
)
NOWHERE = {"region_name": "us-east-1", "aws_access_key_id": "none", "aws_secret_access_key": "none"}


class CannotConnect(Exception):
    """The options, or botocore's configuration, lead to no client."""


def cannot_connect(error: Exception) -> CannotConnect:
    """What to say to the person who wrote the options."""
    if not isinstance(error, ProfileNotFound):
        return CannotConnect(f"Couldn't connect to AWS: {error}")
    known = ", ".join(new_session().available_profiles) or "none"
    option = f"profile (aws_profile of the inventory): {error.kwargs['profile']}"
    return CannotConnect(f"{option}\n    There is no such profile. There are: {known}.")


class PlainFiles:
    """How botocore's loader gets at its JSON: in dicts, which are in order anyway, and read in half of the time."""

    def exists(self, file_path: str) -> bool:
        """Whether there is such a file, whose path is given without its suffix."""
        return any(path.is_file() for path, _opened in _stored(file_path))

    def load_file(self, file_path: str) -> dict[str, Any] | None:
        """What is in it; None where there is none."""
        for path, opened in _stored(file_path):
            if path.is_file():
                with opened(path, "rb") as file:
                    return dict(json.loads(file.read()))
        return None


def _stored(path: str) -> list[tuple[Path, Callable[..., Any]]]:
    return [(Path(f"{path}.json"), open), (Path(f"{path}.json.gz"), gzip.open)]


@cache
def _loader() -> Any:
    files: Any = PlainFiles()
    return Loader(file_loader=files)


def new_session(profile: str | None = None) -> Any:
    """A boto3 session that shares the service models with all others. Raises BotoCoreError for an unknown profile."""
    below = botocore.session.Session(profile=profile)
    below.register_component("data_loader", _loader())
    return boto3.session.Session(botocore_session=below)


@cache
def warm(service: str) -> None:
    """Read the models of a service, once in a process, by making a client that nobody uses."""
    new_session().client(service, **NOWHERE)


def warm_all(services: Iterable[str]) -> None:
    """Before Ansible forks: what there is by then, imports and models, no collection of garbage goes through again.

    Each of the processes would, and copy all of it by that: https://docs.python.org/3/library/gc.html#gc.freeze.
    """
    for service in services:
        warm(service)
    gc.freeze()


class Connection:
    """A session and its clients for the options of one task. Raises CannotConnect."""

    def __init__(self, params: Mapping[str, Any], action: str) -> None:
        self.params = params
        self._action = action
        region, self._endpoint, options = get_aws_connection_info(self)
        profile, config = options.pop("profile_name", None), options.pop("aws_config", None)
        self._config = Config(user_agent=USER_AGENT).merge(config or Config())
        self._options = options
        try:
            self._session = new_session(profile)
            self.region = region or self._session.region_name
        except BotoCoreError as error:
            raise cannot_connect(error) from error

    def fail_json(self, msg: str, **_more: Any) -> None:
        """What amazon.aws calls for options that exclude each other."""
        raise CannotConnect(msg)

    def client(self, service: str, config: Any) -> Any:
        try:
            return self._session.client(
                service,
                region_name=self.region,
                endpoint_url=self._endpoint,
                # As amazon.aws merges them: what the user says counts most.
                config=config.merge(self._config),
                **self._options,
            )
        except NoRegionError as error:
            places = "configuration, environment variables or module parameters"
            wanted = f"The {self._action} module requires a region and none was found in {places}"
            raise CannotConnect(wanted) from error
        except (BotoCoreError, ValueError) as error:
            raise cannot_connect(error) from error
