"""Lists of classes: text, JSON, Keras' own; and as a project file holds them."""

from pathlib import Path

import pytest

from assets import class_lists
from engine.errors import FormatError
from engine.formats.project_json import read, write
from engine.formats.weights.class_names import class_names_from_json, class_names_to_json, read_class_names
from engine.model.project import Project


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("cat\ndog\n", ("cat", "dog")),
        ("n02123045 tabby, tabby cat\r\nn02123159 tiger cat", ("tabby, tabby cat", "tiger cat")),
        ('["cat", "dog"]', ("cat", "dog")),
        ('{"1": ["n02", "dog"], "0": ["n01", "cat"]}', ("cat", "dog")),
        ("\ufeffChat\tnoir\n\nvide", ("Chat noir", "", "vide")),
    ],
)
def test_lists_are_read_in_order(tmp_path: Path, text: str, names: tuple[str, ...]) -> None:
    (tmp_path / "labels").write_text(text, encoding="utf-8")
    assert read_class_names(tmp_path / "labels") == names


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"{", b'{"1": "cat"}', b"[1, 2]", b"[[]]"])
def test_what_is_no_list_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "labels.txt").write_bytes(data)
    with pytest.raises(FormatError, match=r"^labels\.txt "):
        read_class_names(tmp_path / "labels.txt")


@pytest.mark.parametrize("name", class_lists())
def test_a_list_that_comes_with_the_program_is_held_by_its_name(name: str) -> None:
    names = class_lists()[name]
    assert class_names_to_json(names) == name
    assert class_names_from_json(name) == names
    assert b'"classes": "' + name.encode() in write(Project(class_names=names))


def test_a_list_of_ones_own_travels_with_the_project() -> None:
    project = Project(class_names=("cat", "dog"))
    assert read(write(project)) == project
    assert b"classes" not in write(Project())


@pytest.mark.parametrize("value", ["cifar", 3, {"0": "cat"}, ["cat", 3]])
def test_what_is_no_list_in_a_project_is_refused(value: object) -> None:
    with pytest.raises(FormatError, match="classes"):
        class_names_from_json(value)


def test_imagenet_has_a_name_for_each_class() -> None:
    names = class_lists()["imagenet"]
    assert len(names) == 1000
    assert (names[0], names[282], names[285], names[967]) == (
        "tench", "tiger cat", "Egyptian cat", "espresso",
    )  # fmt: skip
