"""Behaviour that moto lacks or has wrong, one module per service."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from emulator.dispatch import ANY, when_first_used

# Which modules matter to which service, by boto3's name of it; importing one is enough.
MODULES = {
    ANY: ["services.iam"],
    # Its policies make alarms.
    "application-autoscaling": ["refusals.constraints", "services.alarms", "services.reader_policies"],
    "cloudwatch": [
        "refusals.constraints",
        "refusals.cloudwatch",
        "services.cloudwatch",
        "services.dashboards",
        "services.anomaly_detectors",
    ],
    "ec2": [
        "services.background",
        "refusals.ec2",
        "refusals.internet",
        "refusals.network_acls",
        "services.ec2",
        "services.nat",
        "services.network_interfaces",
        "services.vpc_endpoints",
    ],
    "iam": ["refusals.constraints", "refusals.iam", "services.account_details"],
    "kms": ["refusals.constraints", "refusals.kms", "services.kms"],
    "logs": ["refusals.constraints", "refusals.logs", "services.logs", "services.metric_filters"],
    "resourcegroupstaggingapi": ["refusals.constraints", "refusals.tagging", "services.tagging"],
    "s3": ["refusals.s3", "services.s3"],
    "secretsmanager": ["refusals.constraints", "refusals.secretsmanager", "services.secretsmanager"],
    "sns": ["refusals.sns", "services.sns"],
    "ssm": ["refusals.constraints", "refusals.ssm", "services.ssm"],
}


def install() -> None:
    """Let the modules take effect when their service is first used: most import moto's, which is slow."""
    for service, modules in MODULES.items():
        when_first_used(service, partial(_import, modules))


def _import(modules: list[str]) -> None:
    for module in modules:
        import_module(f"emulator.{module}")
