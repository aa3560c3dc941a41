"""The help window: what the selected layer does, its formulas and its source. It follows the selection.

Everything it tells comes from the layer's own file and from `explained`; nothing is written twice.
"""

import html
import inspect
import re
from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from engine.analysis.analyze import Analysis
from engine.layers import Layer, Setting
from engine.model.network import Network
from engine.model.project import Project
from gui.look.appearance import Appearance
from gui.look.screen import give_size
from gui.look.theme import CAPTION_PX, TITLE_PX, Palette
from gui.session.document import Document
from gui.session.selection import Selection
from gui.widgets.surface import local_numbers
from gui.words.explanation import Line, explain_layer, explain_total
from gui.words.number_format import Numbers

_QUANTITIES: Final = {
    "output_height": "Height and width",
    "output_channels": "Channels",
    "output_features": "Features",
    "parameters": "Parameters",
    "macs": "Multiply–adds (MACs)",
    "receptive_field_height": "Receptive field",
}
"""What is told of a layer's numbers, and under which heading."""


def layer_help(network: Network, analysis: Analysis, node_id: str, numbers: Numbers) -> str:
    """Help on a node, as HTML that Qt shows."""
    node = network[node_id]
    layer = node.layer
    first, *rest = paragraphs(inspect.getdoc(type(layer)) or layer.kind)
    parts = [f"<h2>{_html(node.label)}</h2>", f"<p><b>{_html(first)}</b></p>"]
    parts += [f"<p>{_html(paragraph)}</p>" for paragraph in rest]
    parts += _numbers(network, analysis, node_id, numbers)
    parts += _settings(layer)
    if layer.source:
        parts += ["<h3>Source</h3>", f"<p>{_html(layer.source)}.</p>"]
    return "".join(parts)


def network_help(project: Project, analysis: Analysis, numbers: Numbers) -> str:
    """Help on the whole network: what was noted about it, and its totals."""
    parts = [f"<h2>{_html(project.title or 'This network')}</h2>"]
    parts += [f"<p>{_html(paragraph)}</p>" for paragraph in paragraphs(project.notes)]
    for quantity in ("parameters", "macs", "receptive_field_height"):
        found = explain_total(project.network, analysis, quantity, numbers)
        if found is not None:
            parts.append(f"<h3>{_QUANTITIES[quantity]}</h3>")
            lines = found.topics[found.first].lines
            parts += [f"<p>{_lead(line)}{_html(line.value)}</p>" for line in lines]
    parts.append("<p>Select a layer to read what it does and how its numbers come about.</p>")
    return "".join(parts)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a docstring, each on one line, without its marks of code."""
    found = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.strip())]
    return [part.replace("`", "") for part in found if part]


def _numbers(network: Network, analysis: Analysis, node_id: str, numbers: Numbers) -> Iterator[str]:
    for quantity, heading in _QUANTITIES.items():
        found = explain_layer(network, analysis, node_id, quantity, numbers)
        lines = found.topics[found.first].lines if found is not None else ()
        if not lines or lines[0].derivation.quantity != quantity:
            continue
        yield f"<h3>{heading}</h3>"
        for line in lines:
            yield f"<p>{_lead(line)}<code>{_html(line.derivation.text)}</code><br>"
            source = f" ({line.derivation.source})" if line.derivation.source else ""
            yield f"<small>{_html(line.derivation.rule + source)}</small></p>"


def _lead(line: Line) -> str:
    return _html(f"{line.name}: ") if line.name and line.name != "Height and width" else ""


def _settings(layer: Layer) -> Iterator[str]:
    settings = layer.settings()
    if settings:
        yield "<h3>Settings</h3><table cellspacing='0' cellpadding='3'>"
        for setting in settings:
            about = " ".join(part for part in (setting.help, _range(setting)) if part)
            yield f"<tr><td><b>{_html(setting.label)}</b>&nbsp;&nbsp;</td><td>{_html(about)}</td></tr>"
        yield "</table>"


def _range(setting: Setting) -> str:
    if setting.choices:
        return f"One of {', '.join(setting.choices)}."
    if setting.minimum is not None and setting.maximum is not None:
        return f"{setting.minimum:,} to {setting.maximum:,}."
    return "" if setting.minimum is None else f"At least {setting.minimum}."


def _html(text: str) -> str:
    return html.escape(text, quote=False)


class LayerHelp(QDialog):
    """Stays open beside the work; Esc closes it."""

    def __init__(
        self, document: Document, selection: Selection, appearance: Appearance, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help on the layer")
        self.setWindowFlag(Qt.WindowType.Tool)
        give_size(self, 480, 640)
        self._document = document
        self._selection = selection
        self._appearance = appearance
        self.text = QTextBrowser(self)
        self.text.setAccessibleName("Help on the layer")
        self.text.setOpenExternalLinks(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        selection.selection_changed.connect(self.refresh)
        document.project_changed.connect(self.refresh)
        appearance.palette_changed.connect(self.on_palette_changed)
        self.on_palette_changed(appearance.palette)

    def refresh(self) -> None:
        """Tell of what is selected now; nothing is made while nobody reads it."""
        if self.isHidden():
            return
        document, ids = self._document, self._selection.ids
        network = document.project.network
        node_id = next((node_id for node_id in network.order if node_id in ids), None)
        numbers = local_numbers()
        if node_id is None:
            text = network_help(document.project, document.analysis, numbers)
        else:
            text = layer_help(network, document.analysis, node_id, numbers)
        self.text.setHtml(text)

    def on_palette_changed(self, palette: Palette) -> None:
        """Write in the theme's colours."""
        self.text.setStyleSheet(f"QTextBrowser {{ background: {palette.surface}; padding: 8px 16px; }}")
        self.text.document().setDefaultStyleSheet(
            f"h2 {{ font-size: {TITLE_PX + 3}px; font-weight: 600; margin-bottom: 4px; }}"
            f"h3 {{ font-size: {CAPTION_PX}px; font-weight: 500; color: {palette.secondary};"
            " margin-top: 16px; margin-bottom: 2px; }"
            f"p {{ margin-top: 4px; margin-bottom: 4px; }} small {{ color: {palette.secondary}; }}"
            f"code {{ font-family: Inter, 'DejaVu Sans'; color: {palette.text}; }}"
        )
        self.refresh()
