"""Rules are registered by the operators they are for."""

from collections.abc import Callable, Mapping

from engine.formats.onnx.reader.translation import Rule

_rules: dict[str, Rule] = {}


def rule(*op_types: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule for operators of these types."""

    def register(function: Rule) -> Rule:
        for op_type in op_types:
            if op_type in _rules:
                raise ValueError(f"two rules for {op_type}")
            _rules[op_type] = function
        return function

    return register


def registered_rules() -> Mapping[str, Rule]:
    """All rules by the operator's type."""
    return dict(_rules)
