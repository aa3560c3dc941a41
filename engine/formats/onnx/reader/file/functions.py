"""Local functions of a model written out where they are called."""

from typing import Any

from engine.errors import FormatError
from engine.formats.onnx.package import onnx_package

MAX_DEPTH = 32
"""Functions that call functions that …"""


def without_functions(model: Any, most: int) -> Any:
    """The model with every call of a local function replaced by its operators.

    `FormatError` for functions that call themselves, nest too deep, or unfold to more operators than `most`.
    """
    if not len(model.functions):
        return model
    functions = {
        _key(function.domain, function.name, getattr(function, "overload", "")): function
        for function in model.functions
    }
    sizes: dict[tuple[str, str, str], int] = {}
    for key in functions:
        _measure(key, functions, sizes, most)
    total = sum(sizes.get(_called(node), 1) for node in model.graph.node)
    if total > most:
        raise FormatError(f"its functions unfold to {total:,} operators, and {most:,} can be opened")
    inliner = __import__("importlib").import_module("onnx.inliner")
    onnx_package()
    try:
        return inliner.inline_local_functions(model)
    except Exception as error:  # whatever the package says about a function that it cannot write out
        raise FormatError(f"its local functions cannot be written out: {error}") from None


def _key(domain: str, name: str, overload: str) -> tuple[str, str, str]:
    return domain, name, overload


def _called(node: Any) -> tuple[str, str, str]:
    return _key(node.domain, node.op_type, getattr(node, "overload", ""))


def _measure(
    key: tuple[str, str, str], functions: dict[tuple[str, str, str], Any], sizes: dict[Any, int], most: int
) -> None:
    """How many operators a call of this function unfolds to; those it calls are measured first."""
    path = [key]
    while path:
        current = path[-1]
        calls = {_called(node) for node in functions[current].node} & functions.keys()
        unknown = next((call for call in sorted(calls) if call not in sizes), None)
        if current in calls or unknown in path or len(path) > MAX_DEPTH:
            raise FormatError(f"its function {current[1][:60]!r} calls itself, or functions nest too deep")
        if unknown is not None:
            path.append(unknown)
            continue
        size = sum(sizes.get(_called(node), 1) for node in functions[current].node)
        if size > most:
            raise FormatError(f"its function {current[1][:60]!r} unfolds to more than {most:,} operators")
        sizes[current] = size
        path.pop()
