"""A model file becomes a project."""

from pathlib import Path

from engine.errors import FormatError
from engine.formats.onnx.reader.building import build, title_of
from engine.formats.onnx.reader.file.graph import read_graph
from engine.formats.onnx.reader.file.tensors import TensorReader
from engine.formats.onnx.reader.foreign import foreign
from engine.formats.onnx.reader.held import NoLayer
from engine.formats.onnx.reader.inputs import make_inputs
from engine.formats.onnx.reader.translation import Translation
from engine.formats.onnx.reader.written_here.hints import hinted
from engine.formats.onnx.reader.written_here.own import own_project
from engine.formats.onnx.rules import RULES
from engine.model.project import Project
from engine.shapes import Shape


def read_model(
    data: bytes, folder: Path | None = None, shape: Shape | None = None, title: str = ""
) -> Project:
    """The project of a model's bytes; its weights may lie in files of the folder.

    `shape` (C, H, W) is that of its input, where the file leaves it open or another one is wanted.
    `FormatError` says in one line what cannot be read.
    """
    graph = read_graph(data, TensorReader(folder))
    own = own_project(graph, title)
    if own is not None:
        return own
    translation = Translation(graph, RULES)
    translation.foreign = foreign
    translation.hinted = hinted
    try:
        make_inputs(translation, shape)
        translation.run()
    except NoLayer as error:
        raise FormatError(str(error)) from None
    return build(translation, title_of(graph, title))
