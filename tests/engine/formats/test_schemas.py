"""Every file and every summary follow the published JSON Schemas, and what is refused breaks them."""

import json
from pathlib import Path
from typing import Any

import pytest

import presets
from engine.analysis.analyze import analyze
from engine.errors import EngineError
from engine.formats.project_json import read, write
from engine.formats.schemas import SCHEMAS, schema
from engine.formats.tables.summary_json import summary_record
from engine.layers import layer_kinds
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from engine.shapes import Padding
from engine.weights import Given, weights_sources
from engine.weights.recast import recast
from presets import load

jsonschema = pytest.importorskip("jsonschema")

SOME = ("lenet5", "inception_3a", "channel_scaling")


def validator(name: str) -> Any:
    return jsonschema.Draft202012Validator(schema(name))


@pytest.fixture(scope="module")
def of_project() -> Any:
    return validator("project")


@pytest.fixture(scope="module")
def of_summary() -> Any:
    return validator("summary")


def complaints(of: Any, record: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in of.iter_errors(record)]


def summary(project: Project) -> Any:
    network = project.network
    return json.loads(json.dumps(summary_record("net", network, analyze(network))))


def odd_projects() -> dict[str, Project]:
    """Half-built, fractional, odd: what a schema drawn up after the presets alone would miss."""
    image = Node(id="image", layer=Input(shape=(3, 9, 7)))
    conv = Conv2d(out_channels=2, kernel_size=(1, 3), padding=Padding.of((1, 0, 2, 3)))
    alone = Node(id="alone", layer=conv)
    broken = Node(id="b", layer=conv.replace(groups=7), inputs=("image",))
    held = Node(id="c", layer=conv, inputs=("image",), weights=Given({"bias": [1.0, -2.5]}, note="by hand"))
    upsample = layer_kinds()["Upsample"]()
    up = [image, Node(id="up", layer=upsample, inputs=("image",))]
    return {
        "empty": Project(),
        "without an input": Project(network=Network([alone])),
        "half-built": Project(
            network=Network([image, alone, broken]), notes="Ünïcode \ud800", seed=2**63 - 1
        ),
        "given weights": Project(network=Network([image, held]), class_names=("a", "b")),
        "fractions": Project(network=Network([*up, Node(id="k", layer=conv, inputs=("up",))])),
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", SOME)
def test_presets_follow_the_schemas(name: str, of_project: Any, of_summary: Any) -> None:
    project = load(name).project
    assert complaints(of_project, json.loads(write(project))) == []
    assert complaints(of_summary, summary(project)) == []


@pytest.mark.slow
def test_all_presets_follow_the_schemas(of_project: Any, of_summary: Any) -> None:
    for name in presets.preset_names():
        project = load(name).project
        assert complaints(of_project, json.loads(write(project))) == [], name
        assert complaints(of_summary, summary(project)) == [], name


@pytest.mark.parametrize("name", list(odd_projects()))
def test_odd_projects_follow_the_schemas(name: str, of_project: Any, of_summary: Any) -> None:
    project = odd_projects()[name]
    assert complaints(of_project, json.loads(write(project))) == []
    assert complaints(of_summary, summary(project)) == []


def test_every_kind_and_every_source_of_weights_follows_the_schema(of_project: Any) -> None:
    layers = [(kind, cls()) for kind, cls in layer_kinds().items() if kind != "Foreign"]
    nodes = [Node(id=kind, layer=layer) for kind, layer in layers]
    conv = Conv2d(kernel_size=(1, 1))
    for name, cls in weights_sources().items():
        if name not in ("given", "recast", "trained"):
            nodes.append(Node(id=name, layer=conv, weights=cls()))
    other = recast(weights_sources()["xavier"](), conv, (3, 1, 1), layer_kinds()["Linear"](), (3,))
    nodes.append(Node(id="recast", layer=layer_kinds()["Linear"](), weights=other))
    assert complaints(of_project, json.loads(write(Project(network=Network(nodes))))) == []


BROKEN = {
    "an unknown kind": ("layer", {"kind": "Conv9d"}),
    "a setting of another kind": ("layer", {"kind": "ReLU", "stride": [1, 1]}),
    "a stride of 0": ("layer", {"kind": "MaxPool2d", "stride": [0, 1]}),
    "a padding that is none": ("layer", {"kind": "Conv2d", "padding": "wide"}),
    "three sizes of a kernel": ("layer", {"kind": "Conv2d", "kernel_size": [3, 3, 3]}),
    "an unknown source": ("weights", {"source": "luck"}),
    "a source's unknown setting": ("weights", {"source": "gabor", "hue": 3}),
    "a place on a line": ("position", [1.0]),
    "inputs that are no list": ("inputs", "image"),
    "an unknown field": ("colour", "red"),
}


@pytest.mark.parametrize("name", list(BROKEN))
def test_what_reading_refuses_breaks_the_schema(name: str, of_project: Any) -> None:
    field, value = BROKEN[name]
    node = {"id": "a", "layer": {"kind": "ReLU"}, "inputs": []} | {field: value}
    record = {"format": "onebyone", "version": 1, "nodes": [node]}
    with pytest.raises(EngineError):
        read(json.dumps(record).encode())
    assert complaints(of_project, record)


def test_a_key_that_is_missing_breaks_the_schema_of_summaries(of_summary: Any) -> None:
    record = summary(load("lenet5").project)
    for key in list(record):
        assert complaints(of_summary, {name: value for name, value in record.items() if name != key}), key
    record["layers"][1]["macs"] = -1
    assert complaints(of_summary, record)


def test_the_schemas_lie_in_the_package() -> None:
    folder = Path(presets.__file__).parent.parent / "assets" / "schemas"
    assert {path.name for path in folder.iterdir()} == {f"{name}.schema.json" for name in SCHEMAS}
