"""What a preset says about itself, and the project it builds when it is first asked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from assets import trained_record
from engine.model.project import Project
from engine.shapes import Shape
from presets.builder import Builder
from presets.training import Training

GROUPS: Final = ("Classics", "Inception", "Residual", "Mobile", "Dense prediction", "Lessons")
"""Headings of the menu, in order."""

FIRST_PHOTOGRAPH: Final = "astronaut"
"""Name of the bundled photograph a preset opens on, unless it says another."""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """Where an architecture comes from."""

    authors: str
    title: str
    year: int
    venue: str = ""

    @property
    def text(self) -> str:
        """`Simonyan & Zisserman, "Very deep …", ICLR 2015`."""
        return f"{self.authors}, “{self.title}”, {f'{self.venue} ' if self.venue else ''}{self.year}"


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A well-known network: what it is, where it comes from, and what its published numbers are."""

    name: str
    """As on the command line; the name of its file."""
    title: str
    group: str
    """One of `GROUPS`."""
    rank: int = 0
    """Place in the group, for those that are met in an order of their own."""
    paper: Paper
    input_shape: Shape
    build: Callable[[Builder], None]
    """Writes the layers after the Input."""
    image: str = FIRST_PHOTOGRAPH
    """What it opens on: a bundled photograph, or a test pattern."""
    training: Training | None = None
    """Where its weights come from, if they were trained; they are drawn otherwise."""
    variant: str = ""
    """Which of several public definitions this is."""
    description: str = ""
    published_parameters: int | None = None
    parameters_source: str = ""
    published_macs: int | None = None
    macs_unit: int = 1
    """What the published MACs are rounded to."""
    macs_source: str = ""

    @property
    def order(self) -> tuple[int, int, tuple[str | int, ...]]:
        """Key that sorts a menu: by rank, by year, then by title with numbers as numbers."""
        parts = re.split(r"(\d+)", self.title)
        return self.rank, self.paper.year, tuple(int(part) if part.isdigit() else part for part in parts)

    @property
    def trained_on(self) -> str:
        """The data that its weights were learned from; empty where they are drawn."""
        return "" if self.training is None else trained_record(self.training.weights)["data"]

    @cached_property
    def project(self) -> Project:
        """The network, laid out, with a photograph to look at; built on first use."""
        net = Builder(self.input_shape)
        self.build(net)
        project = net.project(title=self.title, notes=self.description, image=self.image)
        return project if self.training is None else self.training.applied(project)
