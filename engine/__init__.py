"""Networks, their numbers and their feature maps, without a screen.

A network is built of nodes, each a layer with the ids it reads from; edits give new networks. Ten lines
from nothing to a feature map:

>>> from engine import Conv2d, Input, MaxPool2d, Network, Node, ReLU, analyze, feature_maps
>>> network = Network([
...     Node(id="photograph", layer=Input(shape=(3, 64, 64))),
...     Node(id="conv", layer=Conv2d(out_channels=8, kernel_size=(3, 3)), inputs=("photograph",)),
...     Node(id="relu", layer=ReLU(), inputs=("conv",)),
...     Node(id="pool", layer=MaxPool2d(), inputs=("relu",)),
... ])
>>> analysis = analyze(network)
>>> analysis.totals.parameters, analysis.layers["pool"].output_shape
(224, (8, 32, 32))
>>> maps = feature_maps(network, "chelsea")
>>> maps["pool"].shape
(1, 8, 32, 32)

In a notebook, a network, a project and an analysis show themselves as a picture and a table. What else
there is: `open_project` and `save_project` read and write files, `Executor` runs a network again and again
and computes only what has changed, `open_image` opens a photograph or a test pattern, `layer_kinds` lists
the kinds of layers, each to be imported from here by its name (`Conv2d`, `GlobalAvgPool2d`, …). Well-known
networks are in `presets`.

Every name is loaded when it is first asked for, so that `import engine` needs neither numpy nor numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.analysis.analyze import analyze as analyze
    from engine.analysis.receptive_field import ReceptiveField as ReceptiveField
    from engine.analysis.report import Analysis as Analysis
    from engine.analysis.report import LayerReport as LayerReport
    from engine.analysis.report import Problem as Problem
    from engine.errors import EngineError as EngineError
    from engine.execution.executor import Executor as Executor
    from engine.execution.feature_maps import feature_maps as feature_maps
    from engine.formats import read_project as open_project
    from engine.formats import write_project as save_project
    from engine.image.image_source import open_image as open_image
    from engine.layers import Layer as Layer
    from engine.layers import layer_kinds as layer_kinds
    from engine.layout.layout import lay_out as lay_out
    from engine.model.network import Network as Network
    from engine.model.network import Node as Node
    from engine.model.project import Project as Project
    from engine.shapes import Shape as Shape
    from engine.shapes import Window as Window

_HOMES = {
    "Analysis": "engine.analysis.report",
    "EngineError": "engine.errors",
    "Executor": "engine.execution.executor",
    "Layer": "engine.layers",
    "LayerReport": "engine.analysis.report",
    "Network": "engine.model.network",
    "Node": "engine.model.network",
    "Problem": "engine.analysis.report",
    "Project": "engine.model.project",
    "ReceptiveField": "engine.analysis.receptive_field",
    "Shape": "engine.shapes",
    "Window": "engine.shapes",
    "analyze": "engine.analysis.analyze",
    "feature_maps": "engine.execution.feature_maps",
    "lay_out": "engine.layout.layout",
    "layer_kinds": "engine.layers",
    "open_image": "engine.image.image_source",
    "open_project": "engine.formats:read_project",
    "save_project": "engine.formats:write_project",
}
"""Where each public name lives: a module, and after a colon its name there where it is another one."""

_SHOWN = {"Analysis", "Network", "Project", "analyze", "open_project"}
"""Names through which a notebook comes to hold something that it can show."""

__all__ = [  # spelled out, so that editors and type checkers see it
    "Analysis",
    "EngineError",
    "Executor",
    "Layer",
    "LayerReport",
    "Network",
    "Node",
    "Problem",
    "Project",
    "ReceptiveField",
    "Shape",
    "Window",
    "analyze",
    "feature_maps",
    "lay_out",
    "layer_kinds",
    "open_image",
    "open_project",
    "save_project",
]


def __getattr__(name: str) -> Any:
    """The public name, or the kind of layer of this name."""
    home, _, inner = _HOMES.get(name, "").partition(":")
    if home:
        if name in _SHOWN:
            import_module("engine.notebook").show_in_notebooks()
        found = getattr(import_module(home), inner or name)
    elif name[:1].isupper():
        found = import_module("engine.layers").layer_kinds().get(name)
    else:
        found = None
    if found is None:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    globals()[name] = found  # asked for once
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__, *import_module("engine.layers").layer_kinds()])
