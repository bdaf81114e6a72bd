"""What moto works out anew for every request, remembered: it depends on nothing but moto and AWS's models."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from moto.core import errors, responses
from moto.core.model import Shape
from moto.core.serialize import AttributePickerContext, XFormedAttributePicker
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

_possible_keys = XFormedAttributePicker.get_possible_keys
_error_lookup = errors.ErrorLookupFactory._create_error_lut
_backend_for_host = DomainDispatcherApplication.get_backend_for_host
# Names that a member of a shape may have in a result, by the result's class.
_names: dict[tuple[type, Shape | None, str], tuple[str, ...]] = {}


def install() -> None:
    """Each of these is the only way in."""
    # A page of a hundred things asks for thousands of members, and moto makes a dozen objects for each.
    XFormedAttributePicker.get_possible_keys = possible_keys  # type: ignore[assignment, method-assign]
    # Every error reads all error shapes of its service, and makes them anew, so that none would be found above.
    errors.ErrorLookupFactory._create_error_lut = staticmethod(cache(_error_lookup))  # type: ignore[method-assign]
    # The members of a class, in alphabetical order.
    vars(responses)["method_names_from_class"] = cache(responses.method_names_from_class)  # type: ignore[attr-defined]
    # It lists moto's directory.
    DomainDispatcherApplication.get_backend_for_host = cache(_backend_for_host)  # type: ignore[method-assign]


def possible_keys(picker: XFormedAttributePicker, context: AttributePickerContext) -> Iterator[str]:
    known = (type(context.obj), context.shape, context.key)
    names = _names.get(known)
    if names is None:
        names = _names[known] = tuple(dict.fromkeys(_possible_keys(picker, context)))
    return iter(names)
