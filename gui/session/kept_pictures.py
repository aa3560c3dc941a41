"""Pictures that lie nowhere yet, as files that a project can refer to."""

from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from engine.errors import FormatError
from engine.formats.files import write_bytes


def kept_picture(image: QImage, folder: Path, origin: str = "pasted") -> Path:
    """The picture as a PNG file in `folder`, named by its `origin`; the same picture is the same file.

    `FormatError` says why it cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if image.isNull() or not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # the stub wants bytes
        raise FormatError(f"the picture ({origin}) cannot be read")
    data = bytes(buffer.data().data())
    path = folder / f"{origin}-{sha256(data).hexdigest()[:12]}.png"
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FormatError(f"{folder} cannot be made: {error.strerror}") from None
        write_bytes(path, data)
    return path
