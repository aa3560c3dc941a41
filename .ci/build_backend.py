"""setuptools, building from a copy: source distributions hold all that `make test` needs, and where the
project is published is said by whoever publishes it.

`REPOSITORY=https://…` (a workflow knows its own) becomes the addresses in the metadata, and pictures and
links of the README, which an index shows far from its files, become absolute. Without it nothing is claimed.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setuptools import build_meta
from setuptools.build_meta import build_editable as build_editable
from setuptools.build_meta import get_requires_for_build_editable as get_requires_for_build_editable
from setuptools.build_meta import get_requires_for_build_sdist as get_requires_for_build_sdist
from setuptools.build_meta import get_requires_for_build_wheel as get_requires_for_build_wheel
from setuptools.build_meta import prepare_metadata_for_build_editable as prepare_metadata_for_build_editable

PACKAGES = ("assets", "engine", "gui", "presets")
FOLDERS = (*PACKAGES, "tests", ".ci", ".github")
FILES = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "Makefile",
    "PKG-INFO",
    ".gitignore",
    ".pre-commit-hooks.yaml",
)
MANIFEST = """\
graft tests
graft .ci
graft .github
include Makefile .gitignore .pre-commit-hooks.yaml
global-exclude *.py[cod] __pycache__
"""


def build_wheel(folder: str, settings: dict | None = None, metadata: str | None = None) -> str:
    with prepared(Path(folder)) as target:
        return build_meta.build_wheel(str(target), settings)


def build_sdist(folder: str, settings: dict | None = None) -> str:
    with prepared(Path(folder)) as target:
        Path("MANIFEST.in").write_text(MANIFEST, encoding="utf-8")
        return build_meta.build_sdist(str(target), settings)


def prepare_metadata_for_build_wheel(folder: str, settings: dict | None = None) -> str:
    with prepared(Path(folder)) as target:
        return build_meta.prepare_metadata_for_build_wheel(str(target), settings)


@contextmanager
def prepared(folder: Path) -> Iterator[Path]:
    """Work in a copy of the project; the absolute path of where the result goes."""
    root, target = Path.cwd(), folder.absolute()
    with tempfile.TemporaryDirectory() as place:
        for name in FOLDERS:
            if (root / name).is_dir():
                shutil.copytree(root / name, Path(place) / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            if (root / name).is_file():
                shutil.copy(root / name, place)
        repository = os.environ.get("REPOSITORY", "").rstrip("/")
        if repository:
            for name, change in (("README.md", absolute_links), ("pyproject.toml", with_addresses)):
                path = Path(place) / name
                path.write_text(change(path.read_text(encoding="utf-8"), repository), encoding="utf-8")
        os.chdir(place)
        try:
            yield target
        finally:
            os.chdir(root)


def absolute_links(readme: str, repository: str) -> str:
    """Pictures and files of the repository by their address."""

    def absolute(found: re.Match[str]) -> str:
        opening, target = found[1], found[2]
        kind = "raw" if opening.startswith("!") else "blob"
        return f"{opening}({repository}/{kind}/main/{target})"

    return re.sub(r"(!?\[[^\]]*\])\((?!https?:|#)([^)]+)\)", absolute, readme)


def with_addresses(project: str, repository: str) -> str:
    """The project's table of addresses, before the first table that follows its own."""
    addresses = f"""[project.urls]
Homepage = "{repository}"
Source = "{repository}"
Issues = "{repository}/issues"
Changelog = "{repository}/blob/main/.github/CHANGELOG.md"

"""
    return project.replace(
        "[project.optional-dependencies]", f"{addresses}[project.optional-dependencies]", 1
    )
