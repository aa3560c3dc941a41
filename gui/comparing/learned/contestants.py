"""The networks that are compared: where they come from, and the list of them."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QMenu, QToolButton, QVBoxLayout, QWidget

import presets
from engine.analysis.analyze import analyze
from engine.edits.reduction import reducing_layers, reduction_before
from engine.errors import NetworkError
from engine.layers import Layer
from engine.model.network import Network
from engine.model.project import Project
from gui.canvas.geometry import placing
from gui.session.document import Document
from gui.widgets.surface import local_numbers
from presets.lessons import lessons


def with_reduction(project: Project, selected: str | None) -> tuple[str, Network] | None:
    """The network with a 1×1 of the usual width before its selected K×K convolution, or before the one with
    most MACs, and what it is called; None where nothing can be reduced."""
    reports = analyze(project.network).layers
    candidates = []
    for node_id, report in reports.items():
        try:
            reduction = reduction_before(project.network, node_id, report.input_shapes)
        except NetworkError:
            continue
        candidates.append((node_id == selected, report.macs, node_id, reduction))
    if not candidates:
        return None
    _, _, node_id, reduction = max(candidates, key=lambda one: one[:2])
    made = placing.reduce(project, node_id, reducing_layers(reduction, reduction.usual, activation=True))
    return f"with a 1×1 to {reduction.usual} before {project.network[node_id].label}", made.network


def _built(network: Network) -> dict[str, tuple[Layer, tuple[str, ...]]]:
    """Its layers and wires: weights may differ, they are drawn anew."""
    return {node_id: (node.layer, node.inputs) for node_id, node in network.nodes.items()}


class Contestants(QWidget):
    """Titles with their costs, each once; Delete takes one out."""

    changed = Signal()
    file_wanted = Signal()
    """A project is to be chosen from a file."""

    def __init__(
        self, document: Document, selected: Callable[[], str | None],
        pinned: Callable[[], Project | None], parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._document, self._selected, self._pinned = document, selected, pinned
        self.networks: dict[str, Network] = {}
        """By title."""
        self.add_button = QToolButton()
        self.add_button.setText("Add ▾")
        self.add_button.setToolTip("Another network to compare")
        self.add_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.add_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.add_button)
        menu.aboutToShow.connect(self._fill)
        self.add_button.setMenu(menu)
        self.remove_button = QToolButton()
        self.remove_button.setText("Remove")
        self.remove_button.setToolTip("Take the selected network out (Delete)")
        self.remove_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.remove_button.setShortcut("Delete")
        self.remove_button.clicked.connect(self.remove_selected)
        self.list = QListWidget()
        self.list.setAccessibleName("Networks that are compared")
        self.list.setMinimumSize(150, 80)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setWordWrap(True)
        self.list.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)

    def show_networks(self, networks: dict[str, Network]) -> None:
        """These and no others."""
        self.networks = dict(networks)
        self.list.clear()
        numbers = local_numbers()
        for title, network in self.networks.items():
            totals = analyze(network).totals
            costs = f"{numbers.short(totals.parameters)} parameters · {numbers.short(totals.macs)} MACs"
            item = QListWidgetItem(f"{title}\n{costs}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, title)
            item.setToolTip(title)
        self.changed.emit()

    def add(self, title: str, network: Network) -> None:
        """One more; a title that is taken gets a number."""
        number, wanted = 2, title
        while title in self.networks:
            title, number = f"{wanted} ({number})", number + 1
        self.show_networks({**self.networks, title: network})

    def remove_selected(self) -> None:
        """One less."""
        chosen = {item.data(Qt.ItemDataRole.UserRole) for item in self.list.selectedItems()}
        if chosen:
            self.show_networks({title: one for title, one in self.networks.items() if title not in chosen})

    def setEnabled(self, on: bool) -> None:
        """What is being trained stays as it is."""
        super().setEnabled(on)
        self.add_button.setEnabled(on)
        self.remove_button.setEnabled(on)

    @property
    def _is_edited(self) -> bool:
        """Whether the open network has other layers or wires than it was opened with."""
        return _built(self._document.project.network) != _built(self._document.opened.network)

    def add_open(self) -> None:
        """The network in the window, as it is now."""
        project = self._document.project
        edited = ", edited" if self._is_edited else ""
        self.add(f"{project.title or 'The open network'}{edited}", project.network)

    def add_opened(self) -> None:
        """The network in the window, as it was before its first edit."""
        project = self._document.opened
        self.add(f"{project.title or 'The open network'}, as it was opened", project.network)

    def add_usual(self) -> None:
        """What one mostly wants to compare: an edited network with what it was."""
        if self._is_edited:
            self.add_opened()
        self.add_open()

    def add_reduced(self) -> None:
        """The same with a 1×1 before a K×K convolution."""
        project = self._document.project
        found = with_reduction(project, self._selected())
        if found is not None:
            self.add(f"{project.title or 'The open network'}, {found[0]}", found[1])

    def _add_pinned(self) -> None:
        pinned = self._pinned()
        if pinned is not None:
            self.add(f"{pinned.title or 'Untitled'} (baseline)", pinned.network)

    def _add_preset(self, name: str) -> None:
        preset = presets.load(name)
        self.add(preset.title, preset.project.network)

    def _fill(self) -> None:
        menu = self.add_button.menu()
        menu.clear()
        menu.addAction("The open network", self.add_open)
        menu.addAction("The open network as it was opened", self.add_opened).setEnabled(self._is_edited)
        reduced = with_reduction(self._document.project, self._selected())
        how = "with a 1×1 reduction" if reduced is None else reduced[0]
        menu.addAction(f"The open network {how}", self.add_reduced).setEnabled(reduced is not None)
        menu.addAction("The baseline", self._add_pinned).setEnabled(self._pinned() is not None)
        menu.addAction("A project file…", self.file_wanted.emit)
        menu.addSeparator()
        taught = menu.addMenu("Those of a lesson")
        for lesson in lessons():
            if lesson.learners:
                taught.addAction(lesson.title, partial(self._show_learners, lesson.learners))
        groups: dict[str, QMenu] = {}
        for preset in presets.presets():
            if preset.group not in groups:
                groups[preset.group] = menu.addMenu(preset.group)
            groups[preset.group].addAction(preset.title, partial(self._add_preset, preset.name))

    def _show_learners(self, learners: Mapping[str, Callable[[], Network]]) -> None:
        self.show_networks({title: build() for title, build in learners.items()})
