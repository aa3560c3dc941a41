"""Weights and the window: the part of the inspector, the menu, and files of maps and weights."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMenu

from engine.analysis.classes import answer_node
from engine.edits.dense_layers import is_dense, may_be_dense
from engine.errors import FormatError
from engine.fitting.layer import KMEANS, why_not
from engine.weights import HE
from engine.weights.random import MAX_SEED, Random
from gui.look.appearance import Appearance
from gui.session.session import Session
from gui.weights_panel.actions import WeightActions
from gui.weights_panel.section import WeightsSection
from gui.widgets.actions import Actions
from gui.window.conversation import Conversation

if TYPE_CHECKING:
    from engine.formats.weights.weight_matching import WeightsMatch

ARRAY_KINDS: Final = "NumPy arrays (*.npz)"
WEIGHT_KINDS: Final = "Weights (*.safetensors *.npz);;All files (*)"
WRITTEN_KINDS: Final = "safetensors (*.safetensors);;NumPy arrays (*.npz)"
LABEL_KINDS: Final = "Names of classes (*.txt *.json);;All files (*)"
_SAID_MS: Final = 8_000


class WeightsWiring:
    """What the window has on weights."""

    def __init__(
        self,
        session: Session,
        conversation: Conversation,
        appearance: Appearance,
        *,
        show_inspector: Callable[[], object],
    ) -> None:
        """`show_inspector` brings the section into view."""
        document, compute = session.document, session.compute
        self._document = document
        self._selection = session.selection
        self._dialogs = conversation.dialogs
        self._notice = conversation.notice
        self._owner = conversation.owner
        self._show_inspector = show_inspector
        self.actions = WeightActions(document, compute, conversation.owner)
        self.section = WeightsSection(document, session.selection, compute, self.actions, appearance)
        self.actions.said.connect(lambda text: conversation.status.showMessage(text, _SAID_MS))
        self.actions.refused.connect(conversation.notice.say)
        self.actions.matched.connect(self.on_matched)
        document.fit_wanted.connect(self.actions.fit_again)

    def fill_menu(self, menu: QMenu, actions: Actions) -> None:
        """The menu Weights."""
        add = partial(actions.add, menu)
        add(
            "fit_selected",
            "&Fit the selected layers",
            "Ctrl+T",
            self.fit_selected,
            "Find the selected convolutions' filters in the photograph, by k-means",
        )
        add(
            "fit_all",
            "Fit &all convolutions",
            "Ctrl+Shift+T",
            partial(self.actions.fit, None, KMEANS),
            "Find all filters in the photograph, layer by layer, by k-means",
        )
        cancel = add(
            "cancel_fit",
            "&Cancel fitting",
            "Ctrl+Alt+.",
            self.actions.cancel_fit,
            "Stop fitting; nothing has changed",
        )
        cancel.setEnabled(False)
        self.actions.fit_started.connect(lambda: cancel.setEnabled(True))
        self.actions.fit_ended.connect(lambda: cancel.setEnabled(False))
        menu.addSeparator()
        add(
            "draw_anew",
            "&Draw anew",
            "Ctrl+Alt+D",
            self.draw_anew,
            "Give the selected layers other random weights of the same kind",
        )
        add(
            "edit_kernel",
            "Kernels by &hand",
            "Ctrl+K",
            self.edit_by_hand,
            "See and change the numbers of the selected layer's kernels",
        )
        menu.addSeparator()
        add(
            "convert",
            "Con&vert dense layer ⇄ convolution",
            "Ctrl+Alt+C",
            self.convert_selected,
            "The same numbers as a convolution, or as a dense layer",
        )
        menu.addSeparator()
        add(
            "import_weights",
            "&Import weights…",
            "Ctrl+Alt+O",
            self.import_weights,
            "Take parameters from another program's file, by name or by order and shape (.safetensors, .npz)",
        )
        add(
            "export_maps",
            "Export &maps…",
            "Ctrl+Alt+E",
            self.export_maps,
            "Write every map of the network as NumPy arrays (.npz)",
        )
        add(
            "export_weights",
            "Export &weights…",
            "Ctrl+Alt+W",
            self.export_weights,
            "Write every parameter of the network (.safetensors, .npz)",
        )
        menu.addSeparator()
        add(
            "name_classes",
            "&Name the classes…",
            "Ctrl+Alt+N",
            self.name_classes,
            "Read the names of the network's classes from a list: a text file, one a line, or JSON",
        )

    def fit_selected(self) -> None:
        """Fit what is selected and can be."""
        network = self._document.project.network
        chosen = [node_id for node_id in network.order if node_id in self._selection.ids]
        fitted = tuple(one for one in chosen if not why_not(network[one].layer))
        if fitted:
            self.actions.fit(fitted, KMEANS)
        else:
            reason = why_not(network[chosen[0]].layer) if len(chosen) == 1 else "no convolution is selected"
            self._notice.say(f"{reason}.")

    def draw_anew(self) -> None:
        """The next draw; from weights that are not drawn, He's."""
        network = self._document.project.network
        chosen = [node_id for node_id in network.order if node_id in self._selection.ids]
        if not chosen:
            self._notice.say("Select the layers that are to be drawn anew.")
            return
        weights = network[chosen[0]].weights
        if isinstance(weights, Random):
            import dataclasses

            weights = dataclasses.replace(weights, seed=(weights.seed + 1) % (MAX_SEED + 1))
        else:
            weights = HE
        self.actions.set_source(tuple(chosen), weights)

    def edit_by_hand(self) -> None:
        """Open or close the kernel editor."""
        self._show_inspector()
        if not (self.section.isHidden() or self.section.edit_button.isHidden()):
            self.section.edit_button.toggle()
            QTimer.singleShot(0, self.section, self.section.scroll_to_editor)  # once it is laid out
        else:
            self._notice.say("Select one convolution or dense layer to see its numbers.")

    def convert_selected(self) -> None:
        """Convert the selected layer, whichever way it goes."""
        current = self._selection.current
        if current is None:
            self._notice.say("Select the dense layer, or the convolution, that is to be converted.")
        else:
            self.convert(current)

    def convert(self, node_id: str) -> None:
        """Convert this layer, whichever way it goes."""
        network = self._document.project.network
        if not is_dense(network, node_id) and may_be_dense(network, node_id):
            self.actions.convert_to_linear(node_id)
        else:
            self.actions.convert_to_convolution(node_id)

    def import_weights(self) -> None:
        """Ask for a file, and take parameters from it."""
        path = self._dialogs.file_to_open(self._owner, "Import weights", self._folder(), WEIGHT_KINDS)
        if path is not None:
            self.actions.import_weights(path)

    def on_matched(self, match: "WeightsMatch") -> None:
        """Show what a file's weights would change, and take them if that is wanted."""
        if self._dialogs.take_weights(self._owner, match):
            self.actions.take(match)

    def name_classes(self) -> None:
        """Ask for a list of names, and call the network's classes so."""
        path = self._dialogs.file_to_open(self._owner, "Name the classes", self._folder(), LABEL_KINDS)
        if path is None:
            return
        from engine.formats.weights.class_names import read_class_names

        try:
            names = read_class_names(path)
        except FormatError as error:
            self._notice.say(f"{error}.")
            return
        node_id = answer_node(self._document.project.network)
        shape = None if node_id is None else self._document.analysis.layers[node_id].output_shape
        if shape is None or shape[0] != len(names):
            has = "no Softmax over classes" if shape is None else f"{shape[0]} classes"
            self._notice.say(f"{path.name} names {len(names)} classes, the network has {has}.")
            return
        self._document.edit("Name the classes", lambda project: replace(project, class_names=names))

    def export_maps(self) -> None:
        """Ask for a file, and write all maps to it."""
        path = self._path("Export maps", "maps.npz", ARRAY_KINDS)
        if path is not None:
            self.actions.save_maps(path)

    def export_weights(self) -> None:
        """Ask for a file, and write all parameters to it."""
        path = self._path("Export weights", "weights.safetensors", WRITTEN_KINDS)
        if path is not None:
            self.actions.save_weights(path)

    def _path(self, title: str, what: str, kinds: str) -> Path | None:
        suggestion = str(Path(self._folder()) / f"{self._document.title} {what}")
        return self._dialogs.file_to_save(self._owner, title, suggestion, kinds)

    def _folder(self) -> str:
        path = self._document.path
        return str(path.parent if path is not None else Path.home())
