"""What moto works out anew for every request, remembered: it depends on nothing but moto and AWS's models."""

from __future__ import annotations

from functools import cache
from typing import Any

from moto.core import errors, responses
from moto.core.constants import MISSING
from moto.core.model import Shape
from moto.core.serialize import AttributePickerContext, ResponseSerializer, XFormedAttributePicker
from moto.core.utils import get_value
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

_member = ResponseSerializer.get_value
_error_lookup = errors.ErrorLookupFactory._create_error_lut
_backend_for_host = DomainDispatcherApplication.get_backend_for_host
# Names that a member of a shape may have in a result, by the result's class.
_names: dict[tuple[type, Shape, str], tuple[str, ...]] = {}


def install() -> None:
    """Each of these is the only way in."""
    # A page of a hundred things asks for thousands of members, and moto makes a dozen objects for each.
    ResponseSerializer.get_value = member  # type: ignore[assignment, method-assign]
    # Every error reads all error shapes of its service, and makes them anew, so that none would be found above.
    errors.ErrorLookupFactory._create_error_lut = staticmethod(cache(_error_lookup))  # type: ignore[method-assign]
    # The members of a class, in alphabetical order.
    vars(responses)["method_names_from_class"] = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
    # It lists moto's directory.
    DomainDispatcherApplication.get_backend_for_host = cache(_backend_for_host)  # type: ignore[method-assign]


def member(serializer: ResponseSerializer, value: Any, key: str, shape: Shape) -> Any:
    """What a result has for a member of its shape, under the first of its names that it knows."""
    picker = serializer._value_picker
    if not isinstance(picker, XFormedAttributePicker):
        return _member(serializer, value, key, shape)
    known = (type(value), shape, key)
    names = _names.get(known)
    if names is None:
        context = AttributePickerContext(value, key, shape)
        names = _names[known] = tuple(dict.fromkeys(picker.get_possible_keys(context)))
    found = None
    for name in names:
        candidate = get_value(value, name, MISSING)
        if candidate is not MISSING:
            found = candidate
            break
    return _transformed(serializer, picker, key, found) if picker.response_transformers else found


def _transformed(serializer: ResponseSerializer, picker: XFormedAttributePicker, key: str, found: Any) -> Any:
    path = ".".join([*serializer.path, key])
    transform = next((each for end, each in picker.response_transformers.items() if path.endswith(end)), None)
    return transform(found) if transform else found
