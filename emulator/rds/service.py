"""The RDS API: which function answers which action."""

from __future__ import annotations

from collections.abc import Callable

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores

from emulator.rds import instances, parameter_groups, snapshots, subnet_groups
from emulator.rds.jobs import Service
from emulator.rds.state import Params, Region, Result

Handler = Callable[[Region, Params], Result]

ACTIONS: dict[str, Handler] = {
    "CreateDBInstance": instances.create,
    "DescribeDBInstances": instances.describe,
    "DeleteDBInstance": instances.delete,
    "RebootDBInstance": instances.reboot,
    "StopDBInstance": instances.stop,
    "StartDBInstance": instances.start,
    "DescribeDBSnapshots": snapshots.describe,
    "DeleteDBSnapshot": snapshots.delete,
    "CreateDBSubnetGroup": subnet_groups.create,
    "DescribeDBSubnetGroups": subnet_groups.describe,
    "ModifyDBSubnetGroup": subnet_groups.modify,
    "DeleteDBSubnetGroup": subnet_groups.delete,
    "CreateDBParameterGroup": parameter_groups.create,
    "DescribeDBParameterGroups": parameter_groups.describe,
    "ModifyDBParameterGroup": parameter_groups.modify,
    "ResetDBParameterGroup": parameter_groups.reset,
    "DeleteDBParameterGroup": parameter_groups.delete,
    "DescribeDBParameters": parameter_groups.describe_parameters,
    "DescribeEngineDefaultParameters": parameter_groups.describe_engine_defaults,
}
# New things do not have to wait for what is being done to others.
UNSETTLED = ("CreateDBInstance", "CreateDBSubnetGroup", "CreateDBParameterGroup")


def responses(service: Service) -> type[BaseResponse]:
    """A class for moto's dispatch that answers with the regions of this service."""

    class RdsResponse(BaseResponse):
        def __init__(self) -> None:
            super().__init__(service_name="rds")
            self.automated_parameter_parsing = True

        def answer(self, action: str, handler: Handler) -> ActionResult:
            with service.context.lock:
                region = service.region(self.current_account, self.region)
                if action not in UNSETTLED:
                    service.settle(region, self.params.get("DBInstanceIdentifier"))
                return ActionResult(handler(region, self.params))

    for action, handler in ACTIONS.items():
        setattr(RdsResponse, camelcase_to_underscores(action), _method(action, handler))
    return RdsResponse


def _method(action: str, handler: Handler) -> Callable[..., ActionResult]:
    def method(self: BaseResponse) -> ActionResult:
        result: ActionResult = self.answer(action, handler)  # type: ignore[attr-defined]
        return result

    return method
