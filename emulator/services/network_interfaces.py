"""Network interfaces: filters that moto lacks."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface

_filter_value = NetworkInterface.get_filter_value


def filter_value(interface: NetworkInterface, filter_name: str, method_name: str | None = None) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html"""
    values = {
        "interface-type": interface.interface_type,
        "requester-id": interface.requester_id,
        "requester-managed": str(interface.requester_managed).lower(),
        "status": interface.status,
    }
    return values[filter_name] if filter_name in values else _filter_value(interface, filter_name, method_name)


NetworkInterface.get_filter_value = filter_value  # type: ignore[assignment, method-assign]  # the only way in
