"""Connection data and credentials: where they come from, and what is said when they are not as they should be."""

from __future__ import annotations

from typing import Any

import pytest
from access_function.errors import AccessError
from access_function.settings import Settings, Target
from botocore.exceptions import ConnectTimeoutError

from tests.unit.access_function.fakes import PATH, SECRETS, VALUES, Provider, denied, settings


def failure(made: Settings) -> AccessError:
    with pytest.raises(AccessError) as failed:
        made.target("writer", "owner")
    return failed.value


def test_each_endpoint_and_login_has_its_own() -> None:
    made = settings()
    assert made.target("writer", "owner") == Target("writer.example", 5432, "lab", "dbadmin", "hidden-1")
    assert made.target("reader", "read_only") == Target("reader.example", 5432, "lab", "lab-reader", "hidden-2")


def test_without_readers_the_writer_is_asked() -> None:
    for values in ({**VALUES, "reader_host": ""}, {name: VALUES[name] for name in VALUES if name != "reader_host"}):
        assert settings(values).target("reader", "owner").host == "writer.example"


def test_the_password_does_not_show() -> None:
    assert "hidden-1" not in repr(settings().target("writer", "owner"))


def test_what_was_read_is_kept_until_it_is_asked_for_afresh() -> None:
    parameters, secrets = Provider(VALUES), Provider(SECRETS)
    given: Any = (parameters, secrets)
    made = Settings(PATH, *given)
    for _ in range(3):
        made.target("writer", "owner")
    assert (parameters.fetched, secrets.fetched) == ([PATH], ["arn:owner"])
    parameters.now = {**VALUES, "host": "new.example"}
    assert made.target("writer", "owner").host == "writer.example"
    assert made.target("writer", "owner", fresh=True).host == "new.example"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "host, port, dbname, secret_arn, readonly_secret_arn, tls_mode"),
        ({**VALUES, "host": ""}, f"below {PATH}: host."),
        ({**VALUES, "tls_mode": "require"}, "tls_mode has to be verify-full"),
        ({**VALUES, "port": "0"}, "port has to be a number from 1 to 65535"),
        ({**VALUES, "port": "65536"}, "port has to be"),
        ({**VALUES, "port": "5432 host=evil"}, "port has to be"),
    ],
)
def test_wrong_parameters(values: dict[str, str], message: str) -> None:
    failed = failure(settings(values))
    assert failed.code == "configuration_invalid"
    assert message in failed.message


@pytest.mark.parametrize(
    "secret",
    [
        "hush",
        "[]",
        '{"username": "hush"}',
        '{"username": "", "password": "hush"}',
        '{"username": "hush", "password": ""}',
        '{"username": "hush", "password": 1}',
        '{"username": null, "password": "hush"}',
        b"\xffhush",
        None,
    ],
)
def test_a_secret_that_is_none(secret: Any) -> None:
    failed = failure(settings(secrets={"arn:owner": secret}))
    assert failed.code == "configuration_invalid"
    assert "secret_arn" in failed.message
    assert "hush" not in failed.message
    assert failed.__cause__ is None


@pytest.mark.parametrize(
    ("refusal", "code"), [(denied(), "AccessDenied"), (ConnectTimeoutError(endpoint_url="x"), "ConnectTimeoutError")]
)
@pytest.mark.parametrize(("which", "what"), [(0, PATH), (1, "the secret of secret_arn")])
def test_aws_lets_nothing_be_read(refusal: Exception, code: str, which: int, what: str) -> None:
    providers = [Provider(VALUES), Provider(SECRETS)]
    providers[which].refusal = refusal
    given: Any = providers
    failed = failure(Settings(PATH, *given))
    assert failed.code == "configuration_unavailable"
    assert code in failed.message
    assert what in failed.message
    assert "sts" not in failed.message
