"""A figure in sentences, for those who do not see it."""

from typing import Final

from engine.analysis.analyze import Analysis
from engine.model.project import Project
from engine.shapes import shape_text
from gui.figures.text.naming import full_label
from gui.words.number_format import Numbers

_MOST: Final = 60
"""Layers that are told one by one; of more, the first and the last."""


def described(project: Project, analysis: Analysis, style: str) -> str:
    """`LeNet-5 as LeNet: 14 layers, 61.7 K parameters. Photograph 1×32×32; Conv 5×5 · 6 6×28×28; …`"""
    order = project.network.order
    layers = "1 layer" if len(order) == 1 else f"{len(order)} layers"
    total = f"{Numbers().short(analysis.totals.parameters)} parameters"
    told = []
    for node_id in order if len(order) <= _MOST else (*order[: _MOST - 1], order[-1]):
        shape = analysis.layers[node_id].output_shape
        told.append(
            f"{full_label(project.network.nodes[node_id])} {shape_text(shape) if shape else ''}".strip()
        )
    if len(order) > _MOST:
        told.insert(-1, f"… {len(order) - _MOST} more")
    sentence = f" {'; '.join(told)}." if told else ""
    return f"{project.title or 'A network'} as {style}: {layers}, {total}.{sentence}"
