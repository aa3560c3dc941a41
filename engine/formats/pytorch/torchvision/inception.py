"""Inception-v3."""

import re
from typing import Final

from engine.formats.pytorch.torchvision.family import Family, by_rules

_STEM: Final = {
    "conv1a": "Conv2d_1a_3x3", "conv2a": "Conv2d_2a_3x3", "conv2b": "Conv2d_2b_3x3",
    "conv3b": "Conv2d_3b_1x1", "conv4a": "Conv2d_4a_3x3",
}  # fmt: skip
_ENDS: Final = {"": "conv", "_bn": "bn", "_relu": "relu"}
_EVERYWHERE: Final = {"1x1": "branch1x1", "pool_proj": "branch_pool"}
_DOUBLE_3X3: Final = {"double_reduce": "branch3x3dbl_1", "double_1": "branch3x3dbl_2"}
_5: Final = _EVERYWHERE | _DOUBLE_3X3 | {
    "5x5_reduce": "branch5x5_1", "5x5": "branch5x5_2", "double_2": "branch3x3dbl_3",
}  # fmt: skip
_6: Final = _EVERYWHERE | {
    "7x7_reduce": "branch7x7_1", "7x7_1": "branch7x7_2", "7x7_2": "branch7x7_3",
    "double_reduce": "branch7x7dbl_1", "double_1": "branch7x7dbl_2", "double_2": "branch7x7dbl_3",
    "double_3": "branch7x7dbl_4", "double_4": "branch7x7dbl_5",
}  # fmt: skip
_7: Final = _EVERYWHERE | _DOUBLE_3X3 | {
    "3x3_reduce": "branch3x3_1", "3x3_a": "branch3x3_2a", "3x3_b": "branch3x3_2b",
    "double_a": "branch3x3dbl_3a", "double_b": "branch3x3dbl_3b",
}  # fmt: skip
_MODULES: Final = {
    "5b": _5, "5c": _5, "5d": _5,
    "6a": _DOUBLE_3X3 | {"3x3": "branch3x3", "double_2": "branch3x3dbl_3"},
    "6b": _6, "6c": _6, "6d": _6, "6e": _6,
    "7a": {
        "3x3_reduce": "branch3x3_1", "3x3": "branch3x3_2", "7x7_reduce": "branch7x7x3_1",
        "7x7_1": "branch7x7x3_2", "7x7_2": "branch7x7x3_3", "7x7_3": "branch7x7x3_4",
    },
    "7b": _7, "7c": _7,
}  # fmt: skip


def _mixed(match: re.Match[str]) -> str:
    module, layer = match.groups()
    name, end = re.fullmatch(r"(.*?)(|_bn|_relu)", layer).groups()  # type: ignore[union-attr]  # matches all
    branch = _MODULES.get(module, {}).get(name)
    return f"Mixed_{module}.{branch}.{_ENDS[end]}" if branch else f"Mixed_{module}.{layer}"


FAMILY: Final = Family(
    signs=("conv1a", "mixed_5b/1x1", "mixed_7c/1x1", "fc"),
    naming=by_rules(
        [
            *(
                (f"{node_id}{end}", f"{name}.{kind}")
                for node_id, name in _STEM.items()
                for end, kind in _ENDS.items()
            ),
            (r"pool([12])", r"maxpool\1"),
            (r"mixed_(\d[a-e])/(\w+)", _mixed),
            (r"global_pool", "avgpool"),
            (r"drop", "dropout"),
            (r"fc", "fc"),
        ]
    ),
    only_for_training=("AuxLogits.",),
)
