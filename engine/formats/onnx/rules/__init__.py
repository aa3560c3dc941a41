"""What each operator is here. Every module of this folder is loaded: a rule is found by being there."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from engine.formats.onnx.reader.rule import registered_rules
from engine.formats.onnx.reader.translation import Rule

for _module in sorted(info.name for info in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")

RULES: Final[Mapping[str, Rule]] = registered_rules()
"""By the operator's type."""
