"""Failures on demand: rules that make chosen AWS calls fail, hang or lose their answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Literal, get_args

from emulator.errors import AwsError
from emulator.identify import Call

Kind = Literal["throttle", "error500", "error503", "expired", "drop", "lost_answer", "delay"]

# How each service says that it throttles; the others say ThrottlingException.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
THROTTLING = {
    "ec2": AwsError("RequestLimitExceeded", "Request limit exceeded.", HTTPStatus.SERVICE_UNAVAILABLE),
    "s3": AwsError("SlowDown", "Please reduce your request rate.", HTTPStatus.SERVICE_UNAVAILABLE),
    **{
        service: AwsError("Throttling", "Rate exceeded", HTTPStatus.BAD_REQUEST)
        for service in ("cloudwatch", "iam", "rds", "sns", "sts")
    },
}
# How each service says that a session is over; the JSON ones say ExpiredTokenException.
# https://repost.aws/knowledge-center/ec2-expired-token
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
# EC2 says the same of it as of an old signature: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
EXPIRED = {
    "ec2": AwsError("RequestExpired", "Request has expired.", HTTPStatus.BAD_REQUEST),
    "s3": AwsError("ExpiredToken", "The provided token has expired.", HTTPStatus.BAD_REQUEST),
}
_EXPIRED = "The security token included in the request is expired"
DEFAULT_THROTTLING = AwsError("ThrottlingException", "Rate exceeded", HTTPStatus.BAD_REQUEST)


@dataclass
class Fault:
    """One rule.

    service, action: which calls, as shell patterns ("*", "Describe*"); service is boto3's client name
    fault:           throttle | error500 | error503 | expired (answered, nothing done)
                     | drop (nothing done, connection closed) | lost_answer (done, connection closed)
                     | delay (done after `seconds`)
    skip:            let this many matching calls pass first
    count:           then apply to this many; None = for good
    seconds:         wait before anything else, with every fault
    """

    fault: Kind
    service: str = "*"
    action: str = "*"
    skip: int = 0
    count: int | None = None
    seconds: float = 0

    @classmethod
    def parse(cls, rule: dict[str, Any]) -> Fault:
        """Raises ValueError, saying what is wrong, for a rule that could never do what was meant."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(rule) - known)
        if unknown:
            raise ValueError(f"unknown key {', '.join(unknown)}; known: {', '.join(sorted(known))}")
        if rule.get("fault") not in get_args(Kind):
            raise ValueError(f"fault is {rule.get('fault')!r}; allowed: {', '.join(get_args(Kind))}")
        if rule["fault"] == "delay" and not rule.get("seconds"):
            raise ValueError("a delay needs seconds")
        return cls(**rule)

    def matches(self, call: Call) -> bool:
        return fnmatchcase(call.service, self.service) and fnmatchcase(call.action, self.action)

    @property
    def loses_the_answer(self) -> bool:
        return self.fault in ("drop", "lost_answer")

    def error(self, call: Call) -> AwsError | None:
        """What is answered in the place of the real answer, if anything."""
        if self.fault == "throttle":
            return THROTTLING.get(call.service, DEFAULT_THROTTLING)
        if self.fault == "expired":
            json = "json" in call.protocol
            code, status = (
                ("ExpiredTokenException", HTTPStatus.BAD_REQUEST) if json else ("ExpiredToken", HTTPStatus.FORBIDDEN)
            )
            return EXPIRED.get(call.service, AwsError(code, _EXPIRED, status))
        if self.fault == "error500":
            code = "InternalError" if call.service in ("ec2", "s3") else "InternalFailure"
            return AwsError(code, "An internal error has occurred.", HTTPStatus.INTERNAL_SERVER_ERROR)
        if self.fault == "error503":
            code = "Unavailable" if call.service == "ec2" else "ServiceUnavailable"
            return AwsError(code, "The service is unavailable. Please try again.", HTTPStatus.SERVICE_UNAVAILABLE)
        return None


class Faults:
    """The rules in force. The first that matches a call and is not used up applies to it."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._rules.append(fault)

    def rules(self) -> list[Fault]:
        with self._lock:
            return list(self._rules)

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def take(self, call: Call) -> Fault | None:
        with self._lock:
            for rule in self._rules:
                if not rule.matches(call) or rule.count == 0:
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                if rule.count is not None:
                    rule.count -= 1
                return rule
        return None
