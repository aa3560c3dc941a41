"""Independent programs that read the written figures back, as pictures. Each needs a system package."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

Pixels = np.ndarray
"""(H, W, 3), on white."""


def needs(command: str) -> None:
    """Skip the test where a reader is missing; `make test-figures` installs all of them."""
    if shutil.which(command) is None:
        pytest.skip(f"{command} is not installed")


def run(*command: str, cwd: Path | None = None, data: bytes | None = None) -> bytes:
    """What the program writes to its standard output."""
    done = subprocess.run(command, cwd=cwd, input=data, capture_output=True, check=False, timeout=600)
    assert done.returncode == 0, (done.stderr or done.stdout)[-2000:].decode(errors="replace")
    return done.stdout


def on_white(image: Image.Image) -> Pixels:
    ground = Image.new("RGBA", image.size, "#FFFFFF")
    ground.alpha_composite(image.convert("RGBA"))
    return np.asarray(ground.convert("RGB"))


def read_svg(data: bytes, width: int, height: int) -> Pixels:
    """As librsvg draws it."""
    png = run("rsvg-convert", "--unlimited", "--width", str(width), "--height", str(height), data=data)
    return on_white(Image.open(io.BytesIO(png)))


def read_pdf(path: Path, width: int, height: int = -1) -> Pixels:
    """The only page, as poppler draws it; its own aspect where no height is given."""
    assert pdf_pages(path) == 1
    png = run("pdftoppm", "-png", "-scale-to-x", str(width), "-scale-to-y", str(height), str(path))
    return on_white(Image.open(io.BytesIO(png)))


def pdf_pages(path: Path) -> int:
    return int(re.search(rb"Pages:\s+(\d+)", run("pdfinfo", str(path)))[1])


def pdf_size(path: Path) -> tuple[float, float]:
    """In points."""
    match = re.search(rb"Page size:\s+([\d.]+) x ([\d.]+)", run("pdfinfo", str(path)))
    return float(match[1]), float(match[2])


def fonts_not_embedded(path: Path) -> list[str]:
    lines = run("pdffonts", str(path)).decode().splitlines()[2:]
    # name, type, encoding, emb, sub, uni, object: the third from `uni` is `emb`.
    return [line for line in lines if line.split()[-5] != "yes"]


def compile_tex(path: Path) -> Path:
    """The PDF that pdflatex makes of the file, with nothing else in reach."""
    run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name, cwd=path.parent)
    log = path.with_suffix(".log").read_text(errors="replace")
    assert "Overfull" not in log
    return path.with_suffix(".pdf")


def convert_slides(paths: list[Path], folder: Path) -> list[Path]:
    """The PDFs that LibreOffice makes of the decks, all in one go: it starts slowly."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    run(*command, *map(str, paths))
    return [folder / f"{path.stem}.pdf" for path in paths]


def difference(one: Pixels, other: Pixels, cells: int = 96) -> float:
    """How far two pictures of the same thing are apart: the mean over their cells of the difference of the
    cells' mean colours, in 0…255. Edges that lie half a pixel apart hardly count."""
    size = (cells, max(8, round(cells * one.shape[0] / one.shape[1])))
    small = [
        np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX)).astype(float)
        for picture in (one, other)
    ]
    return float(np.abs(small[0] - small[1]).mean())


def is_alike(found: Pixels, expected: Pixels, *, letters: bool) -> bool:
    """Whether a reader drew what Qt draws: far nearer to it than an empty ground is.

    `letters` says that the typeface may be another one. Full pages of small type are never quite the same.
    """
    ground = np.full_like(expected, np.median(expected, axis=(0, 1)).astype(np.uint8))
    least, share = (4.0, 0.65) if letters else (1.5, 0.5)
    return difference(found, expected) < max(least, share * difference(ground, expected))
