"""What the inspector says while no layer is selected: what the project is, and what to do."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.image.image_source import image_title
from engine.model.project import Project
from gui.look.theme import GRID
from gui.widgets.costs.fact_list import Fact, FactList
from gui.widgets.surface import local_numbers, styled_label


class NetworkSummary(QWidget):
    """Layers, photograph and notes of the project."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint = styled_label(style="secondary", wrap=True)
        self.list = FactList()
        self.notes = styled_label(wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID + 4)
        for part in (self.hint, self.list, self.notes):
            column.addWidget(part)

    def show_project(self, project: Project) -> None:
        """Show this project."""
        layers = len(project.network)
        hint = "Select a layer to change it." if layers else "Drag a layer onto the canvas to begin."
        self.hint.setText(hint)
        photograph = image_title(project.image) if project.image else "–"
        self.list.show_facts(
            [Fact("Layers", local_numbers().exact(layers)), Fact("Photograph", photograph, project.image)]
        )
        self.notes.setText(project.notes)
        self.notes.setVisible(bool(project.notes))
