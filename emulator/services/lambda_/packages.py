"""Deployment packages: what is refused, and where they are unpacked.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from moto.s3.exceptions import MissingBucket
from moto.s3.models import s3_backends

from emulator.errors import AwsError
from emulator.operations import Asked
from emulator.services.lambda_.errors import invalid

# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.4.2
UNIX = 3
READABLE = 0o004
MIB = 1024 * 1024
LARGEST_ZIPPED = 50 * MIB
LARGEST_UNZIPPED = 250 * MIB
# A request as a whole, in which the package is base64.
LARGEST_REQUEST = 70_167_211


@dataclass(frozen=True)
class Package:
    """content: the zip; sha256: its base64, as CodeSha256"""

    content: bytes
    sha256: str

    @property
    def size(self) -> int:
        return len(self.content)

    @cached_property
    def unreadable(self) -> list[str]:
        """Files that not everybody may read, by the modes in the zip.

        https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
        """
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return [
                entry.filename
                for entry in archive.infolist()
                if entry.create_system == UNIX and not entry.is_dir() and not entry.external_attr >> 16 & READABLE
            ]

    def unpack(self, directory: Path) -> Path:
        """Where the files are, below this directory; unpacked once."""
        target = directory / hashlib.sha256(self.content).hexdigest()[:32]
        if not target.exists():
            part = target.with_name(target.name + ".part")
            shutil.rmtree(part, ignore_errors=True)
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                archive.extractall(part)
            part.rename(target)
        return target


def given(asked: Asked, code: dict[str, object]) -> Package:
    """The package of a request: in itself, or in the emulated S3. Raises AwsError."""
    content = code.get("ZipFile")
    if content is None and not (code.get("S3Bucket") and code.get("S3Key")):
        raise invalid("Please provide a source for function code.")
    if content is not None and code.get("S3Bucket"):
        raise invalid("Please do not provide other FunctionCode parameters when providing a ZipFile.")
    if not isinstance(content, bytes):
        content = _from_s3(asked, code)
    elif len(content) > LARGEST_ZIPPED:
        # https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
        message = f"Request must be smaller than {LARGEST_REQUEST} bytes for the {asked.call.action} operation"
        raise AwsError("RequestEntityTooLargeException", message, 413)
    _check(content)
    return Package(content, base64.b64encode(hashlib.sha256(content).digest()).decode())


def _check(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unzipped = sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
    except zipfile.BadZipFile as error:
        raise invalid("Could not unzip uploaded file. Please check your file, then try to upload again.") from error
    if not names:
        raise invalid("Uploaded file must be a non-empty zip")
    if unzipped > LARGEST_UNZIPPED:
        raise invalid(f"Unzipped size must be smaller than {LARGEST_UNZIPPED} bytes")


def _from_s3(asked: Asked, code: dict[str, object]) -> bytes:
    """https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html"""
    bucket, key, version = code["S3Bucket"], code["S3Key"], code.get("S3ObjectVersion")
    failed = "Error occurred while GetObject. S3 Error Code: {0}. S3 Error Message: {1}"
    backend = s3_backends[asked.account_id]["aws"]
    try:
        home = backend.get_bucket(str(bucket)).region_name
        found = backend.get_object(str(bucket), str(key), version_id=str(version) if version else None)
    except MissingBucket as error:
        raise invalid(failed.format("NoSuchBucket", "The specified bucket does not exist")) from error
    if home != asked.region:
        message = f"The bucket is in this region: {home}. Please use this region to retry the request"
        raise invalid(failed.format("PermanentRedirect", message))
    if found is None:
        raise invalid(failed.format("NoSuchKey", "The specified key does not exist."))
    return bytes(found.value)
