"""Formulas in parameter values, such as `LEAST({DBInstanceClassMemory/9531392},5000)`.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
FUNCTIONS: dict[str, Callable[..., float]] = {
    "GREATEST": max,
    "LEAST": min,
    "SUM": lambda *values: sum(values),
    "log": math.log2,
}


class NotAFormula(ValueError):
    """A value that looks like a formula but is none."""


def evaluate(formula: str, variables: Mapping[str, float]) -> int:
    """Value of a formula, rounded down. Raises NotAFormula.

    >>> evaluate("LEAST({DBInstanceClassMemory/9531392},5000)", {"DBInstanceClassMemory": 1024**3})
    112
    """
    try:
        tree = ast.parse(formula.replace("{", "(").replace("}", ")"), mode="eval")
        return math.floor(_value(tree.body, variables))
    except (SyntaxError, KeyError, ArithmeticError, TypeError, ValueError) as error:
        raise NotAFormula(formula) from error


def _value(node: ast.expr, variables: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            return variables[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, variables)
        case ast.BinOp(left=left, op=op, right=right):
            return float(OPERATORS[type(op)](_value(left, variables), _value(right, variables)))
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return FUNCTIONS[function](*(_value(argument, variables) for argument in arguments))
    raise NotAFormula(ast.unparse(node))
