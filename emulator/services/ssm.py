"""Parameter Store: descriptions in pages of the size that is asked for, where moto has ten on each."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ssm.responses import SimpleSystemManagerResponse

PAGE = 10


def _describe_parameters(self: SimpleSystemManagerResponse) -> ActionResult:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html: MaxResults"""
    asked = self._get_param("Filters"), self._get_param("ParameterFilters")
    every = self.ssm_backend.describe_parameters(*asked)
    begin = int(self._get_param("NextToken") or 0)
    end = begin + int(self._get_param("MaxResults") or PAGE)
    result: dict[str, Any] = {"Parameters": [one.describe_response_object(False) for one in every[begin:end]]}
    return ActionResult({**result, "NextToken": str(end)} if end < len(every) else result)


# The only way in.
SimpleSystemManagerResponse.describe_parameters = _describe_parameters  # type: ignore[method-assign]
