"""What `onebyone survey` writes for people: one page of HTML with everything in it, pictures too."""

import base64
import html
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from engine.errors import PhotographError
from engine.image.photograph import read_photograph
from engine.model.project import Project
from engine.shapes import count_text
from gui.figures.worked.patch import patch_of
from gui.figures.worked.photograph_crop import photograph_of
from gui.look.colormaps import lookup_table
from gui.words.survey import (
    alike_sentence,
    cka_sentence,
    dead_sentence,
    no_spectrum_sentence,
    width_sentence,
)

Arrays = Mapping[str, npt.NDArray[Any]]

CHANNELS: Final = 16
"""Of each layer those with the largest values are shown; all stand in the .npz."""
PATCHES: Final = 5
SIDE: Final = 72
"""Pixels of a patch on the page, along its longer side."""

_STYLE: Final = """
:root{color-scheme:light dark;font:15px/1.45 Inter,system-ui,sans-serif}
body{max-width:70rem;margin:2rem auto;padding:0 1rem}
summary{cursor:pointer;font-weight:600;padding:.3rem 0}
table{border-collapse:collapse}td,th{padding:.2rem .7rem .2rem 0;vertical-align:middle;text-align:left}
td.n{font-variant-numeric:tabular-nums;white-space:nowrap}
img{image-rendering:auto;margin-right:3px;vertical-align:middle}img.m{image-rendering:pixelated}
.pair{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:.5rem 0}
.q{opacity:.7}svg{vertical-align:middle}path,rect{fill:currentColor}path.l{fill:none;stroke:currentColor}
"""


def survey_page(arrays: Arrays, folder: Path, project: Project) -> str:
    """The page; the photographs are read once more for their patches."""
    about = json.loads(arrays["about"].item())
    layers = [str(node_id) for node_id in arrays["layers"]]
    crops = _crops(arrays, layers, folder, project)
    sections = [_layer(arrays, node_id, project, crops, about) for node_id in layers]
    skipped = "".join(
        f"<tr><td>{html.escape(str(name))}<td>{html.escape(str(reason))}"
        for name, reason in arrays["skipped"]
    )
    if about["skipped"] > len(arrays["skipped"]):
        skipped += f"<tr><td>…<td>and {about['skipped'] - len(arrays['skipped']):,} more"
    title = f"{html.escape(about['network'])} on {count_text(about['photographs'], 'photograph')}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{_matrix(arrays, layers, about)}<h2>Layers</h2>"
        '<p class="q">Top patches are the extreme tail of these photographs: what lies in the middle of the'
        " range, or in other photographs, may look different.</p>"
        + "".join(sections)
        + (f"<h2>Skipped</h2><table>{skipped}</table>" if skipped else "")
        + "</html>\n"
    )


def _layer(
    arrays: Arrays,
    node_id: str,
    project: Project,
    crops: Mapping[tuple[int, ...], str],
    about: dict[str, Any],
) -> str:
    node = project.network[node_id]
    width = len(arrays[f"mean/{node_id}"])
    dead = np.flatnonzero(arrays[f"dead/{node_id}"]).tolist()
    lines = [dead_sentence(dead, width)]
    drawn = ""
    if f"spectrum/{node_id}" in arrays:
        rank, needed = float(arrays[f"effective_rank/{node_id}"]), int(arrays[f"needed_99/{node_id}"])
        lines.insert(0, width_sentence(node.layer, width, rank, needed, about["photographs"]))
        pairs = zip(arrays[f"alike/{node_id}"], arrays[f"correlation/{node_id}"], strict=True)
        lines.append(alike_sentence([(int(i), int(j), float(r)) for (i, j), r in pairs]))
        drawn = _curve(arrays[f"spectrum/{node_id}"])
    else:
        lines.append(no_spectrum_sentence(width, about["photographs"]))
    rows = [_channel(arrays, node_id, channel, crops) for channel in _strongest(arrays, node_id)]
    left = ""
    if width > len(rows):
        others = count_text(width - len(rows), "more channel")
        left = f'<p class="q">{others}: -o with an ending of .npz writes all of them.</p>'
    return (
        f"<details><summary>{html.escape(node_id)} · {html.escape(node.label)}</summary>"
        f"<p>{html.escape(' '.join(lines))} {drawn}</p><table><tr><th>channel<th>strongest patches<th>values"
        f"<th>mean<th>variance<th>largest{''.join(rows)}</table>{left}</details>"
    )


def _channel(arrays: Arrays, node_id: str, channel: int, crops: Mapping[tuple[int, ...], str]) -> str:
    shown = []
    values, places = arrays[f"top_value/{node_id}"][channel], arrays[f"top_place/{node_id}"][channel]
    for rank in range(min(PATCHES, len(values))):
        index = int(arrays[f"top_file/{node_id}"][channel, rank])
        key = (index, *arrays[f"top_box/{node_id}"][channel, rank].tolist())
        if index >= 0 and key in crops:
            name = html.escape(str(arrays["files"][index]), quote=True)
            row, column = places[rank]
            shown.append(
                f'<img src="{crops[key]}" title="{values[rank]:.4g} at ({row}, {column}) of {name}">'
            )
    numbers = (arrays[f"{name}/{node_id}"][channel] for name in ("mean", "variance", "maximum"))
    cells = "".join(f'<td class="n">{value:.4g}' for value in numbers).replace("-", "−")
    bars = _bars(arrays[f"histogram/{node_id}"][channel])
    return f'<tr><td class="n">{channel}<td>{"".join(shown)}<td>{bars}{cells}'


def _strongest(arrays: Arrays, node_id: str) -> list[int]:
    return [int(channel) for channel in np.argsort(-arrays[f"maximum/{node_id}"], kind="stable")[:CHANNELS]]


def _crops(
    arrays: Arrays, layers: Sequence[str], folder: Path, project: Project
) -> dict[tuple[int, ...], str]:
    """By file and box; each photograph is opened once."""
    wanted: dict[int, set[tuple[int, ...]]] = {}
    for node_id in layers:
        for channel in _strongest(arrays, node_id):
            for rank in range(min(PATCHES, arrays[f"top_value/{node_id}"].shape[1])):
                index = int(arrays[f"top_file/{node_id}"][channel, rank])
                box = tuple(arrays[f"top_box/{node_id}"][channel, rank].tolist())
                if index >= 0:
                    wanted.setdefault(index, set()).add(box)
    shape = next(node.layer.output_shape() for node in project.network.nodes.values() if node.layer.is_input)
    size = shape[1], shape[2]
    made = {}
    for index, boxes in sorted(wanted.items()):
        try:
            picture = photograph_of(project, read_photograph(folder / str(arrays["files"][index])))
        except PhotographError:
            continue  # it was there a moment ago
        if picture is not None:
            for box in sorted(boxes):
                made[(index, *box)] = _jpeg(patch_of(picture, size, (box[0], box[1], box[2], box[3])))
    return made


def _jpeg(pixels: npt.NDArray[np.uint8]) -> str:
    image = Image.fromarray(pixels)
    scale = SIDE / max(image.size)
    way = Image.Resampling.NEAREST if scale > 4 else Image.Resampling.BICUBIC
    image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))), way)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def _matrix(arrays: Arrays, layers: Sequence[str], about: dict[str, Any]) -> str:
    said = f"<h2>How alike the layers are</h2><p>{html.escape(cka_sentence(about['cka_photographs']))}</p>"
    if about["cka_photographs"] < 4:
        return said
    made = said + _pair(arrays["cka"], arrays["cka_floor"], "CKA", layers, layers)
    if about["against"]:
        others = [str(node_id) for node_id in arrays["against/layers"]]
        name = f"CKA with {about['against']}"
        made += _pair(arrays["against/cka"], arrays["against/cka_floor"], name, layers, others)
    return made


def _pair(
    values: npt.NDArray[np.float64],
    floor: npt.NDArray[np.float64],
    caption: str,
    rows: Sequence[str],
    columns: Sequence[str],
) -> str:
    """A matrix and its floor beside each other, with what its rows and columns are."""
    same = list(rows) == list(columns)
    text = f"Rows and columns: {', '.join(rows)}." if same else f"Rows: {', '.join(rows)}."
    text += "" if same else f" Columns: {', '.join(columns)}."
    pictures = _heat(values, caption) + _heat(floor, "floor")
    return f'<div class="pair">{pictures}</div><p class="q">{html.escape(text)}</p>'


def _heat(values: npt.NDArray[np.float64], caption: str) -> str:
    table = lookup_table("viridis")
    pixels = table[np.rint(np.clip(values, 0, 1) * (len(table) - 1)).astype(int)][..., :3].astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    apart = np.subtract.outer(np.arange(values.shape[0]), np.arange(values.shape[1])) != 0
    off = values[apart] if values.shape[0] == values.shape[1] else values
    least, most = (float(off.min()), float(off.max())) if off.size else (0.0, 0.0)
    spread = f"{least:.2f} … {most:.2f}".replace("-", "−")
    side = max(160, min(480, 6 * max(values.shape)))
    return (
        f'<figure><img class="m" width="{side}" src="data:image/png;base64,{data}"'
        f' alt="{html.escape(caption)}"><figcaption class="q">{html.escape(caption)}:'
        f" {spread}, colours 0 … 1</figcaption></figure>"
    )


def _curve(variances: npt.NDArray[np.float64]) -> str:
    total = float(variances.sum())
    kept = np.cumsum(variances) / total if total > 0 else np.zeros(len(variances))
    points = " ".join(
        f"{'L' if i else 'M'}{120 * (i + 1) / len(kept):.1f},{30 - 28 * share:.1f}"
        for i, share in enumerate(kept)
    )
    return (
        '<svg width="124" height="32" role="img" aria-label="share of variance kept by so many axes">'
        f'<path class="l" d="{points}"/></svg>'
    )


def _bars(counts: npt.NDArray[np.int64]) -> str:
    """Counts on a logarithmic scale: zeros outnumber everything behind a ReLU."""
    heights = np.log1p(counts) / max(float(np.log1p(counts).max()), 1e-9) * 28
    bars = " ".join(f"M{i},30v{-height:.1f}h1V30z" for i, height in enumerate(heights) if height > 0)
    return f'<svg width="128" height="30" role="img" aria-label="histogram"><path d="{bars}"/></svg>'
