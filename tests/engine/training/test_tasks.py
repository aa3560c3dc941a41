"""Each task learns what it is about, says what does not fit, and data is read as people would expect."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.errors import TrainingError
from engine.formats import write_project
from engine.image.photograph import fill_input, read_photograph
from engine.layers.input import Input
from engine.model.project import Project
from engine.training.data import open_data, sources
from engine.training.data.augmentation import augmentations, augmented
from engine.training.data.examples import CHOOSE, HELD_OUT, SPLITS, TRAIN
from engine.training.data.fitting_input import as_inputs
from engine.training.runs import Plan, examples_of, trainer_of
from engine.training.settings import Settings
from engine.training.tasks import tasks
from engine.training.tasks.linear_floor import linear_floor
from tests.engine.training.small_trainings import chain


def plan(
    task: str, data: str = "patches:coffee", options: dict[str, str] | None = None, **settings: Any
) -> Plan:
    chosen = Settings(**{"batch": 32, "steps": 60, "learning_rate": 0.02, **settings})
    return Plan(task=task, data=data, settings=chosen, options=options or {})


def conv(name: str, channels: int, kernel: int, **more: Any) -> tuple[str, dict[str, Any]]:
    return name, {"kind": "Conv2d", "out_channels": channels, "kernel_size": [kernel, kernel], **more}


def test_a_single_1x1_learns_grey() -> None:
    grey = plan("imitate", options={"teacher": "grey"}, steps=500, learning_rate=0.3)
    run = trainer_of(chain(conv("mix", 1, 1), channels=3), grey)
    run.run()
    weight = run.parameters.of("mix")["weight"].ravel()
    np.testing.assert_allclose(weight, [0.299, 0.587, 0.114], atol=0.001)
    score = run.score(HELD_OUT)
    assert score.accuracy is None
    assert score.psnr is not None
    assert score.psnr > 40


def test_a_3x3_learns_sobel_and_a_pupil_of_another_network_its_maps(tmp_path: Path) -> None:
    pupil = chain(conv("edges", 2, 3, bias=False))
    sobel = trainer_of(pupil, plan("imitate", steps=500, learning_rate=0.3))
    sobel.run()
    found = sobel.parameters.of("edges")["weight"][0, 0]
    np.testing.assert_allclose(found / found[1, 2], [[-0.5, 0, 0.5], [-1, 0, 1], [-0.5, 0, 0.5]], atol=0.25)
    file = tmp_path / "teacher.onebyone"
    write_project(file, Project(network=sobel.trained()))
    again = trainer_of(pupil, plan("imitate", options={"teacher": str(file)}, start="present"))
    again.parameters.values[:] = sobel.parameters.values
    assert again.score(HELD_OUT).loss < 1e-10


@pytest.mark.parametrize(
    ("task", "layers", "channels"),
    [
        ("reconstruct", (conv("down", 4, 2, stride=[2, 2], padding="valid"),), 1),
        ("denoise", (conv("smooth", 3, 3),), 3),
        ("colourise", (conv("paint", 3, 3),), 1),
    ],
)
def test_tasks_on_images_get_better(task: str, layers: tuple[Any, ...], channels: int) -> None:
    network = chain(*layers, channels=channels)
    if task == "reconstruct":
        network = chain(*layers, ("up", {"kind": "PixelShuffle", "upscale_factor": 2}), channels=1)
    run = trainer_of(network, plan(task))
    before = run.score(CHOOSE).loss
    run.run()
    assert run.score(CHOOSE).loss < 0.5 * before


@pytest.mark.parametrize(
    ("task", "channels", "layers", "options", "message"),
    [
        ("reconstruct", 1, (conv("a", 2, 3),), {}, "has to end in maps of 1×8×8, but it ends in 2×8×8"),
        ("denoise", 3, (conv("a", 3, 3, padding="valid"),), {}, "3×8×8, but it ends in 3×6×6"),
        ("denoise", 1, (conv("a", 1, 3),), {"sigma": "much"}, "sigma='much' is no number"),
        ("colourise", 1, (conv("a", 1, 3),), {}, "has to end in maps of 3×8×8"),
        ("imitate", 1, (conv("a", 1, 3),), {"teacher": "picasso"}, "no teacher is called 'picasso'"),
        ("imitate", 1, (conv("a", 1, 3),), {"teacher": "grey"}, "three channels"),
        ("imitate", 1, (conv("a", 1, 3),), {"teacher": "no.onebyone"}, "the teacher 'no.onebyone'"),
        ("imitate", 3, (conv("a", 2, 1),), {"teacher": "grey"}, "as many channels"),
        ("imitate", 1, (("flat", {"kind": "Flatten"}),), {}, "has to end in maps"),
        ("classify", 1, (conv("a", 1, 3),), {}, "have no classes"),
    ],
)
def test_what_does_not_fit_a_task_is_said(
    task: str, channels: int, layers: tuple[Any, ...], options: dict[str, str], message: str
) -> None:
    with pytest.raises(TrainingError, match=message):
        trainer_of(chain(*layers, channels=channels), plan(task, options=options))


def test_every_task_says_what_it_is_about() -> None:
    assert list(tasks()) == ["classify", "imitate", "reconstruct", "denoise", "colourise"]
    for task in tasks().values():
        assert task.about.endswith(".")
        assert task.data in sources()


def test_digits_are_what_the_input_would_show_of_them() -> None:
    for layer in (
        Input(shape=(1, 32, 32), resize="fit", resize_to=28, polarity="light_on_dark"),
        Input(shape=(1, 28, 28)),
        Input(shape=(3, 28, 28), normalization="imagenet", channel_order="bgr"),
    ):
        digits = open_data("digits", layer)
        assert [digits.count(split) for split in SPLITS] == [8000, 1000, 1000]
        assert digits.splits[HELD_OUT].tolist() == list(range(9000, 10000))
        raw = open_data("digits", Input(shape=(1, 28, 28))).pictures[:3]
        made = as_inputs(digits.pictures[:3].astype(np.float32) / 255, layer)
        for picture, values in zip(raw, made, strict=True):
            shown = fill_input(np.repeat(picture, 3, axis=2), layer.shape, layer.preprocessing)
            np.testing.assert_allclose(values, shown[0], atol=2e-6)


def pictures(folder: Path, count: int, brightness: int) -> None:
    folder.mkdir(parents=True)
    random = np.random.default_rng(brightness)
    for number in range(count):
        size = (9 + number, 12)
        values = random.integers(brightness, brightness + 40, (*size, 3), np.uint8)
        Image.fromarray(values).save(folder / f"{number + 1}.png")


def test_a_folder_of_folders_becomes_classes(tmp_path: Path) -> None:
    for number, name in enumerate(["10 late", "2 early"]):
        pictures(tmp_path / "data" / name, 10, 30 + 150 * number)
    (tmp_path / "data" / "2 early" / "broken.png").write_text("no picture")
    (tmp_path / "data" / ".hidden").mkdir()
    (tmp_path / "data" / "empty").mkdir()
    told: list[tuple[int, int]] = []
    layer = Input(shape=(1, 8, 8))
    examples = open_data(
        str(tmp_path / "data"), layer, progress=lambda done, total: told.append((done, total))
    )
    assert examples.classes == ("2 early", "10 late"), "as people count"
    assert examples.pictures.shape == (20, 8, 8, 1)
    assert told[-1] == (21, 21)
    assert any("broken.png" in note for note in examples.notes)
    assert any("empty" in note for note in examples.notes)
    assert examples.labels is not None
    for split in SPLITS:
        assert set(examples.labels[examples.splits[split]].tolist()) == {0, 1}
    everything = np.concatenate([examples.splits[split] for split in SPLITS])
    assert sorted(everything.tolist()) == list(range(20)), "each picture in one part"
    network = chain(("pool", {"kind": "GlobalAvgPool2d"}), conv("head", 2, 1))
    run = trainer_of(network, plan("classify", str(tmp_path / "data"), steps=150, batch=8, learning_rate=0.1))
    run.run()
    assert run.score(HELD_OUT).accuracy == 1.0


def test_folders_without_classes_are_told_what_is_missing(tmp_path: Path) -> None:
    layer = Input(shape=(1, 8, 8))
    with pytest.raises(TrainingError, match="holds no classes"):
        open_data(str(tmp_path), layer)
    pictures(tmp_path / "one" / "cats", 5, 30)
    with pytest.raises(TrainingError, match="of one class"):
        open_data(str(tmp_path / "one"), layer)
    pictures(tmp_path / "one" / "dogs", 2, 130)
    with pytest.raises(TrainingError, match=r"'dogs' of .* has fewer than 3 pictures"):
        open_data(str(tmp_path / "one"), layer)
    for name in ("5.png", "6.png"):
        (tmp_path / "one" / "dogs" / name).write_bytes(b"nothing")
    with pytest.raises(TrainingError, match=r"fewer than 3 .* no pictures: dogs/5.png, dogs/6.png\)$"):
        open_data(str(tmp_path / "one"), layer)


def test_patches_of_one_photograph_have_nothing_in_common_with_those_held_out(tmp_path: Path) -> None:
    values = np.zeros((40, 100, 3), np.uint8)
    values[:, :, 0] = np.arange(100)
    Image.fromarray(values).save(tmp_path / "ramp.png")
    examples = open_data(f"patches:{tmp_path / 'ramp.png'}", Input(shape=(3, 8, 8)))
    columns = [set(examples.pictures[examples.splits[split]][..., 0].ravel().tolist()) for split in SPLITS]
    assert not columns[0] & columns[1]
    assert not columns[0] & columns[2]
    assert examples.notes == ()
    wide = open_data(f"patches:{tmp_path / 'ramp.png'}", Input(shape=(3, 30, 30)))
    assert "overlap" in wide.notes[0]
    with pytest.raises(TrainingError, match="as large as the Input"):
        open_data(f"patches:{tmp_path / 'ramp.png'}", Input(shape=(3, 50, 50)))
    for wrong in ("patches:nothing", f"patches:{tmp_path / 'none.png'}"):
        with pytest.raises(TrainingError, match="patches: "):
            open_data(wrong, Input(shape=(3, 8, 8)))


def grey_values(folder: Path, count: int, size: tuple[int, int]) -> Path:
    """Photographs of so many rows and columns, each of one grey value along its longer side's halves."""
    folder.mkdir()
    for number in range(count):
        values = np.full((*size, 3), number, np.uint8)
        values[..., 1] = np.indices(size)[int(size[1] >= size[0])]
        Image.fromarray(values).save(folder / f"{number}.png")
    return folder


@pytest.mark.parametrize("size", [(20, 100), (100, 20)])
def test_of_few_photographs_each_is_in_every_part_and_no_place_is_in_two(
    size: tuple[int, int], tmp_path: Path
) -> None:
    folder = grey_values(tmp_path / "few", 5, size)
    examples = open_data(f"patches:{folder}", Input(shape=(3, 8, 8)))
    parts = [examples.pictures[examples.splits[split]] for split in SPLITS]
    assert [set(part[..., 0].ravel().tolist()) for part in parts] == [set(range(5))] * 3
    places = [set(part[..., 1].ravel().tolist()) for part in parts]
    assert not places[0] & places[1]
    assert not places[0] & places[2]
    assert not places[1] & places[2]


def test_of_many_photographs_whole_ones_are_kept_aside(tmp_path: Path) -> None:
    folder = grey_values(tmp_path / "many", 30, (20, 100))
    examples = open_data(f"patches:{folder}", Input(shape=(3, 8, 8)))
    parts = [set(examples.pictures[examples.splits[split]][..., 0].ravel().tolist()) for split in SPLITS]
    assert [len(part) for part in parts] == [22, 4, 4]
    assert set.union(*parts) == set(range(30))


def test_photographs_too_small_to_be_parted_are_learned_from_beside_others(tmp_path: Path) -> None:
    folder = grey_values(tmp_path / "mixed", 2, (20, 100))
    Image.fromarray(np.full((20, 20, 3), 99, np.uint8)).save(folder / "small.png")
    parts = open_data(f"patches:{folder}", Input(shape=(3, 8, 8)))
    held_out = parts.pictures[parts.splits[HELD_OUT]]
    assert 99 in parts.pictures[parts.splits[TRAIN]]
    assert 99 not in held_out[..., 0]
    assert parts.notes == ()


def test_what_is_no_picture_in_a_folder_of_photographs_is_named(tmp_path: Path) -> None:
    folder = grey_values(tmp_path / "some", 2, (20, 100))
    (folder / "broken.png").write_bytes(b"nothing")
    examples = open_data(f"patches:{folder}", Input(shape=(3, 8, 8)))
    assert examples.notes == ("left out, for they are no pictures: broken.png",)


@pytest.mark.parametrize("name", augmentations())
def test_each_augmentation_changes_pictures_by_chance_and_again_alike(name: str) -> None:
    photograph = read_photograph(Path(__file__).parents[3] / "assets" / "images" / "coffee.png")
    pictures = np.repeat(photograph[None, 100:140, 200:230].astype(np.float32) / 255, 5, axis=0)
    made = [augmented(pictures, [name], np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert made[0].shape == pictures.shape
    np.testing.assert_array_equal(made[0], made[1])
    assert (made[0] != made[2]).any()
    assert made[0].min() >= 0
    assert made[0].max() <= 1
    assert np.abs(made[0] - pictures).mean() < 0.35


def test_none_of_them_leaves_pictures_as_they_are() -> None:
    pictures = np.random.default_rng(0).random((2, 6, 5, 3), np.float32)
    assert augmented(pictures, [], np.random.default_rng(0)) is pictures


def test_examples_are_read_as_the_task_needs_them() -> None:
    network = chain(conv("paint", 3, 3))
    assert examples_of(network, "colourise", "patches:coffee").pictures.shape[3] == 3
    assert examples_of(network, "denoise", "patches:coffee").pictures.shape[3] == 1
    assert examples_of(network, "denoise", "patches:coffee").count(TRAIN) == 1434


def test_principal_components_stand_beside_an_autoencoder() -> None:
    down = conv("down", 1, 2, stride=[2, 2], padding="valid")
    network = chain(down, conv("more", 4, 1), ("up", {"kind": "PixelShuffle", "upscale_factor": 2}))
    examples = examples_of(network, "reconstruct", "patches:coffee")
    floor = linear_floor(network, "up", examples)
    assert (floor.node_id, floor.values) == ("down", 16)
    held_out = examples.pictures[examples.splits[HELD_OUT]].reshape(-1, 64) / 255
    train = examples.pictures[examples.splits[TRAIN]].reshape(-1, 64) / 255
    _, _, rows = np.linalg.svd(train - train.mean(0), full_matrices=False)
    lost = held_out - train.mean(0)
    lost = lost - lost @ rows[:16].T @ rows[:16]
    assert floor.psnr == pytest.approx(-10 * np.log10(np.square(lost).mean()), abs=0.01)
    wide = chain(conv("same", 1, 1))
    assert linear_floor(wide, "same", examples).psnr is None
