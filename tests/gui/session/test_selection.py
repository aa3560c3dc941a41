"""What is selected follows the document."""

from pytestqt.qtbot import QtBot

from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.project import Project
from gui.session.document import Document
from gui.session.selection import Selection


def test_what_is_gone_is_selected_no_more_and_comes_back_unselected(qtbot: QtBot) -> None:
    project = Project().add(Input(shape=(3, 8, 8)), (0, 0))
    document = Document(project.add(Conv2d(), (256, 0), after="input_1"))
    selection = Selection(document)
    selection.select(["input_1", "conv2d_1"])
    document.edit("Delete", lambda project: project.remove("conv2d_1"))
    assert selection.ids == {"input_1"}
    assert selection.current == "input_1"
    document.undo_stack.undo()
    assert selection.ids == {"input_1"}


def test_what_is_not_there_cannot_be_selected(qtbot: QtBot) -> None:
    selection = Selection(Document(Project().add(Input(shape=(3, 8, 8)), (0, 0))))
    selection.select(["nowhere"])
    assert selection.current is None
    selection.select(["nowhere", "input_1"])
    assert selection.current == "input_1"
