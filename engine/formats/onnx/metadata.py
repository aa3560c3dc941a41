"""What a model file says beside what it computes: how a photograph becomes its input."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from engine.image.photograph import LUMINANCE
from engine.image.preprocessing import NORMALIZATIONS, Preprocessing
from engine.model.project import Project
from engine.shapes import Shape

PREPROCESSING: Final = "preprocessing"
"""Key of the model's metadata: a JSON object with one record (`preprocessing`) for each Input."""
LABELS: Final = "labels"
"""Key of the model's metadata: the classes' names as a JSON list, in the order of the outputs."""
TITLE: Final = "title"
PROJECT_HINT: Final = "onebyone.project"
"""Key of the model's metadata: what of a project stands in no operator, for the reader of our own files."""
_RANGES: Final = {"unit": "Normalized_0_1", "signed": "Normalized_1_1"}
"""`Input.normalization` in the words of the ONNX standard, docs/MetadataProps.md."""
_PIXELS: Final = {1: ("Gray8", "Gray8"), 3: ("Rgb8", "Bgr8")}
"""By channels, in the order RGB and BGR."""


def metadata(project: Project) -> dict[str, str]:
    """A model's metadata by key: ours, and the standard's own for models of images."""
    inputs = {
        node_id: (node.layer.output_shape(), node.layer.preprocessing)
        for node_id, node in project.network.nodes.items()
        if node.layer.preprocessing is not None
    }
    records = {node_id: preprocessing(shape, chosen) for node_id, (shape, chosen) in inputs.items()}
    made = {PREPROCESSING: json.dumps(records, ensure_ascii=False)}
    if project.class_names:
        made[LABELS] = json.dumps(project.class_names, ensure_ascii=False)
    if project.title:
        made[TITLE] = project.title
    made[PROJECT_HINT] = json.dumps(_project_record(project), ensure_ascii=False)
    pixels = {_pixels(shape, chosen) for shape, chosen in inputs.values()}
    ranges = {_RANGES.get(chosen.normalization, "") for _, chosen in inputs.values()}
    if len(pixels) == 1 and "" not in pixels:
        made["Image.BitmapPixelFormat"] = pixels.pop()
        if len(ranges) == 1 and "" not in ranges:
            made["Image.NominalPixelRange"] = ranges.pop()
    return made


def _project_record(project: Project) -> Mapping[str, Any]:
    groups = [
        {
            "id": group.id,
            "title": group.title,
            "members": group.members,
            "parent": group.parent,
            "collapsed": group.collapsed,
        }
        for group in project.groups.values()
    ]
    return {
        "inputs": {
            node_id: node.layer.to_json()
            for node_id, node in project.network.nodes.items()
            if node.layer.is_input
        },
        "order": list(project.network.nodes),
        "groups": groups,
    }


def preprocessing(shape: Shape, chosen: Preprocessing) -> Mapping[str, Any]:
    """How a photograph becomes the values of an Input, (C, H, W), as JSON: RGB or luminance in 0…1, less the
    mean, over the deviation, in the order of the channels."""
    channels, height, width = shape
    size = {"height": height, "width": width}
    if channels not in _PIXELS:
        return {"channels": "filter responses", **size}
    known = NORMALIZATIONS[chosen.normalization]
    values: dict[str, tuple[float, ...]] = {"mean": known.mean, "deviation": known.deviation}
    colour = {"channels": "luminance"}
    if channels == 3:
        colour = {"channels": chosen.channel_order.upper()}
        if chosen.channel_order == "bgr":
            values = {name: triple[::-1] for name, triple in values.items()}
    else:
        values = {name: (float(np.dot(triple, LUMINANCE)),) for name, triple in values.items()}
    return {**colour, **size, **asdict(chosen), **values}


def _pixels(shape: Shape, chosen: Preprocessing) -> str:
    rgb, bgr = _PIXELS.get(shape[0], ("", ""))
    return bgr if chosen.channel_order == "bgr" else rgb
