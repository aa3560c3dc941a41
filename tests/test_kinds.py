"""Only `engine.layers` and the presets know kinds by name: everything else asks the layer."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.layers import layer_kinds

ROOT = Path(__file__).resolve().parent.parent
AT_HOME: Final = ROOT / "engine" / "layers"

CAPTIONS: Final = frozenset({
    ("engine/weights/smoothing.py", "Identity"),
    ("gui/canvas/menus.py", "Add"),
    ("gui/weights_panel/kernel_editor.py", "Identity"),
    ("gui/weights_panel/kernel_editor.py", "Input"),
    ("gui/figures/flow/single_file.py", "Softmax"),
    ("gui/figures/styles/feature_maps.py", "Input"),
    ("gui/figures/styles/flow.py", "Input"),
    ("gui/figures/tints.py", "Input"),
    ("gui/figures/tints.py", "Softmax"),
    ("gui/value_inspector/compose.py", "Input"),
    ("gui/value_inspector/matrix.py", "Input"),
})  # fmt: skip
"""Words on the screen that happen to be spelled like a kind."""

LEFT: Final = 117
"""How many are still to go; only ever less."""
ASKED: Final = 14


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for package in ("engine", "gui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not path.is_relative_to(AT_HOME):
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def test_no_kind_is_spelled_out_outside_of_the_layers() -> None:
    kinds = set(layer_kinds())
    found = Counter[str]()
    for name, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node.value in kinds and (name, node.value) not in CAPTIONS:
                found[name] += 1
    assert found.total() <= LEFT, found.most_common()


def test_nothing_outside_of_the_layers_asks_for_a_class_of_layer() -> None:
    """`isinstance(layer, Conv2d)` is a kind by name too."""
    kinds = set(layer_kinds())
    asked = []
    for name, tree in _sources():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "isinstance"
            ):
                named = {part.id for part in ast.walk(node.args[1]) if isinstance(part, ast.Name)}
                asked += [f"{name}:{node.lineno}: {kind}" for kind in sorted(named & kinds)]
    assert len(asked) <= ASKED, "\n".join(asked)
