"""Which function, version or alias a request is about.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html: FunctionName
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from emulator.services.lambda_.errors import invalid, not_found
from emulator.services.lambda_.state import LATEST, Alias, Function, Region, Version

_NAMED = re.compile(
    r"(arn:aws:lambda:(?P<region>[^:]+):)?((?P<account>\d{12}):)?(function:)?(?P<name>[\w-]+)"
    r"(:(?P<qualifier>\$LATEST|[\w-]+))?"
)


@dataclass(frozen=True)
class Reference:
    """arn: of the function as named, with the qualifier; qualifier: "" = none"""

    region: Region
    name: str
    qualifier: str

    @property
    def arn(self) -> str:
        return self.region.arn(self.name) + (f":{self.qualifier}" if self.qualifier else "")

    def function(self) -> Function:
        """Raises AwsError."""
        function = self.region.functions.get(self.name)
        if function is None:
            raise not_found(self.arn)
        return function

    def alias(self) -> Alias | None:
        return self.function().aliases.get(self.qualifier)

    def version(self) -> Version:
        """Of an alias, the one that it is for. Raises AwsError."""
        function, alias = self.function(), self.alias()
        number = alias.version if alias else self.qualifier
        if number in ("", LATEST):
            return function.latest
        if number not in function.versions:
            raise not_found(self.arn)
        return function.versions[number]


def named(region: Region, params: dict[str, Any]) -> Reference:
    """Raises AwsError."""
    found = _NAMED.fullmatch(params["FunctionName"])
    if found is None:
        message = (
            f"1 validation error detected: Value '{params['FunctionName']}' at 'functionName' failed to satisfy "
            f"constraint: Member must satisfy regular expression pattern: {_NAMED.pattern}"
        )
        raise invalid(message)
    given, asked = found["qualifier"] or "", params.get("Qualifier") or ""
    if given and asked and given != asked:
        raise invalid("The derived qualifier from the function name does not match the specified qualifier.")
    if found["region"] not in (None, region.name):
        message = f"Functions from '{found['region']}' are not reachable in this region ('{region.name}')"
        raise not_found(region.arn(found["name"]), message)
    return Reference(region, found["name"], given or asked)
