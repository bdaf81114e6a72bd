"""Which permissions a call takes, where they are not called what the operation is."""

from __future__ import annotations

from typing import Any

from emulator.identify import Call

# boto3's names of services that are not the prefix of their actions.
PREFIXES = {
    "efs": "elasticfilesystem",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "stepfunctions": "states",
}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
S3 = {
    "CompleteMultipartUpload": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteObjects": "DeleteObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBucketInventoryConfigurations": "GetInventoryConfiguration",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "UploadPart": "PutObject",
}
VERSIONED = {"GetObject": "GetObjectVersion", "HeadObject": "GetObjectVersion", "DeleteObject": "DeleteObjectVersion"}

# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
LAMBDA = {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}

# Nobody needs a permission for it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
FREE = {"sts:GetCallerIdentity"}


def of(call: Call, params: dict[str, Any]) -> list[str]:
    """Full names of the actions that the call itself takes, without what it has AWS do in other services."""
    return [one for one in of_operation(call.service, call.action, params) if one not in FREE]


def of_operation(service: str, operation: str, params: dict[str, Any] | None = None) -> list[str]:
    """The same by boto3's names; the parameters tell versions of objects from objects."""
    prefix = PREFIXES.get(service, service)
    if prefix == "s3":
        return [f"s3:{one}" for one in _of_s3(operation, params or {})]
    return [f"{prefix}:{LAMBDA.get(operation, operation) if prefix == 'lambda' else operation}"]


def _of_s3(name: str, params: dict[str, Any]) -> list[str]:
    if name in VERSIONED and params.get("VersionId"):
        return [VERSIONED[name]]
    if name == "DeleteObjects":
        objects = params.get("Delete", {}).get("Objects") or [{}]
        return sorted({"DeleteObjectVersion" if one.get("VersionId") else "DeleteObject" for one in objects})
    if name == "CopyObject":
        return ["PutObject"]
    return [S3.get(name, name)]
