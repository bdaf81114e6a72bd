"""What the package is made of: versions that the tests run with too, and the authorities that it trusts."""

from __future__ import annotations

import datetime
import re
import ssl
from importlib.metadata import version
from pathlib import Path

import pytest
from access_function import connection
from cryptography import x509
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[3]
FILES = ROOT / "roles" / "access_function" / "files"
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)(.*?)\\?$", re.MULTILINE)


def locked(path: Path) -> dict[str, str]:
    return {name: number for name, number, _ in LOCKED.findall(path.read_text())}


def test_the_tests_run_with_the_versions_that_are_shipped() -> None:
    shipped, ours = locked(FILES / "requirements.txt"), locked(ROOT / "requirements" / "lock.txt")
    assert shipped
    assert shipped == {name: ours[name] for name in shipped}
    assert shipped == {name: version(name) for name in shipped}


def test_the_lock_file_is_the_same_for_every_machine() -> None:
    """A marker would make the package depend on who builds it."""
    found = LOCKED.findall((FILES / "requirements.txt").read_text())
    assert all(not rest.strip() for _, _, rest in found)
    assert "--hash=sha256:" in (FILES / "requirements.txt").read_text()


def test_boto3_comes_with_the_runtime() -> None:
    assert not {"boto3", "botocore"} & locked(FILES / "requirements.txt").keys()


AUTHORITIES = x509.load_pem_x509_certificates((FILES / "global-bundle.pem").read_bytes())
NAMES = {str(ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value): ca for ca in AUTHORITIES}


def test_the_bundle_is_where_the_function_looks_for_it() -> None:
    assert connection.AUTHORITIES == FILES / "global-bundle.pem"
    assert len(connection._context(connection.AUTHORITIES).get_ca_certs()) == len(AUTHORITIES)


def test_the_context_verifies_certificate_and_name() -> None:
    context = connection._context(connection.AUTHORITIES)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("name", NAMES)
def test_an_authority_is_one_and_is_valid(name: str) -> None:
    """For a year to come at least, so that there is time to take a newer bundle."""
    authority = NAMES[name]
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert authority.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    assert authority.not_valid_after_utc > datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=365)
    authority.verify_directly_issued_by(authority)


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2", "eu-central-1", "ap-southeast-2", "sa-east-1"])
@pytest.mark.parametrize("kind", ["RSA2048", "RSA4096", "ECC384"])
def test_regions_have_their_authorities(region: str, kind: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"""
    assert f"Amazon RDS {region} Root CA {kind} G1" in NAMES


def test_the_bundle_says_where_it_comes_from() -> None:
    assert "truststore.pki.rds.amazonaws.com" in (FILES / "global-bundle.pem").read_text()
