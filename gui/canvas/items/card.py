"""What a card says, as a value: two cards that say the same need no repainting."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from engine.analysis.analyze import Analysis, LayerReport, Totals
from engine.layers import Layer
from engine.model.network import Edge, Node
from engine.shapes import count_text
from engine.weights import provenance
from gui.canvas.geometry.placing import Part
from gui.canvas.items.canvas_style import CanvasStyle
from gui.look.appearance import layer_icon
from gui.look.theme import CARD_WIDTH, THUMBNAIL
from gui.words.convention import Convention
from gui.words.number_format import Numbers
from gui.words.sentence_case import sentence
from presets import Block

TEXT_LEFT: Final = 12.0
THUMBNAIL_LEFT: Final = CARD_WIDTH - THUMBNAIL - 6.0
THUMBNAIL_TOP: Final = 10.0
TEXT_WIDTH: Final = THUMBNAIL_LEFT - TEXT_LEFT - 2
MOST_LINES: Final = 3
"""Caption lines that fit below a title."""


@dataclass(frozen=True, kw_only=True)
class CardContent:
    """Title, second line, kind, share of the network's cost (0 to 1), and what is wrong, if anything."""

    title: str
    detail: str
    role: str
    icon: str = ""
    """The name of the kind's icon; the role's where empty."""
    share: float = 0.0
    problem: str = ""
    note: str = ""
    """What has to be known though nothing is wrong."""
    fixes: tuple[str, ...] = ()
    """What the ways out of the problem are called; where there is none, what answers the note."""
    answers: bool = False
    """Whether what comes out are the shares of classes, which are told by name below the card."""
    state: str = ""
    """`trained` or `drawn`, in a network of which layers have learned."""
    has_input: bool = True
    has_map: bool = False
    """Whether something comes out; what came out of an older network is not shown."""
    parts: tuple[tuple[str, float], ...] = ()
    """Of a group: the kinds of layers its cost is made of, with their shares of it (0 to 1)."""
    count: int = 1
    """Of a group: how many equal ones it stands for."""
    bypassed: bool = False


def card_of_part(part: Part) -> CardContent:
    """The card of a layer or block that is in no network yet."""
    if isinstance(part, Block):
        count = len(part.project.network) - 1
        return CardContent(title=part.title, detail=count_text(count, "layer"), role="merge")
    return CardContent(
        title=part.label,
        detail=part.detail,
        role=part.role,
        icon=layer_icon(part),
        has_input=part.max_inputs != 0,
    )


def card_of_node(
    node: Node, report: LayerReport, totals: Totals, convention: Convention, *, tell_state: bool = False
) -> CardContent:
    """The card of a node; `tell_state`: other layers of the network have learned what they do."""
    layer = node.shown_layer
    total = convention.cost(totals)
    told = next(iter((*report.problems, *report.notes)), None)
    return CardContent(
        title=node.label,
        detail="bypassed" if node.bypassed is not None else _detail(node, layer),
        role=layer.role,
        icon=layer_icon(layer),
        share=convention.cost(report) / total if total else 0.0,
        problem=sentence(report.problems[0].message) if report.problems else "",
        note=report.notes[0].message if report.notes and not report.problems else "",
        fixes=tuple(fix.text for fix in told.fixes) if told is not None else (),
        answers=_answers(node, report),
        state=_state(node, report) if tell_state else "",
        has_input=layer.max_inputs != 0,
        has_map=report.output_shape is not None,
        bypassed=node.bypassed is not None,
    )


def _answers(node: Node, report: LayerReport) -> bool:
    shape = report.output_shape
    return shape is not None and len(shape) == 1 and node.layer.gives_shares


def _state(node: Node, report: LayerReport) -> str:
    if not report.parameters or node.bypassed is not None:
        return ""
    return "trained" if node.weights.is_learned(node.layer, report.input_shapes) else "drawn"


def _detail(node: Node, layer: Layer) -> str:
    return layer.label if node.name and node.name != layer.label else layer.detail


def explanation(node: Node, report: LayerReport, totals: Totals, convention: Convention) -> str:
    """Everything about a node in lines for a tool tip, numbers exact."""
    numbers = Numbers()
    lines = [node.label]
    if node.name:
        lines.append(node.shown_layer.label)
    if node.bypassed is not None:
        lines.append("Bypassed: passes its input on")
    elif node.layer.detail:
        lines.append(node.layer.detail)
    if report.output_shape is not None:
        lines.append(f"Output {convention.shape(report.output_shape)}")
    if report.parameters or report.non_trainable:
        lines.append(f"{numbers.exact(report.parameters + report.non_trainable)} parameters")
        lines.append(f"Weights: {provenance(node.weights, node.layer, report.input_shapes)}")
    cost = convention.cost(report)
    if cost:
        share = numbers.percent(cost / convention.cost(totals))
        first, *kinds = convention.exact_cost(report, numbers).split("\n")
        lines += [f"{first}, {share} of the network", *kinds]
    lines += [sentence(problem.message) for problem in (*report.problems, *report.notes)]
    return "\n".join(lines)


def wire_explanation(edge: Edge, analysis: Analysis, convention: Convention) -> str:
    """Where a wire leads from and to, and what is on it."""
    labels = [analysis.network[one].label for one in edge]
    shape = analysis.layers[edge[0]].output_shape
    return f"{labels[0]} → {labels[1]}\n{convention.shape(shape) if shape else ''}".strip()


def fitted_lines(content: CardContent, look: CanvasStyle) -> tuple[str, ...]:
    """The second line as it fits on the card: an input's words wrap, others are cut with an ellipsis."""
    most = MOST_LINES if content.role == "input" else 1
    return wrapped(content.detail, look, TEXT_WIDTH, most)


def wrapped(text: str, look: CanvasStyle, width: float, most: int) -> tuple[str, ...]:
    """Caption lines no wider than `width`, at most `most`; the last one is cut where words are left."""
    metrics = look.caption_metrics
    lines: list[str] = []
    words = text.split()
    while words and len(lines) < most:
        taken = 1
        while taken < len(words) and metrics.horizontalAdvance(" ".join(words[: taken + 1])) <= width:
            taken += 1
        if len(lines) == most - 1:
            taken = len(words)
        lines.append(elided(" ".join(words[:taken]), look, width))
        words = words[taken:]
    return tuple(lines)


def elided(text: str, look: CanvasStyle, width: float) -> str:
    """Caption text, cut with an ellipsis where it is wider."""
    if look.caption_width(text) <= width:
        return text
    return look.caption_metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def fitted_title(title: str, look: CanvasStyle) -> tuple[str, QFont]:
    """The title and the font it is set in: a step smaller before anything of `Conv 11×11 · 512` is cut."""
    if look.title_width(title) <= TEXT_WIDTH:
        return title, look.title
    cut = look.small_title_metrics.elidedText(title, Qt.TextElideMode.ElideRight, TEXT_WIDTH)
    return cut, look.small_title
