"""Names in Python source: of attributes, variables and classes, all different and none that is taken."""

import re
from collections.abc import Container, Iterable, Mapping
from keyword import iskeyword
from typing import Final

_RESERVED: Final = frozenset(
    """
    F OrderedDict Path T_destination add_module apply bfloat16 buffers call_super_init children compile cpu
    cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter
    get_submodule half ipu load_file load_state_dict modules mtia named_buffers named_children named_modules
    named_parameters nn parameters register_buffer register_module register_parameter requires_grad_ self
    set_extra_state set_submodule share_memory state_dict super to to_empty torch train training type xpu
    zero_grad
    """.split()  # noqa: SIM905  # a wall of quotes is harder to read
)
"""Names that torch.nn.Module or the file itself needs."""


def identifiers(node_ids: Iterable[str], taken: Iterable[str] = ()) -> Mapping[str, str]:
    """A Python name for each id, all different and none of `taken`: `3x3_reduce` becomes `n3x3_reduce`."""
    made: dict[str, str] = {}
    used = set(taken)
    for node_id in node_ids:
        name = re.sub(r"[^0-9A-Za-z_]+", "_", node_id).lstrip("_") or "n"
        name = f"n{name}" if name[0].isdigit() else name
        if iskeyword(name) or name in _RESERVED:
            name += "_"
        made[node_id] = numbered(name, used)
        used.add(made[node_id])
    return made


def numbered(name: str, taken: Container[str], between: str = "_") -> str:
    """The name, or the first of `name_2`, `name_3` … that is not taken."""
    base, number = name, 2
    while name in taken:
        name, number = f"{base}{between}{number}", number + 1
    return name


def class_name(title: str, otherwise: str = "Network") -> str:
    """Words run together, each with a capital: `Squeeze & excite` becomes `SqueezeExcite`."""
    words = re.findall(r"[0-9A-Za-z]+", title)
    name = "".join(word[0].upper() + word[1:] for word in words) or otherwise
    return name if name[0].isalpha() else f"{otherwise}{name}"


def block_name(title: str) -> str:
    """A class for blocks of this title, without the numbers that tell them apart: `Fire2`, `Unit · 116`.

    Empty where nothing but numbers and signs is left, or what is no title but an id (`conv3_1`).
    """
    words = title.split("·")[0].strip()
    if re.fullmatch(r"[a-z]+\d+(_\d+)*", words):
        return ""
    return class_name(re.sub(r"[\s_.]*\d+[a-z]?$", "", words), "")
