"""`onebyone report`: a page that holds everything itself, of any network."""

import base64
import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.formats import write_project
from engine.layers.convolution import Conv2d
from engine.layers.input import Input
from engine.model.network import Network, Node
from engine.model.project import Project
from gui.command_line import main
from gui.report.map_strips import MOST, SIDE, strip_png, strongest


class Reader(HTMLParser):
    """Collects headings, cells, what is fetched, and whether every element is closed."""

    void = frozenset({"meta", "img", "source", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.void:
            self.open.append(tag)
        self.fetched += [value or "" for name, value in attrs if name in {"src", "srcset", "href"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and data.strip():
            self.texts.setdefault(self.open[-1], []).append(data.strip())


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    assert reader.open == []
    return reader


def test_a_report_has_figure_answers_fields_maps_and_table_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    assert main(["report", "lenet5", "--image", "digit:3a", "-o", str(path)]) == 0
    page = read(path)
    assert page.texts["h2"] == ["Architecture", "What it answers", "What a value sees", "Maps", "Layers"]
    assert "61,706" in page.texts["small"]
    assert "c5" in page.texts["td"]
    assert len(page.fetched) > 10
    for data in page.fetched:
        kind, content = data.removeprefix("data:").split(";base64,")
        if kind == "image/svg+xml":
            assert ET.fromstring(base64.b64decode(content)).tag.endswith("svg")
        else:
            Image.open(io.BytesIO(base64.b64decode(content))).verify()
    assert not re.search(r"https?://(?!www\.w3\.org)", path.read_text(encoding="utf-8"))


def test_half_built_and_empty_networks_have_a_report(tmp_path: Path) -> None:
    image = Node(id="im<b>age", layer=Input(shape=(4, 9, 300)))
    alone = Node(id="alone", layer=Conv2d(out_channels=1))
    for name, network, status in (("half", Network([image, alone]), 1), ("none", Network(), 0)):
        project = Project(network=network, title="A & <i>b</i>")
        write_project(tmp_path / f"{name}.onebyone", project)
        path = tmp_path / f"{name}.html"
        assert main(["report", str(tmp_path / f"{name}.onebyone"), "-o", str(path)]) == status
        page = read(path)
        assert page.texts["h1"] == ["A & <i>b</i>"]
        assert ("Problems" in page.texts.get("h2", [])) == bool(status)


@pytest.mark.parametrize("name", ["page.pdf", "none/page.html", ""])
def test_what_is_no_page_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "lenet5", "-o", str(tmp_path / name) if name else ""]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "shape", [(1, 1, 1, 1), (1, 3, 5, 7), (1, 600, 2, 400), (1, 20, 224, 224), (1, 1), (1, 5000)]
)
def test_maps_of_any_shape_are_drawn(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    values.flat[0] = np.nan
    with Image.open(io.BytesIO(strip_png(Node(id="a", layer=Conv2d()), values))) as picture:
        assert picture.height <= SIDE
        assert picture.width <= MOST * (SIDE + 4) + 5000


def test_the_maps_that_vary_most_are_chosen() -> None:
    values = np.zeros((20, 16, 16), dtype=np.float32)
    values[3, 5:9], values[11, 4:12], values[15] = 1, 5, np.nan
    assert strongest(values, 2) == [3, 11]
