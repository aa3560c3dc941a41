"""What travels with the program is whole, named and credited."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image

import assets


def test_every_photograph_opens_and_is_credited() -> None:
    photographs = assets.sample_photographs()
    assert list(photographs) == [
        "astronaut", "brick", "chelsea", "coffee", "grass", "gravel", "hubble_deep_field", "rocket",
    ]  # fmt: skip
    for name, path in photographs.items():
        with Image.open(path) as image:
            image.load()
            assert min(image.size) >= 224, name
        assert re.search(r"CC0|public domain", assets.credit(name)), name


def test_a_credit_names_subject_and_source() -> None:
    assert assets.credit("astronaut") == "Portrait of Eileen Collins. NASA, public domain"


def test_an_unknown_photograph_has_no_credit() -> None:
    with pytest.raises(KeyError, match="mona_lisa"):
        assets.credit("mona_lisa")


def test_the_table_of_credits_names_each_photograph_and_no_other() -> None:
    table = (Path(assets.__file__).parent / "images" / "CREDITS.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| (\w+\.(?:png|jpg)) ", table, flags=re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in assets.sample_photographs().values())


def test_icons_are_drawings_on_a_square() -> None:
    icons = sorted(assets.icon_path("onebyone").parent.glob("*.svg"))
    assert len(icons) > 60
    for path in icons:
        root = ElementTree.parse(path).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg", path.name
        assert root.get("width") == root.get("height"), path.name
        assert len(root) > 0, path.name


def test_lucide_icons_take_the_colour_they_are_given() -> None:
    for path in assets.icon_path("onebyone").parent.glob("*.svg"):
        if path.stem != "onebyone":
            assert 'stroke="currentColor"' in path.read_text(encoding="utf-8"), path.name


def test_an_unknown_icon_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="'no_such_icon'"):
        assets.icon_path("no_such_icon")


def test_fonts_are_font_files() -> None:
    names = [path.name for path in assets.font_paths()]
    assert names == [
        "DejaVuSans-Bold.ttf",
        "DejaVuSans.ttf",
        "Inter-Medium.otf",
        "Inter-Regular.otf",
        "Inter-SemiBold.otf",
    ]
    for path in assets.font_paths():
        signature = path.read_bytes()[:4]
        assert signature == (b"OTTO" if path.suffix == ".otf" else b"\x00\x01\x00\x00"), path.name


@pytest.mark.parametrize(
    "licence",
    ["fonts/LICENSE-Inter.txt", "fonts/LICENSE-DejaVu.txt", "icons/LICENSE-Lucide.txt", "images/CREDITS.md"],
)
def test_licences_lie_beside_what_they_cover(licence: str) -> None:
    text = (Path(assets.__file__).parent / licence).read_text(encoding="utf-8")
    assert re.search(r"[Cc]opyright|redistribute", text)


@pytest.mark.parametrize("folder", ["weights", "data"])
def test_weights_digits_and_class_names_are_credited(folder: str) -> None:
    place = Path(assets.__file__).parent / folder
    table = (place / "CREDITS.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| ([\w.*/]+) \|", table, flags=re.MULTILINE)) - {"file"}
    told = {path for pattern in named for path in place.glob(pattern)}
    files = {path for path in place.rglob("*") if path.is_file() and path.suffix not in {".md", ".toml"}}
    assert told == files
    for line in table.splitlines():
        if line.startswith("| ") and "digits.txt" not in line and not line.startswith("| file"):
            assert re.search(r"MIT|Apache|BSD|CC BY-SA", line), line
