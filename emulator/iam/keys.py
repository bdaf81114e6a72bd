"""The condition keys of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
Those of services: the tables of https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from emulator.iam import service_keys, tagged
from emulator.iam.reference import Action
from emulator.iam.resources import Resource
from emulator.operations import Asked

Values = list[str] | None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


# The same for all services. The emulator's plain HTTP stands for AWS's HTTPS.
_GLOBAL: dict[str, Callable[[Asked], Values]] = {
    "aws:currenttime": lambda _: [_now().isoformat()],
    "aws:epochtime": lambda _: [str(int(_now().timestamp()))],
    "aws:requestedregion": lambda asked: [asked.region],
    "aws:resourceaccount": lambda asked: [asked.account_id],
    "aws:securetransport": lambda _: ["true"],
    "aws:sourceip": lambda _: ["127.0.0.1"],
    "aws:viaawsservice": lambda _: ["false"],
}

# Absent from requests that somebody signed with keys of their own, without a VPC endpoint and without MFA.
_ABSENT = {
    "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:multifactorauthage", "aws:multifactorauthpresent",
    "aws:principalorgid", "aws:principalorgpaths", "aws:principalservicename", "aws:referer", "aws:resourceorgid",
    "aws:sourceaccount", "aws:sourcearn", "aws:sourceidentity", "aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc",
    "aws:sourcevpce", "aws:username", "aws:useragent", "aws:vpcsourceip",
    "lambda:sourcefunctionarn",
}  # fmt: skip

# How the names end by which a resource's tags are known: aws:ResourceTag/, ec2:ResourceTag/, rds:db-tag/
_TAG_ENDINGS = ("resourcetag/", "-tag/")


@dataclass(frozen=True)
class RequestKeys:
    """See emulator.iam.patterns.Keys. `given`: those of the caller, and of a call that AWS makes in his name."""

    asked: Asked
    action: Action
    resource: Resource
    given: Mapping[str, list[str]] = field(default_factory=dict)

    def get(self, key: str) -> Values:
        name = key.lower()
        given = {one.lower(): values for one, values in self.given.items()}
        if name in given:
            return given[name]
        if name in _GLOBAL:
            return _GLOBAL[name](self.asked)
        if name in _ABSENT or name.startswith(("aws:principal", "aws:userid")):
            return None
        return self._of_the_action(key, name)

    def _of_the_action(self, key: str, name: str) -> Values:
        """Nothing, where AWS's reference does not list the key for the action or the resource."""
        prefix, slash, tag = key.partition("/")
        listed = f"{prefix.lower()}{slash}"
        if not any(one in self._known for one in (name, listed)):
            return None
        if listed in ("aws:requesttag/", "rds:req-tag/"):
            return self._optional(tagged.requested(self.asked.params, self._type).get(tag))
        if name == "aws:tagkeys":
            return tagged.requested_keys(self.asked.params, self._type) or None
        if listed.endswith(_TAG_ENDINGS):
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html: off by default.
            found = {} if self.action.name.startswith("s3:") else tagged.of(self.asked, self.resource.arn)
            return self._optional(found.get(tag))
        return self._of_the_service(name)

    def _of_the_service(self, name: str) -> Values:
        read = service_keys.READERS.get(name)
        if read is None:
            message = f"{self.action.name} has the condition key {name}, which the emulator does not know."
            raise service_keys.NotModelled(message)
        return read(self.asked, self.resource.arn)

    @property
    def _known(self) -> frozenset[str]:
        return self.action.keys | (self.resource.type.keys if self.resource.type else frozenset())

    @property
    def _type(self) -> str:
        return self.resource.type.name if self.resource.type else ""

    @staticmethod
    def _optional(value: str | None) -> Values:
        return None if value is None else [value]
