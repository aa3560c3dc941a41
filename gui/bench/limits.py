"""Which instructions the contenders may use here: one may ask them for fewer than the processor has.

`ONEBYONE_VECTOR_WIDTH=8 ONEDNN_MAX_CPU_ISA=AVX2` compares the engine as an older processor would run it.
PyTorch and OpenVINO look at oneDNN's variable, PyTorch's own code at another; onnxruntime has none.
"""

import os
from collections.abc import Mapping
from typing import Final

from engine.kernels.fast.host import Host, host

VARIABLES: Final = ("ONEBYONE_VECTOR_WIDTH", "ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY")


def limits(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What was asked for, by variable; empty where everybody uses all that there is."""
    return {name: environment[name] for name in VARIABLES if environment.get(name)}


def limits_text(found: Mapping[str, str], here: Host | None = None) -> str:
    """A line about the engine's vectors and, where instructions are limited, whose are not."""
    here = host() if here is None else here
    text = f"{here.width} floats a vector, {here.registers} vector registers"
    if not found:
        return text
    asked = ", ".join(f"{name}={value}" for name, value in found.items())
    free = [
        "onnxruntime cannot be limited and uses all that the processor has",
        *(() if "ONEDNN_MAX_CPU_ISA" in found else ("nor are PyTorch's and OpenVINO's convolutions",)),
        *(() if "ONEBYONE_VECTOR_WIDTH" in found else ("nor is the engine",)),
    ]
    return f"{text}; limited by {asked}: {', '.join(free)}"
