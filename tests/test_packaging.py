"""The wheel holds everything, works from any folder, and is made from pinned packages."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from email import message_from_string
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PySide6.QtCore import QObject

from engine.version import VERSION

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "presets", "assets", "gui")
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]

FIND_ASSETS = """
import assets
from pathlib import Path
from typing import Any
print(Path(assets.__file__).parent, len(assets.font_paths()), len(assets.sample_photographs()))
print(assets.icon_path("onebyone").stat().st_size > 0, assets.credit("chelsea"))
"""


def run(*command: str | Path, **options: Any) -> str:
    """What the command prints; its complaint in the assertion when it fails."""
    # Away from this checkout: what is found was installed.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a wheel is built from, so that building leaves no traces; its path holds a space."""
    copy = tmp_path_factory.mktemp("a folder") / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (path for path in ROOT.iterdir() if path.name in {"pyproject.toml", "LICENSE", "README.md"}):
        shutil.copy(file, copy)
    shutil.copytree(ROOT / ".ci", copy / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    return copy


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    """The wheel, built by the setuptools that is installed here."""
    folder = source.parent / "wheel"
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, source)
    (built,) = folder.glob("onebyone-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The commands of an environment that holds the wheel and borrows from here what it depends on."""
    environment = wheel.parent.parent / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    run(*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel)
    paths = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    # A folder named in a .pth file is searched last, and .pth files in it are not read: the editable
    # installation of this checkout stays out of sight.
    (Path(paths.strip()) / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return environment / "bin"


def test_the_wheel_holds_every_file_of_the_packages(source: Path, wheel: Path) -> None:
    files = {
        path.relative_to(source).as_posix()
        for package in PACKAGES
        for path in (source / package).rglob("*")
        if path.is_file()
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == files


def test_fonts_photographs_and_icons_are_found_where_they_were_installed(
    installed: Path, tmp_path: Path
) -> None:
    found = run(installed / "python", "-c", FIND_ASSETS, cwd=tmp_path)
    folder, rest = found.split("assets ", 1)
    assert Path(folder).is_relative_to(installed.parent)
    assert rest.startswith("5 8\nTrue Chelsea the cat")


def test_the_command_works_from_any_folder(installed: Path, tmp_path: Path) -> None:
    assert "inception_3a" in run(installed / "onebyone", "presets", cwd=tmp_path)
    assert "deep-stack" in run(installed / "onebyone", "lessons", cwd=tmp_path), "a lesson that is text"


@pytest.mark.slow
def test_an_empty_environment_takes_the_program_in(source: Path, tmp_path: Path) -> None:
    """Everything is fetched anew, as by someone who has only Python."""
    venv.create(tmp_path / "environment", with_pip=True)
    commands = tmp_path / "environment" / "bin"
    run(commands / "python", "-m", "pip", "install", "--quiet", "--constraint", CONSTRAINTS, source)
    assert "inception_3a" in run(commands / "onebyone", "presets", cwd=tmp_path)
    assert "5 8" in run(commands / "python", "-c", FIND_ASSETS, cwd=tmp_path)


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked, made for a place where the project is published."""
    folder = tmp_path_factory.mktemp("sdist")
    script = "import sys; sys.path.insert(0, '.ci'); from build_backend import *; build_sdist(sys.argv[1])"
    environment = {**os.environ, "REPOSITORY": "https://example.org/one"}
    done = subprocess.run(
        [sys.executable, "-c", script, folder], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (archive,) = folder.glob("*.tar.gz")
    shutil.unpack_archive(archive, folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def test_the_source_distribution_holds_what_its_tests_need(sdist: Path) -> None:
    def files(root: Path) -> set[str]:
        folders = (*PACKAGES, "tests", ".ci", ".github")
        found = (path for folder in folders for path in (root / folder).rglob("*"))
        single = (root / name for name in ("Makefile", "README.md", "LICENSE", "pyproject.toml"))
        return {
            path.relative_to(root).as_posix()
            for path in (*found, *single)
            if path.is_file() and "__pycache__" not in path.parts and ".hypothesis" not in path.parts
        }

    assert files(sdist) == files(ROOT)
    is_unpacked = (
        ROOT / "PKG-INFO"
    ).exists()  # these tests run from a source distribution too, which has both
    assert (ROOT / "MANIFEST.in").exists() == is_unpacked


def test_where_it_is_published_stands_in_metadata_and_readme(sdist: Path) -> None:
    about = message_from_string((sdist / "PKG-INFO").read_text(encoding="utf-8"))
    assert about["Version"] == VERSION
    lines = (line.partition(", ") for line in about.get_all("Project-URL") or ())
    urls = {name: link for name, _, link in lines}
    assert urls["Source"] == "https://example.org/one"
    assert {"Homepage", "Issues", "Changelog"} <= urls.keys()
    assert about["Keywords"]
    readme = (sdist / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(((?!https://pre-commit)[^)]+)\)", readme)
    assert len(targets) >= 5
    for target in targets:
        kind, _, file = target.removeprefix("https://example.org/one/").partition("/main/")
        assert kind in ("raw", "blob"), target
        assert (ROOT / file).is_file(), target


def pins() -> dict[str, str]:
    """Distribution → exact version, as the constraints have it."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def test_constraints_are_exact_versions_without_an_address() -> None:
    for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.]+|", line), line
        assert not re.search(r"://|--|\bfile:|/simple", line), line


def required(name: str, extras: frozenset[str], seen: set[str]) -> Iterator[str]:
    """The distributions that `name` needs on this machine, directly or through others."""
    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        wanted = requirement.marker is None or any(
            requirement.marker.evaluate({"extra": extra}) for extra in extras | {""}
        )
        other = canonicalize_name(requirement.name)
        if wanted and other not in seen:
            seen.add(other)
            yield other
            yield from required(other, frozenset(requirement.extras), seen)


def test_everything_that_is_installed_for_the_project_is_pinned() -> None:
    names = set(required("onebyone", frozenset({"dev"}), set()))
    assert {"numpy", "llvmlite", "shiboken6", "pytest", "setuptools"} <= names
    installed = {name: metadata.version(name) for name in names}
    assert installed == {name: pins().get(name) for name in names}


@pytest.mark.peer
def test_the_peers_are_pinned_too() -> None:
    names = set(required("onebyone", frozenset({"peers"}), set()))
    assert {"torch", "onnx", "onnxruntime"} <= names
    # torch tells by a local version, 2.13.0+cpu, what it was built for.
    installed = {name: metadata.version(name).split("+")[0] for name in names}
    assert installed == {name: pins().get(name) for name in names}


def test_qt_keeps_its_references_to_none() -> None:
    """PySide6 6.12.0 on Python 3.11 drops one in each call that returns nothing, and aborts in the end."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(2000):
        thing.setObjectName("name")
    assert sys.getrefcount(None) > before - 1000
