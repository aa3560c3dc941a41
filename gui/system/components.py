"""What the program is made of: each distribution that is shipped or needed, with its version and licence."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

from engine.version import VERSION

DISTRIBUTION: Final = "onebyone"
NEEDED: Final = (
    "PySide6_Essentials", "shiboken6", "pyqtgraph", "numpy", "numba", "llvmlite", "Pillow", "fonttools",
    "python-pptx", "lxml", "XlsxWriter", "platformdirs", "shtab",
)  # fmt: skip
"""Where the program's own metadata are not there to ask: run from its source."""


OPTIONAL: Final = ("onnx", "protobuf", "ml_dtypes")
"""What comes with an extra, and with bundles; listed where it is there."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """A distribution as it names itself."""

    name: str
    version: str
    licence: str


_BUNDLED: Final = (
    Component(name="Inter", version="3.19", licence="OFL-1.1"),
    Component(name="DejaVu Sans", version="2.37", licence="Bitstream Vera and public domain"),
    Component(name="Lucide icons", version="", licence="ISC"),
)
"""Files that come along in `assets`, with their credits beside them; photographs and weights have theirs."""


def components() -> tuple[Component, ...]:
    """The program, Python, and what runs it, the program first; others by name."""
    from PySide6.QtCore import qVersion

    python = ".".join(map(str, sys.version_info[:3]))
    found = [_described(name) for name in sorted(_needed(), key=str.lower)]
    return (
        Component(name="OneByOne", version=VERSION, licence="MIT"),
        Component(name="Python", version=python, licence="PSF-2.0"),
        Component(name="Qt", version=qVersion(), licence="LGPL-3.0-only"),
        *(component for component in found if component is not None),
        *_BUNDLED,
    )


def _needed() -> set[str]:
    """Of the program, and of what it needs, on this machine and without extras."""
    seen: dict[str, str] = {}
    waiting = [DISTRIBUTION]
    while waiting:
        for name in _requirements(waiting.pop()):
            key = _canonical(name)
            if key not in seen:
                seen[key] = name
                waiting.append(name)
    return (set(seen.values()) or set(NEEDED)) | set(OPTIONAL)


def _requirements(name: str) -> Iterator[str]:
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for text in texts:
        requirement, _, marker = text.partition(";")
        # Extras are optional, and what another system needs is not here: then it is not described either.
        if "extra" not in marker:
            yield re.split(r"[\s<>=!~\[(]", requirement.strip(), maxsplit=1)[0]


def _described(name: str) -> Component | None:
    try:
        about: Any = metadata.metadata(name)  # an email.message.Message, of which types tell less
    except metadata.PackageNotFoundError:
        return None
    found = about.get("License-Expression") or about.get("License") or ""
    classifiers = [
        text.rpartition(" :: ")[2]
        for text in about.get_all("Classifier") or []
        if text.startswith("License :: ") and text != "License :: OSI Approved"
    ]
    if not found or len(found) > 120 or "\n" in found:  # some put the whole text there
        found = ", ".join(classifiers) or "see its own files"
    return Component(name=about["Name"], version=about["Version"], licence=found)


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
