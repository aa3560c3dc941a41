"""A few figures as they are meant to look, byte for byte, and how long big ones take."""

import time

import pytest

import presets
from engine.analysis.analyze import analyze
from gui.figures.style import Options
from gui.figures.styles import STYLES
from gui.figures.writer import Finish
from gui.figures.writers import WRITERS
from gui.look.theme import PALETTES
from tests.gui.figures.golden import check_golden


@pytest.mark.parametrize(
    ("style", "network", "theme", "options"),
    [
        ("slabs", "lenet5", "light", Options(legend=True)),
        ("column", "inception_3a", "dark", Options()),
        ("lenet", "lenet5", "dark", Options(max_maps=5)),
        ("blocks", "lenet5", "light", Options()),
        ("arithmetic", "inception_3a", "light", Options(layer="1x1", at=(3, 1, 1), max_maps=3)),
        ("configuration", "vgg16", "light", Options(transparent=True)),
    ],
)
def test_the_figure_is_what_it_was(style: str, network: str, theme: str, options: Options) -> None:
    project = presets.load(network).project
    drawing = STYLES[style].draw(project, analyze(project.network), None, PALETTES[theme], options)
    write = WRITERS["svg"].write
    assert write is not None
    data = write(drawing, Finish())
    assert data == write(
        STYLES[style].draw(project, analyze(project.network), None, PALETTES[theme], options), Finish()
    )
    check_golden(f"style_{style}_{theme}.svg", data)


@pytest.mark.parametrize("style", ["column", "flow"])
@pytest.mark.parametrize("network", ["googlenet", "resnet50", "densenet121"])
def test_big_networks_are_drawn_at_once(style: str, network: str) -> None:
    project = presets.load(network).project
    analysis = analyze(project.network)
    started = time.process_time()
    STYLES[style].draw(project, analysis, None, PALETTES["light"], Options())
    assert time.process_time() - started < 2
