"""Parameter Store: descriptions in pages of the size that is asked for, where moto has ten on each; quicker tags."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.core.responses import ActionResult
from moto.ssm.models import Parameter, SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.ssm.utils import parameter_arn

PAGE = 10
KIND = "ssm:parameter"

Filter = dict[str, Any]


def _describe_parameters(self: SimpleSystemManagerResponse) -> ActionResult:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html: MaxResults"""
    every = matching(self.ssm_backend, self._get_param("Filters"), self._get_param("ParameterFilters"))
    begin = int(self._get_param("NextToken") or 0)
    end = begin + int(self._get_param("MaxResults") or PAGE)
    result: dict[str, Any] = {"Parameters": [one.describe_response_object(False) for one in every[begin:end]]}
    return ActionResult({**result, "NextToken": str(end)} if end < len(every) else result)


def matching(
    backend: SimpleSystemManagerBackend, filters: list[Filter] | None, parameter_filters: list[Filter] | None
) -> list[Parameter]:
    """moto compares every parameter with all filters. Those that are asked for by their names are looked at alone."""
    names = [one for one in parameter_filters or () if one["Key"] == "Name" and one.get("Option", "Equals") == "Equals"]
    if filters or not names:
        return backend.describe_parameters(filters or [], parameter_filters or [])
    backend._validate_parameter_filters(parameter_filters, by_path=False)
    wanted = [{_in_full(name) for name in one.get("Values", ())} for one in names]
    found = [name for name in backend._parameters if all(_in_full(name) in values for values in wanted)]
    parameters = [backend._parameters[name][-1] for name in found]
    return [one for one in parameters if backend._match_filters(one, parameter_filters)]


def _in_full(name: str) -> str:
    """moto leaves out the slash before a name without levels."""
    return "/" + name.lstrip("/")


def _tagged(self: SimpleSystemManagerBackend) -> Iterator[TaggedResource]:
    """As moto's, which goes from a parameter to its name, to the parameter again, and with its name to its tags."""
    yield from takewhile(lambda resource: resource.resource_type != KIND, _tagged_by_moto(self))
    for name, versions in self._parameters.items():
        arn = parameter_arn(self.account_id, self.region_name, name)
        yield TaggedResource(arn, dict(self._resource_tags["Parameter"][versions[-1].name]), KIND)


_tagged_by_moto = SimpleSystemManagerBackend.iter_tagged_resources
# Both are the only way in.
SimpleSystemManagerBackend.iter_tagged_resources = _tagged  # type: ignore[method-assign]
SimpleSystemManagerResponse.describe_parameters = _describe_parameters  # type: ignore[method-assign]
