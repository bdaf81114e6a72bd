"""Whether policies let a principal do something: the pure part of IAM, without requests and without an account.

There are libraries that lint policies or simulate them in other languages, none that decides in Python; moto's own
knows neither resources nor conditions.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.iam import conditions
from emulator.iam.patterns import Keys, arn_matches, matches_any_case, substituted
from emulator.policies import as_list

Document = dict[str, Any]
Statement = dict[str, Any]
Kind = Literal["identity-based policy", "resource-based policy", "permissions boundary", "session policy"]


@dataclass(frozen=True)
class Identity:
    """Who asks, and the policies that say what they may. `arns` are all the names by which a policy may mean them.

    boundary and session are None where there is none, and allow nothing where they are empty.
    """

    arn: str
    account_id: str
    arns: tuple[str, ...]
    policies: tuple[Document, ...]
    boundary: tuple[Document, ...] | None = None
    session: tuple[Document, ...] | None = None
    keys: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """One action on one resource. `policy` is the resource's own, if it has one.

    `must_delegate`: nobody has access whom that policy does not name, himself or by his account.
    """

    action: str
    resource: str
    keys: Keys
    policy: Document | None = None
    must_delegate: bool = False

    @property
    def account_id(self) -> str:
        """The account of the resource, where its ARN says it."""
        return self.resource.split(":")[4] if self.resource.startswith("arn:") else ""


@dataclass(frozen=True)
class Decision:
    """`by` are the Sids of the statements that allowed it; `reason` is how AWS ends its sentence when it is denied."""

    allowed: bool
    by: tuple[str, ...] = ()
    reason: str = ""


def decide(identity: Identity, wanted: Wanted) -> Decision:
    """As in "How AWS enforcement code logic evaluates requests"."""
    own = (wanted.policy,) if wanted.policy else ()
    sources: list[tuple[Kind, Iterable[Document]]] = [
        ("identity-based policy", identity.policies),
        ("resource-based policy", own),
        ("permissions boundary", identity.boundary or ()),
        ("session policy", identity.session or ()),
    ]
    for kind, documents in sources:
        if any(_matching(documents, "Deny", identity, wanted)):
            article = "an" if kind == "identity-based policy" else "a"
            return Decision(False, reason=f"with an explicit deny in {article} {kind}")
    return _allowed(identity, wanted)


def _allowed(identity: Identity, wanted: Wanted) -> Decision:
    granted = list(_matching((wanted.policy,) if wanted.policy else (), "Allow", identity, wanted))
    direct = [s for s in granted if names(s, identity) == "principal"]
    elsewhere = wanted.account_id not in ("", "aws", identity.account_id)
    if direct and not elsewhere and not _limited(direct, identity):
        return Decision(True, _sids(direct))
    for kind, limit in (("permissions boundary", identity.boundary), ("session policy", identity.session)):
        if limit is not None and not any(_matching(limit, "Allow", identity, wanted)):
            return Decision(False, reason=f"because no {kind} allows the {wanted.action} action")
    if direct and not elsewhere:
        return Decision(True, _sids(direct))
    # Both accounts must agree: reference_policies_evaluation-logic-cross-account.html
    if (wanted.must_delegate or elsewhere) and not granted:
        return Decision(False, reason=f"because no resource-based policy allows the {wanted.action} action")
    by = list(_matching(identity.policies, "Allow", identity, wanted))
    if by:
        return Decision(True, _sids(by))
    return Decision(False, reason=f"because no identity-based policy allows the {wanted.action} action")


def _limited(statements: list[Statement], identity: Identity) -> bool:
    """A grant to a role is limited by boundary and session policy, one to a user or a session is not.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
    """
    return not any(identity.arn in _aws_principals(statement) for statement in statements)


def _sids(statements: list[Statement]) -> tuple[str, ...]:
    return tuple(str(statement.get("Sid", "")) for statement in statements)


def _matching(documents: Iterable[Document], effect: str, identity: Identity, wanted: Wanted) -> Iterator[Statement]:
    for document in documents:
        for statement in as_list(document["Statement"]):
            if statement["Effect"] == effect and applies(statement, identity, wanted):
                yield statement


def applies(statement: Statement, identity: Identity, wanted: Wanted) -> bool:
    """Whether principal, action, resource and condition of a statement are those of a request."""
    return (
        _listed(statement, "Action", lambda one: matches_any_case(one, wanted.action))
        and (not {"Resource", "NotResource"} & set(statement) or _on(statement, wanted))
        and (not {"Principal", "NotPrincipal"} & set(statement) or names(statement, identity) is not None)
        and conditions.hold(statement.get("Condition", {}), wanted.keys)
    )


def _on(statement: Statement, wanted: Wanted) -> bool:
    def fits(one: str) -> bool:
        pattern = substituted(one, wanted.keys, pattern=True)
        return pattern is not None and arn_matches(pattern, wanted.resource)

    return _listed(statement, "Resource", fits)


def _listed(statement: Statement, element: str, fits: Any) -> bool:
    """Whether one of the element's values fits, or none of its Not-element's."""
    if element in statement:
        return any(fits(one) for one in as_list(statement[element]))
    negated = f"Not{element}"
    return negated in statement and not any(fits(one) for one in as_list(statement[negated]))


def names(statement: Statement, identity: Identity) -> Literal["principal", "account"] | None:
    """Whether a resource's policy means the principal itself, or its account, which delegates to its IAM policies."""
    account = {identity.account_id, f"arn:aws:iam::{identity.account_id}:root"}
    if "NotPrincipal" in statement:
        excluded = set(_aws_principals(statement, "NotPrincipal"))
        return None if excluded & {*identity.arns, "*"} else "principal"
    named = set(_aws_principals(statement))
    if named & {*identity.arns, "*"}:
        return "principal"
    return "account" if named & account else None


def _aws_principals(statement: Statement, element: str = "Principal") -> list[str]:
    principal = statement.get(element, {})
    return as_list(principal.get("AWS", [])) if isinstance(principal, dict) else as_list(principal)
