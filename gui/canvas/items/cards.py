"""What stands on the canvas for a project, and what each card says: a node, or all of a collapsed group."""

from collections.abc import Mapping
from functools import cached_property

from engine.analysis.analyze import Analysis, Totals
from engine.analysis.group_report import GroupReport, outer_outputs, report_together
from engine.edits.card_ports import ways_in
from engine.layout.collapsed_view import visible_cards, wires_behind
from engine.layout.repeats import repeat_count
from engine.model.grouping import Group
from engine.model.network import Edge
from engine.model.project import Project
from gui.canvas.items.card import CardContent, card_of_node
from gui.words.convention import Convention
from gui.words.number_format import Numbers, field_text
from gui.words.sentence_case import sentence


class Cards:
    """Cards by id, in drawing order: node ids, and ids of collapsed groups for what lies in them."""

    def __init__(self, project: Project) -> None:
        self.network = project.network
        self.groups = project.groups
        self.sources = visible_cards(project.network, project.groups)
        self.is_plain = not any(group.collapsed for group in project.groups.values())
        """Whether every node has a card of its own."""
        self._learned: bool | None = None

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """The cards that read from each card."""
        if self.is_plain:
            return self.network.outputs_of
        found: dict[str, list[str]] = {source: [] for source in self.sources}
        for one, sources in self.sources.items():
            for source in sources:
                found[source].append(one)
        return {one: tuple(ids) for one, ids in found.items()}

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All wires between cards."""
        if self.is_plain:
            return self.network.edges
        return tuple((source, one) for one, sources in self.sources.items() for source in sources)

    @cached_property
    def faces(self) -> Mapping[str, str]:
        """The collapsed group's card by the node whose map it shows: the last that is read outside."""
        shown = [source for source in self.sources if source in self.groups]
        return {outer_outputs(self.network, self.groups.nodes(one))[-1]: one for one in shown}

    @cached_property
    def _face_of(self) -> Mapping[str, str]:
        return {card: node_id for node_id, card in self.faces.items()}

    def face(self, card: str) -> str:
        """The node whose map and shape a card shows."""
        return self._face_of.get(card, card)

    def nodes(self, card: str) -> tuple[str, ...]:
        """The nodes that a card stands for."""
        return self.groups.nodes(card) if card in self.groups else (card,)

    def carried(self, card: str, analysis: Analysis, convention: Convention) -> Mapping[str, str]:
        """What the wires from a collapsed group carry, by the card that reads it: all that one stands for.

        Empty for a node, whose wires carry what it puts out.
        """
        if card not in self.groups:
            return {}
        found = {}
        for reader in self.readers[card]:
            wires = wires_behind(self.network, self.groups, (card, reader))
            shapes = dict.fromkeys(analysis.layers[source].output_shape for source, _ in wires)
            found[reader] = ", ".join(convention.shape(shape) for shape in shapes if shape is not None)
        return found

    def content(self, card: str, analysis: Analysis, convention: Convention) -> CardContent:
        """What the card says."""
        if card in self.groups:
            return self._content_of_group(self.groups[card], analysis, convention)
        return card_of_node(
            self.network.nodes[card],
            analysis.layers[card],
            analysis.totals,
            convention,
            tell_state=self._has_learned(analysis),
        )

    def _has_learned(self, analysis: Analysis) -> bool:
        """Whether any layer has learned what it does; only then the cards tell which have."""
        if self._learned is None:
            self._learned = any(
                node.weights.is_learned(node.layer, analysis.layers[node_id].input_shapes)
                for node_id, node in self.network.nodes.items()
                if analysis.layers[node_id].parameters
            )
        return self._learned

    def explanation(self, group_id: str, analysis: Analysis, convention: Convention) -> str:
        """Everything about a group in lines for a tool tip, numbers exact."""
        numbers = Numbers()
        report = report_together(analysis, self.groups.nodes(group_id))
        lines = [title_of_group(self, group_id), _layers(report)]
        shapes = [convention.shape(shape) for shape in (*report.input_shapes, *report.output_shapes)]
        if report.input_shapes and report.output_shapes:
            between = ", ".join(shapes[: len(report.input_shapes)])
            lines.append(f"{between} → {', '.join(shapes[len(report.input_shapes) :])}")
        if report.parameters or report.non_trainable:
            lines.append(f"{numbers.exact(report.parameters + report.non_trainable)} parameters")
        cost = cost_of_group(report, convention)
        if cost:
            share = numbers.percent(cost / convention.cost(analysis.totals))
            lines.append(f"{numbers.exact(cost)} {convention.name}, {share} of the network")
        if report.receptive_field is not None:
            lines.append(f"Receptive field {field_text(report.receptive_field)}")
        lines += [sentence(problem.message) for problem in (*report.problems, *report.notes)[:3]]
        return "\n".join(lines)

    def _content_of_group(self, group: Group, analysis: Analysis, convention: Convention) -> CardContent:
        numbers = Numbers()
        report = report_together(analysis, self.groups.nodes(group.id))
        total, cost = convention.cost(analysis.totals), cost_of_group(report, convention)
        lines = [_layers(report)]
        if report.parameters:
            lines.append(f"{numbers.short(report.parameters)} parameters")
        if cost:
            lines.append(f"{numbers.short(cost)} {convention.name}")
        parts = self._parts(report, analysis, convention)
        return CardContent(
            title=title_of_group(self, group.id),
            detail="\n".join(lines),
            role=parts[0][0],
            share=cost / total if total else 0.0,
            problem=sentence(report.problems[0].message) if report.problems else "",
            note=report.notes[0].message if report.notes and not report.problems else "",
            answers=self.network[report.output].layer.gives_shares,
            has_input=bool(ways_in(self.network, report.nodes)),
            has_map=analysis.layers[report.output].output_shape is not None,
            parts=parts,
            count=repeat_count(self.network, self.groups, group.id),
        )

    def _parts(
        self, report: GroupReport, analysis: Analysis, convention: Convention
    ) -> tuple[tuple[str, float], ...]:
        """What kinds of layers the cost is made of, the largest share first; their numbers if none costs."""
        costs = {node: convention.cost(analysis.layers[node]) for node in report.nodes}
        if not any(costs.values()):
            costs = dict.fromkeys(report.nodes, 1)
        total, found = sum(costs.values()), dict[str, int]()
        for node_id, cost in costs.items():
            role = self.network.nodes[node_id].layer.role
            found[role] = found.get(role, 0) + cost
        shares = [(role, weight / total) for role, weight in found.items() if weight / total >= 0.01]
        return tuple(sorted(shares, key=lambda part: -part[1]))


def title_of_group(cards: Cards, group_id: str) -> str:
    """`Bottleneck`, `Bottleneck ×3` for a run of equal ones."""
    count = repeat_count(cards.network, cards.groups, group_id)
    label = cards.groups[group_id].label
    return f"{label} ×{count}" if count > 1 else label


def cost_of_group(report: GroupReport, convention: Convention) -> int:
    """As the convention counts."""
    return convention.cost(Totals(macs=report.macs, operations=report.operations))


def _layers(report: GroupReport) -> str:
    return "1 layer" if len(report.nodes) == 1 else f"{len(report.nodes)} layers"
