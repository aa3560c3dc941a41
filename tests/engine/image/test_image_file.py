"""Image files: which decoders are ever started, what is waited for, and what the largest cost."""

import os
import struct
import subprocess
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from engine.errors import PhotographError
from engine.image import image_file
from engine.image.photograph import read_photograph

POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 53 37\n%%EndComments\n{} loop\nshowpage\n%%EOF\n"


def refused(path: Path) -> str:
    with pytest.raises(PhotographError) as caught:
        read_photograph(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 500
    assert "Errno" not in message
    return message


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG file of this size, without a single pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "bmp", "gif", "tif", "ppm", "pgm", "pbm", "avif"])
def test_photographs_come_in_these_formats(ending: str, tmp_path: Path) -> None:
    if ending == "avif" and ("avif" not in features.modules or not features.check("avif")):
        pytest.skip("this Pillow reads no AVIF")
    path = tmp_path / f"photograph.{ending}"
    Image.new("L" if ending == "pgm" else "1" if ending == "pbm" else "RGB", (40, 30), "white").save(path)
    pixels = read_photograph(path)
    assert pixels.shape == (30, 40, 3)
    assert pixels.min() > 250


def test_no_other_decoder_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a file of another of Pillow's formats is called, its plugin is not asked."""
    Image.init()
    others = [name for name in Image.OPEN if name not in (*image_file.FORMATS, "MPO")]
    assert len(others) > 20
    for name in others:
        accept = Image.OPEN[name][1]
        monkeypatch.setitem(
            Image.OPEN, name, (lambda *_, name=name: pytest.fail(f"{name} was asked"), accept)
        )
    picture = Image.new("RGB", (8, 8), "red")
    for name in sorted({"ICO", "PCX", "SGI", "TGA", "DDS", "XBM", "EPS", "JPEG2000"} & set(Image.SAVE)):
        path = tmp_path / "x.png"
        try:
            picture.convert("1" if name == "XBM" else "RGB").save(path, format=name)
        except (OSError, ValueError):
            continue
        assert "x.png is no image that can be read" in refused(path)


def test_postscript_is_never_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a program was started"))
    for name in ("x.png", "x.eps", "x.ps"):
        (tmp_path / name).write_bytes(POSTSCRIPT)
        assert f"{name} is no image that can be read" in refused(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.timeout(20)
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.png")
    assert "x.png' is a pipe or a device" in refused(tmp_path / "x.png")
    assert "is a pipe or a device" in refused(Path("/dev/zero"))


def test_what_is_not_there_and_what_is_a_folder(tmp_path: Path) -> None:
    assert "there is no file" in refused(tmp_path / "nowhere.png")
    assert "is a folder" in refused(tmp_path)
    assert "cannot be read" in refused(Path("a\0b.png"))
    assert refused(tmp_path / ("long" * 100 + ".png"))


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open(tmp_path / "x.png", "wb") as file:
        file.truncate(10**12)  # holes: nothing is written
    monkeypatch.setattr(image_file, "MAX_BYTES", 1_000_000)
    tracemalloc.start()
    assert "x.png has more than 1 MB" in refused(tmp_path / "x.png")
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("size", [(20_000, 20_000), (13_500, 13_500), (2**31 - 1, 1)])
def test_an_image_that_is_too_large_is_refused_by_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    assert size[0] * size[1] > image_file.MAX_DECODED_PIXELS
    (tmp_path / "huge.png").write_bytes(png_header(*size))
    message = refused(tmp_path / "huge.png")
    assert message.startswith("huge.png has ")
    assert message.endswith("million are opened. Scale it down first.")


def halves(width: int, height: int) -> Image.Image:
    """Red at the left, blue at the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste((0, 0, 255), (width // 2, 0, width, height))
    return image


@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp", "gif"])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "CMYK"])
def test_a_large_photograph_is_scaled_down(
    ending: str, mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit that small pictures exceed; what it does with real ones is below."""
    if (mode == "CMYK" and ending not in ("jpg", "tif")) or (mode in ("RGBA", "P") and ending == "jpg"):
        pytest.skip("not in this format")
    monkeypatch.setattr(image_file, "MAX_PIXELS", 10_000)
    path = tmp_path / f"large.{ending}"
    halves(640, 320).convert(mode).save(path)
    pixels = read_photograph(path)
    height, width = pixels.shape[:2]
    assert 2_500 <= height * width <= 10_000
    assert width / height == pytest.approx(2, rel=0.05)
    left, right = pixels[:, : width // 2 - 2].reshape(-1, 3), pixels[:, width // 2 + 2 :].reshape(-1, 3)
    expected = halves(2, 1).convert(mode).convert("RGB")
    for half, pixel in ((left, (0, 0)), (right, (1, 0))):
        assert np.abs(half.astype(int) - expected.getpixel(pixel)).max() < 24


def test_a_photograph_at_the_limit_keeps_its_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_file, "MAX_PIXELS", 64 * 32)
    halves(64, 32).save(tmp_path / "a.png")
    assert read_photograph(tmp_path / "a.png").shape == (32, 64, 3)


@pytest.mark.slow
def test_a_jpeg_of_200_million_pixels_is_opened(tmp_path: Path) -> None:
    """As some telephones make them; above Pillow's own limit."""
    path = tmp_path / "large.jpg"
    halves(16_320, 12_240).save(path)
    pixels = read_photograph(path)
    assert pixels.shape == (6120, 8160, 3)
    assert pixels[100, 100, 0] > 250


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heic_says_what_to_do(brand: bytes, tmp_path: Path) -> None:
    box = b"ftyp" + brand + b"\0\0\0\0" + b"mif1" + b"heic"
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(struct.pack(">I", len(box) + 4) + box + b"\0\0\0\x08meta" + bytes(100))
    message = refused(path)
    assert "HEIC" in message
    assert "JPEG" in message


@pytest.mark.parametrize("error", [NotImplementedError, KeyError, RuntimeError, MemoryError, TypeError])
def test_whatever_a_decoder_raises_is_one_line(
    error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise error("x" * 10_000 + "\n")

    Image.new("RGB", (8, 8)).save(tmp_path / "x.png")
    monkeypatch.setattr(image_file, "_on_white", stumble)
    assert refused(tmp_path / "x.png").startswith("x.png ")
