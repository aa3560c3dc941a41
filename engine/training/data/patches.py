"""Patches cut out of photographs at places by chance: for tasks that need no classes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from assets import sample_photographs
from engine.errors import PhotographError, TrainingError, quoted
from engine.image.image_source import open_image
from engine.image.patterns import Pattern
from engine.image.photograph import read_photograph
from engine.layers import Layer
from engine.training.chance import chance
from engine.training.data.examples import CHOOSE, HELD_OUT, TRAIN, Examples, Pixels
from engine.training.data.fitting_input import channels_of, with_channels
from engine.training.data.pictures_in import left_out, picture_files
from engine.training.data.source import Progress, Source

NAME: Final = "patches"
MOST: Final = 2048
"""Patches in all."""
MOST_BYTES: Final = 200_000_000
MANY: Final = 20
"""Photographs of which some can be kept aside whole."""
SHARES: Final = {TRAIN: 0.7, CHOOSE: 0.15, HELD_OUT: 0.15}


def _read(name: str, layer: Layer, seed: int, progress: Progress) -> Examples:
    argument = name.partition(":")[2]
    refused: list[str] = []
    photographs = _photographs(argument, progress, refused)
    channels, (_, height, width) = channels_of(layer), layer.output_shape()
    large = [one for one in photographs if one.shape[0] >= height and one.shape[1] >= width]
    if not large:
        raise TrainingError(f"no photograph of {quoted(name)} is as large as the Input, {width}×{height}")
    count = max(10, min(MOST, MOST_BYTES // (height * width * channels)))
    random = chance(seed, "patches")
    regions, apart = _regions(large, height, width)
    pictures, splits, begin = [], {}, 0
    for split, share in SHARES.items():
        wanted = max(1, round(count * share))
        made = [_patch(regions[split][n % len(regions[split])], height, width, random) for n in range(wanted)]
        pictures += made
        splits[split] = np.arange(begin, begin + wanted)
        begin += wanted
    about = argument or "the bundled photographs"
    overlap = "held-out patches overlap with those learned from: the photograph is too small to part it"
    return Examples(
        name=name,
        kind=f"patches of {Path(about).name if argument else about}",
        pictures=with_channels(np.stack(pictures), channels),
        splits=splits,
        notes=(*left_out(refused), *(() if apart else (overlap,))),
    )


def _photographs(argument: str, progress: Progress, refused: list[str]) -> list[Pixels]:
    """refused: is told the files that are no pictures."""
    if not argument:
        return [read_photograph(path) for path in sample_photographs().values()]
    folder = Path(argument)
    if folder.is_dir():
        paths = picture_files(folder)
        found = []
        for number, path in enumerate(paths):
            progress(number, len(paths))
            try:
                found.append(read_photograph(path))
            except PhotographError:
                refused.append(path.name)
        if not found:
            raise TrainingError(f"{quoted(folder)} holds no pictures that patches could be cut from")
        return found
    try:
        scene = open_image(argument)
    except PhotographError as error:
        raise TrainingError(f"patches: {error}") from None
    if isinstance(scene, Pattern):
        values = scene.values((512, 512))
        return [np.rint(np.repeat(values[..., None], 3, axis=2) * 255).astype(np.uint8)]
    return [scene]


def _regions(photographs: Sequence[Pixels], height: int, width: int) -> tuple[dict[str, list[Pixels]], bool]:
    """What each part is cut from, and whether the parts have nothing in common.

    Of many photographs whole ones are kept aside, every so many. Few of them are unlike each other: a sky at
    night held out says little of faces, so each gives a strip to every part. One that is too small for that
    is learned from; where all are, the last two are kept aside.
    """
    if len(photographs) >= MANY:
        aside = round(1 / SHARES[HELD_OUT])
        held_out, choose = photographs[aside - 1 :: aside], photographs[aside // 2 :: aside]
        kept = {id(photograph) for photograph in (*held_out, *choose)}
        train = [photograph for photograph in photographs if id(photograph) not in kept]
        return {TRAIN: train, CHOOSE: list(choose), HELD_OUT: list(held_out)}, True
    parted: dict[str, list[Pixels]] = {split: [] for split in SHARES}
    for photograph in photographs:
        for split, strip in _strips(photograph, height, width).items():
            parted[split].append(strip)
    if parted[HELD_OUT]:
        return parted, True
    if len(photographs) >= 3:
        return {TRAIN: list(photographs[:-2]), CHOOSE: [photographs[-2]], HELD_OUT: [photographs[-1]]}, True
    return {split: list(photographs) for split in SHARES}, False


def _strips(photograph: Pixels, height: int, width: int) -> dict[str, Pixels]:
    """The parts of one photograph along its longer side; all of it to learn from, where a strip would be too
    narrow for a patch."""
    lies = photograph.shape[1] >= photograph.shape[0]
    along = photograph if lies else photograph.swapaxes(0, 1)
    ends = np.cumsum([round(along.shape[1] * share) for share in SHARES.values()])
    if min(ends[0], *np.diff(ends)) < (width if lies else height):
        return {TRAIN: photograph}
    strips = dict(zip(SHARES, np.split(along[:, : ends[-1]], ends[:-1], axis=1), strict=True))
    return strips if lies else {split: strip.swapaxes(0, 1) for split, strip in strips.items()}


def _patch(photograph: Pixels, height: int, width: int, random: np.random.Generator) -> Pixels:
    top = int(random.integers(photograph.shape[0] - height + 1))
    left = int(random.integers(photograph.shape[1] - width + 1))
    return photograph[top : top + height, left : left + width]


SOURCE: Final = Source(
    name=NAME,
    title="Patches of photographs",
    help="Cut out of the bundled photographs, of one (patches:coffee), or of a folder’s (patches:FOLDER).",
    has_classes=False,
    reads=lambda text: text == NAME or text.startswith(f"{NAME}:"),
    read=_read,
    rank=1,
)
