"""The help window: what the selected layer does, its formulas and its source. It follows the selection."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from gui.help.layer_text import layer_help, network_help
from gui.look.appearance import Appearance
from gui.look.screen import give_size
from gui.look.theme import CAPTION_PX, TITLE_PX, Palette
from gui.session.document import Document
from gui.session.selection import Selection
from gui.widgets.surface import local_numbers


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
