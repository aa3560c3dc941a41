"""Who may import whom, and what stands where: the design's table, held against every file."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from engine.layers import layer_kinds

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "presets", "assets", "gui")

ORDER = (
    ("assets",),
    (
        "engine.errors",
        "engine.shapes",
        "engine.formula",
        "engine.own_process",
        "engine.version",
        "engine.folders",
    ),
    ("engine.image", "engine.kernels"),
    ("engine.layers",),
    ("engine.weights",),
    ("engine.model",),
    ("engine.fixes", "engine.plan"),
    ("engine.execution",),
    ("engine.fitting",),
    ("engine.analysis",),
    ("engine.attribution", "engine.derivation", "engine.layout"),
    ("engine.visualisation",),
    ("engine.edits",),
    ("engine.formats",),
    ("engine.training", "engine.survey"),
    ("engine.notebook", "engine.__main__"),
    ("presets",),
    ("gui.words", "gui.look"),
    ("gui.system",),
    ("gui.session",),
    ("gui.widgets",),
    (
        "gui.canvas",
        "gui.panels",
        "gui.figures",
        "gui.value_inspector",
        "gui.receptive_view",
        "gui.attribution_view",
        "gui.training",
        "gui.lessons",
        "gui.weights_panel",
        "gui.channel_page",
    ),
    ("gui.bench", "gui.report"),
    ("gui.commands",),
    ("gui.autosave", "gui.figure_dialog", "gui.welcome", "gui.comparing", "gui.help"),
    ("gui.window",),
    ("gui.app", "gui.command_line"),
    ("gui.__main__",),
)
"""A module imports from its own line and from those above it. A new part is given its place here."""

TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "Makefile", *PACKAGES, "tests"}
MADE_BY_BUILDING = {"build", "dist", "onebyone.egg-info", "MANIFEST.in", "PKG-INFO", "setup.cfg"}
"""The last three stand in a source distribution."""
QT = ("PySide6", "shiboken6", "pyqtgraph")


@dataclass(frozen=True, kw_only=True)
class Import:
    importer: str
    imported: str
    line: int
    when_run: bool
    """False for what only type checkers read, under `if TYPE_CHECKING:`."""

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def modules() -> dict[str, Path]:
    """Every module of the program: dotted name → file."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
TREES = {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in MODULES.items()}


def imports_in(module: str, tree: ast.Module, package: str) -> Iterator[Import]:
    """What a module in `package` imports, wherever in it the statement stands."""

    def names_in(node: ast.Import | ast.ImportFrom) -> list[str]:
        if isinstance(node, ast.Import):
            return [alias.name for alias in node.names]
        above = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
        origin = ".".join([*above, *([node.module] if node.module else [])])
        # `from a import b` takes the module a.b where there is one, and else a thing out of a.
        inner = [f"{origin}.{alias.name}" for alias in node.names]
        return [name if name in MODULES else origin for name in inner]

    def visit(node: ast.AST, when_run: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in names_in(node):
                yield Import(importer=module, imported=name, line=node.lineno, when_run=when_run)
        if isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            for statement in node.body:
                yield from visit(statement, False)
            for statement in node.orelse:
                yield from visit(statement, when_run)
        else:
            for child in ast.iter_child_nodes(node):
                yield from visit(child, when_run)

    yield from visit(tree, True)


def imports_of(module: str) -> Iterator[Import]:
    """What the file of a module imports."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return imports_in(module, TREES[module], package)


IMPORTS = [found for module in MODULES for found in imports_of(module)]


def within(module: str, *parts: str) -> bool:
    """Whether the module is one of the `parts` or lies in one."""
    return any(module == part or module.startswith(part + ".") for part in parts)


def place(module: str) -> int | None:
    """The line of `ORDER` that the module belongs to."""
    return next((line for line, parts in enumerate(ORDER) if within(module, *parts)), None)


def broken(found: list[Import]) -> str:
    return "\n".join(dict.fromkeys(map(str, found)))


def test_the_walk_sees_imports_wherever_they_stand() -> None:
    source = """
import os.path
from typing import TYPE_CHECKING
from . import errors, __doc__
from ..gui import no_module
if TYPE_CHECKING:
    from engine.layers.base.layer import Layer
else:
    import json
class A:
    def f(self):
        with open(g) as h: from numba import njit
"""
    found = list(imports_in("engine.a", ast.parse(source), "engine"))
    assert [(one.imported, one.line, one.when_run) for one in found] == [
        ("os.path", 2, True),
        ("typing", 3, True),
        ("engine.errors", 4, True),
        ("engine", 4, True),
        ("gui", 5, True),
        ("engine.layers.base.layer", 7, False),
        ("json", 9, True),
        ("numba", 12, True),
    ]


def test_every_module_has_its_place_in_the_order() -> None:
    strangers = [name for name in MODULES if name not in PACKAGES and place(name) is None]
    assert not strangers, f"give {', '.join(strangers)} a place in ORDER"


def test_nothing_imports_from_a_line_below_its_own() -> None:
    upwards = []
    for found in IMPORTS:
        importer, imported = place(found.importer), place(found.imported)
        if importer is not None and imported is not None and importer < imported:
            upwards.append(found)
    assert not upwards, broken(upwards)


def test_no_circle_of_imports() -> None:
    graph: dict[str, set[str]] = {module: set() for module in MODULES}
    for found in IMPORTS:
        if found.when_run and found.imported in MODULES:
            graph[found.importer].add(found.imported)
    done: set[str] = set()

    def walk(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " → ".join([*path[path.index(module) :], module])
        if module not in done:
            for imported in sorted(graph[module]):
                walk(imported, (*path, module))
            done.add(module)

    for module in graph:
        walk(module, ())


def test_panels_never_import_each_other() -> None:
    def panel(module: str) -> str | None:
        return ".".join(module.split(".")[:3]) if module.startswith("gui.panels.") else None

    pairs = [
        found
        for found in IMPORTS
        if panel(found.importer) and panel(found.imported) and panel(found.importer) != panel(found.imported)
    ]
    assert not pairs, broken(pairs)


CATALOGUES = {
    "engine/layers", "gui/commands", "gui/figures/styles", "gui/figures/writers", "presets/blocks",
    "presets/lessons", "presets/networks",
}  # fmt: skip
"""Folders of things of one kind, a file each, found by being there: they grow as they like."""

ROOM: Final = 14
"""Most files of any other folder: more are not taken in at a glance."""

LONGEST: Final = 400
"""Lines of a file that can be read in one sitting."""


def test_no_room_is_crowded() -> None:
    rooms = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in MODULES.values() if path.stem != "__init__"
    )
    crowded = {room: count for room, count in rooms.items() if count > ROOM and room not in CATALOGUES}
    assert not crowded


def test_no_file_is_too_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_nobody_but_the_program_knows_the_main_window() -> None:
    users = {one.importer for one in IMPORTS if one.imported == "gui.window.main_window"}
    assert users == {"gui.app"}


def test_qt_is_known_to_the_window_alone_and_to_one_file_of_the_figures() -> None:
    wrong = [
        found
        for found in IMPORTS
        if within(found.imported, *QT)
        and (not within(found.importer, "gui") or within(found.importer, "gui.figures"))
        and found.importer != "gui.figures.rendering.painter"
    ]
    assert not wrong, broken(wrong)


def test_assets_need_the_standard_library_alone() -> None:
    wrong = [
        found
        for found in IMPORTS
        if within(found.importer, "assets") and found.imported.split(".")[0] not in sys.stdlib_module_names
    ]
    assert not wrong, broken(wrong)


@cache
def import_afresh(*names: str, blocked: tuple[str, ...] = ()) -> frozenset[str]:
    """Import modules in a fresh process without the `blocked` ones; the names of all that came with them."""
    script = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({blocked!r}))\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(*(name for name, module in sys.modules.items() if module))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return frozenset(done.stdout.split())


def test_engine_and_presets_work_without_qt() -> None:
    names = [name for name in MODULES if within(name, "engine", "presets", "assets")]
    assert set(names) <= import_afresh(*names, blocked=QT)


def test_numba_waits_until_something_is_computed() -> None:
    names = [
        name
        for name in MODULES
        if within(name, "engine", "presets", "assets") and not within(name, "engine.kernels")
    ]
    loaded = import_afresh(*names)
    assert "numba" not in loaded
    assert "llvmlite" not in loaded


def test_the_window_is_up_before_numba() -> None:
    names = [name for name in MODULES if within(name, "gui")]
    assert "numba" not in import_afresh(*names)


def test_the_window_is_up_before_anything_that_writes_figures() -> None:
    loaded = import_afresh("gui.window.main_window", "gui.app", "gui.command_line")
    late = {"gui.figures.figure", "gui.figures.styles", "gui.figures.writers", "gui.figure_dialog.dialog"}
    assert loaded & late == set()


def test_the_window_is_up_before_what_stands_behind_its_front_tabs() -> None:
    loaded = import_afresh("gui.window.main_window", "gui.app", "gui.command_line")
    late = [
        f"gui.panels.{name}" for name in ("arithmetic", "history", "lessons", "outline", "trade_off", "train")
    ]
    assert [
        name
        for name in loaded
        if within(name, *late, "gui.window.lessons", "gui.lessons", "gui.training", "gui.value_inspector")
    ] == []


def test_the_top_level_holds_what_it_is_meant_to() -> None:
    others = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert others - TOP_LEVEL - MADE_BY_BUILDING == set()


def test_the_package_of_the_window_holds_a_docstring_and_nothing_else() -> None:
    tree = ast.parse((ROOT / "gui" / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_the_face_of_the_engine_costs_nothing_until_it_is_used() -> None:
    assert {name for name in import_afresh("engine") if within(name, "engine", "numpy")} == {"engine"}


CAPTIONS: Final = frozenset({
    ("engine/formats/pytorch/classes.py", "Reshape"),
    ("engine/kernels/fast/emit/micro_kernel.py", "Function"),
    ("engine/weights/smoothing.py", "Identity"),
    ("gui/commands/run.py", "Maximum"),
    ("gui/commands/run.py", "Mean"),
    ("gui/commands/run.py", "Minimum"),
    ("gui/canvas/menus.py", "Add"),
    ("gui/canvas/menus.py", "Linear"),
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
"""Words on the screen, and other names, that happen to be spelled like a kind."""


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for module, path in MODULES.items():
        if within(module, "engine", "gui") and not within(module, "engine.layers"):
            yield str(path.relative_to(ROOT)), TREES[module]


def _texts(node: ast.AST) -> Iterator[str]:
    """What a literal says, put together from pieces too."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for left in _texts(node.left):
            yield from (left + right for right in _texts(node.right))


def test_no_kind_is_spelled_out_outside_of_the_layers() -> None:
    """Of the format ONNX neither. Its operators have ONNX's own names, some of them spelled like kinds: they
    are members of `Op` (`Op.Softmax`), which is compared with what a file says, never with a layer's kind."""
    kinds = set(layer_kinds())
    spelled = [
        f"{name}:{node.lineno}: {text}"
        for name, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.BinOp)
        for text in _texts(node)
        if text in kinds and (name, text) not in CAPTIONS
    ]
    assert not spelled, "ask the layer instead (see engine.layers.base.layer.Layer):\n" + "\n".join(spelled)


def _is_kind_of_a_layer(node: ast.AST) -> bool:
    """`layer.kind`, `node.layer.kind`."""
    if not isinstance(node, ast.Attribute) or node.attr != "kind":
        return False
    owner = node.value
    return (isinstance(owner, ast.Name) and owner.id.endswith("layer")) or (
        isinstance(owner, ast.Attribute) and owner.attr == "layer"
    )


def _decisions_by_kind(tree: ast.AST) -> Iterator[ast.expr]:
    """Where something depends on which kind a layer is of: compared with a name, looked up, taken apart."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                sides = [node.left, *node.comparators]
                if any(map(_is_kind_of_a_layer, sides)) and not all(map(_is_kind_of_a_layer, sides)):
                    yield node
            case ast.Subscript(slice=key) if _is_kind_of_a_layer(key):
                yield node
            case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]) if _is_kind_of_a_layer(key):
                yield node
            case ast.Call(func=ast.Attribute(value=text, attr=("startswith" | "endswith"))) if (
                _is_kind_of_a_layer(text)
            ):
                yield node
            case ast.Match(subject=subject) if _is_kind_of_a_layer(subject):
                yield subject


def test_nothing_outside_of_the_layers_depends_on_a_kind() -> None:
    """However it is written: a constant that holds the name, a table by kind, the beginning of the name."""
    wrong = [
        f"{name}:{node.lineno}: {ast.unparse(node)}"
        for name, tree in _sources()
        for node in _decisions_by_kind(tree)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_search_for_kinds_sees_through_other_ways_to_write_them() -> None:
    for source in (
        "layer.kind == CONV", "TABLE[node.layer.kind]", "TABLE.get(layer.kind, 3)", "layer.kind in KINDS",
        "layer.kind.startswith('Conv')", "Op.Add == node.layer.kind",
    ):  # fmt: skip
        assert list(_decisions_by_kind(ast.parse(source))), source
    assert not list(_decisions_by_kind(ast.parse("a.layer.kind == b.layer.kind")))
    assert list(_texts(ast.parse("'Conv' + '2' + 'd'", mode="eval").body)) == ["Conv2d"]


def test_no_constant_of_the_layers_holds_the_name_of_a_kind() -> None:
    kinds = set(layer_kinds())
    held = [
        f"{module}:{node.lineno}"
        for module, tree in TREES.items()
        if within(module, "engine.layers")
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        if kinds & set(_texts(node.value))
    ]
    assert not held


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
    assert not asked, "\n".join(asked)


CALLED_BY_LIBRARIES = {"generic_resolve", "load_overload", "save_overload"}
"""Methods that numba calls by their names."""


def test_everything_that_is_defined_is_used() -> None:
    """By the program or at least by a test: what nobody names is dead."""
    named = Counter(
        word
        for folder in (*PACKAGES, "tests")
        for path in (ROOT / folder).rglob("*.py")
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    )
    defined = []
    for module, tree in TREES.items():
        for node in tree.body:
            inner = node.body if isinstance(node, ast.ClassDef) else []
            for thing in (node, *inner):
                if isinstance(thing, ast.FunctionDef | ast.ClassDef) and not thing.decorator_list:
                    defined.append((thing.name, module))
    dead = [
        f"{module}.{name}"
        for name, module in defined
        if named[name] == 1 and "_" in name and not name.startswith("__") and name not in CALLED_BY_LIBRARIES
    ]
    assert not dead
