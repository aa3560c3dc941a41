"""A selection saved as a block comes back as one, from a file."""

from pathlib import Path

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.edits.own_block import as_block
from engine.errors import EngineError, NetworkError
from engine.formats import write_project
from engine.model.project import Project
from tests.engine.small_networks import conv, graph, make

RESIDUAL = graph(
    (8, 16, 16),
    conv=(conv(8), "input"),
    relu=(make("ReLU"), "conv"),
    sum=(make("Add"), "input", "relu"),
    tail=(conv(4), "sum"),
)


def saved(folder: Path, *node_ids: str, title: str = "My block") -> Path:
    project = Project(network=RESIDUAL)
    path = folder / "mine.onebyone"
    write_project(path, as_block(project, analyze(RESIDUAL), node_ids, title))
    return path


def test_a_block_of_ones_own_is_set_behind_any_layer(tmp_path: Path) -> None:
    block = presets.block(str(saved(tmp_path, "conv", "relu", "sum")))
    assert block.title == "My block"
    project = Project(network=graph((8, 32, 32), stem=(conv(8), "input")))
    made, ids = presets.insert_block(project, block, after="stem")
    assert [made.network[node_id].layer.kind for node_id in ids] == ["Conv2d", "ReLU", "Add"]
    assert made.network[ids[-1]].inputs == ("stem", ids[1])
    assert not analyze(made.network).problems
    assert made.groups[made.groups.home(ids[0])].title == "My block"


def test_what_is_in_the_folder_is_offered_and_what_is_no_block_is_passed_over(tmp_path: Path) -> None:
    path = saved(tmp_path, "conv", "relu")
    (tmp_path / "broken.onebyone").write_text("{")
    write_project(tmp_path / "empty.onebyone", Project())
    assert [(found, block.title) for found, block in presets.own_blocks(tmp_path)] == [(path, "My block")]
    assert list(presets.own_blocks(tmp_path / "nowhere")) == []
    with pytest.raises(EngineError, match="is no block"):
        presets.block(str(tmp_path / "empty.onebyone"))


def test_a_block_needs_layers_and_a_name() -> None:
    project = Project(network=RESIDUAL)
    for ids, title in (((), "a"), (("input",), "a"), (("conv",), " ")):
        with pytest.raises(NetworkError):
            as_block(project, analyze(RESIDUAL), ids, title)


def test_layers_that_read_nothing_get_a_usual_input(tmp_path: Path) -> None:
    network = RESIDUAL.disconnect("input", "conv")
    block = as_block(Project(network=network), analyze(network), ["conv", "relu"], "Loose")
    assert block.network["conv"].inputs == ()
    assert block.network["input"].layer.is_input
