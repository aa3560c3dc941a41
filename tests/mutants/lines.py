"""Lines that matter, each broken on purpose, and the tests that have to notice.

A line is named by its own text, which stands once in its file. One that moved or changed is reported as
stale: name it again, or another one that does the same.
"""

from typing import Final, NamedTuple


class Mutant(NamedTuple):
    """`line` in `file` becomes `broken`; `tests` are pytest's arguments."""

    file: str
    line: str
    broken: str
    tests: str


MUTANTS: Final = (
    # the seven that survived once
    Mutant(
        "engine/execution/network_signature.py",
        "{node.id} {seed} {inputs}",
        "{node.id} {inputs}",
        "tests/engine/execution/test_executor.py -k seed",
    ),
    Mutant(
        "engine/plan/planner.py", "    check_bounds(plan)\n", "", "tests/engine/plan/test_plan.py -k checked"
    ),
    Mutant(
        "engine/formats/files.py",
        "os.replace(temporary, target)",
        "target.write_bytes(temporary.read_bytes()); temporary.unlink()",
        "tests/engine/formats/test_files.py",
    ),
    Mutant(
        "engine/execution/budget.py",
        "needed = map_bytes + scratch + weights + held",
        "needed = map_bytes + scratch + held",
        "tests/engine/execution/test_budget.py -k weights",
    ),
    Mutant(
        "engine/weights/given.py",
        "unpacker.decompress(data, 4 * prod(shape) + 1)",
        "unpacker.decompress(data)",
        "tests/engine/weights/test_given.py -k unfolds",
    ),
    Mutant(
        "gui/session/compute.py",
        "        if computed.generation == self._generation:\n",
        "        if True:\n",
        "tests/gui/session/test_compute.py",
    ),
    Mutant(
        "engine/layers/base/torch_code.py",
        "    if window.dilation != (1, 1):\n",
        "    if False:\n",
        "tests/engine/layers/test_torch_options.py",
    ),
    # caches
    Mutant(
        "engine/kernels/kept_kernels.py",
        "if content[:start] != _MARK + sha256(payload).digest():",
        "if not content:",
        "tests/engine/kernels/test_kept_kernels.py",
    ),
    Mutant(
        "engine/kernels/kept_kernels.py",
        "            self._writable = False\n",
        "",
        "tests/engine/kernels/test_kept_kernels.py",
    ),
    Mutant(
        "engine/kernels/kept_kernels.py",
        "                os.fsync(file.fileno())\n",
        "",
        "tests/engine/kernels/test_kept_kernels.py",
    ),
    Mutant(
        "engine/kernels/kept_kernels.py",
        "            self._folder.drop(name)\n            return None\n",
        "            raise\n",
        "tests/engine/kernels/test_kept_kernels.py",
    ),
    # pictures
    Mutant(
        "engine/image/image_file.py",
        "formats=FORMATS",
        "formats=None",
        "tests/engine/image/test_image_file.py",
    ),
    Mutant(
        "engine/image/image_file.py",
        "if not stat.S_ISREG(mode):",
        "if False:",
        "tests/engine/image/test_image_file.py --timeout 20",
    ),
    Mutant(
        "engine/image/image_file.py",
        "file.read(MAX_BYTES + 1)",
        "file.read()",
        "tests/engine/image/test_image_file.py -k huge",
    ),
    Mutant(
        "engine/image/image_file.py",
        "return image if factor == 1 else image.reduce(factor)",
        "return image",
        "tests/engine/image/test_image_file.py",
    ),
    Mutant(
        "engine/image/image_file.py",
        "ImageOps.exif_transpose(smaller)",
        "smaller",
        "tests/engine/image/test_photograph.py",
    ),
    Mutant(
        "engine/image/photograph.py",
        "return np.asarray(values * scale + shift, dtype=np.float32)",
        "return np.asarray(values * scale, dtype=np.float32)",
        "tests/engine/image/test_photograph.py",
    ),
    # files of others
    Mutant(
        "engine/formats/weights/array_file.py",
        "if len(content) != size or stream.read(1):",
        "if False:",
        "tests/engine/formats/test_array_file.py",
    ),
    Mutant(
        "engine/formats/weights/array_file.py",
        "or count > MAX_VALUES:",
        "or False:",
        "tests/engine/formats/test_array_file.py",
    ),
    Mutant(
        "engine/formats/weights/array_file.py",
        'endswith("data.pkl")',
        'endswith("nothing")',
        "tests/engine/formats/test_array_file.py",
    ),
    Mutant(
        "engine/formats/project_json.py",
        "if len(nodes) > MAX_NODES:",
        "if False:",
        "tests/engine/formats/test_project_json.py",
    ),
    Mutant(
        "engine/formats/project_json.py",
        "if len(made) < len(pairs):",
        "if False:",
        "tests/engine/formats/test_project_json.py",
    ),
    Mutant(
        "engine/formats/project_json.py",
        "    if version > VERSION:\n",
        "    if False:\n",
        "tests/engine/formats/test_project_json.py",
    ),
    Mutant(
        "engine/formats/__init__.py",
        "return with_every_position(project)",
        "return project",
        "tests/engine/formats/test_project_json.py -k 'least or optional'",
    ),
    Mutant(
        "engine/formats/files.py",
        "            os.fsync(file.fileno())\n",
        "",
        "tests/engine/formats/test_files.py",
    ),
    Mutant(
        "engine/formats/files.py",
        "        temporary.unlink(missing_ok=True)\n        raise\n",
        "        raise\n",
        "tests/engine/formats/test_files.py tests/gui/test_command_line.py",
    ),
    Mutant(
        "engine/weights/given.py",
        'name = quoted(name, quotes="")',
        "name = str(name)",
        "tests/engine/formats/test_project_json.py -k refusal",
    ),
    Mutant(
        "engine/weights/given.py",
        "    if depth == MAX_AXES:\n",
        "    if False:\n",
        "tests/engine/formats/test_project_json.py -k refusal",
    ),
    # memory
    Mutant(
        "engine/execution/budget.py",
        "if sum(sizes.values()) > budget_bytes:",
        "if False:",
        "tests/engine/execution/test_budget.py -k never_fit",
    ),
    Mutant(
        "engine/kernels/fast/container.py",
        "return min(known, default=None)\n\n\ndef allowed_cores",
        "return max(known, default=None)\n\n\ndef allowed_cores",
        "tests/engine/kernels/fast/test_container.py",
    ),
    Mutant(
        "engine/kernels/fast/host.py",
        "math.ceil(quota)",
        "math.floor(quota)",
        "tests/engine/kernels/fast/test_container.py",
    ),
    Mutant(
        "engine/execution/maps.py",
        "            if key not in in_use:\n",
        "            if True:\n",
        "tests/engine/execution/test_memory.py",
    ),
    Mutant(
        "engine/execution/maps.py",
        "self._users.get(index, 0) + len(buffers)",
        "len(buffers)",
        "tests/engine/execution/test_memory.py tests/engine/execution/test_executor.py",
    ),
    # shapes, costs, fields
    Mutant(
        "engine/shapes.py",
        "return total // 2, total - total // 2",
        "return total - total // 2, total // 2",
        "tests/engine/test_shapes.py tests/engine/layers/test_convolution.py",
    ),
    Mutant(
        "engine/shapes.py",
        "return dh * (kh - 1) + 1, dw * (kw - 1) + 1",
        "return dh * kh, dw * (kw - 1) + 1",
        "tests/engine/test_shapes.py tests/engine/layers/test_convolution.py",
    ),
    Mutant(
        "engine/shapes.py",
        "return extent - 1, extent - 1",
        "return extent, extent",
        "tests/engine/test_shapes.py tests/engine/layers/test_convolution.py",
    ),
    Mutant(
        "engine/layers/convolution.py",
        "inputs[0][0] // self.groups, *self.kernel_size",
        "inputs[0][0], *self.kernel_size",
        "tests/engine/layers/test_convolution.py",
    ),
    Mutant(
        "engine/layers/convolution.py",
        "self.groups != 1:",
        "False:",
        "tests/engine/layers/test_convolution.py",
    ),
    Mutant(
        "engine/layers/linear.py",
        "return self.out_features * inputs[0][0]",
        "return self.out_features",
        "tests/engine/layers",
    ),
    Mutant(
        "engine/layers/batch_norm.py",
        'shift = params["bias"] - params["running_mean"] * scale',
        'shift = params["bias"] - params["running_mean"]',
        "tests/engine/layers/test_normalization.py",
    ),
    Mutant(
        "engine/layers/batch_norm.py",
        "        if least < 0:\n",
        "        if False:\n",
        "tests/engine/weights/test_given.py -k variance",
    ),
    Mutant(
        "engine/layers/batch_norm.py",
        "return (affine(dy, scale, shift * 0),)",
        "return (affine(dy, scale, shift),)",
        "tests/engine/layers/test_normalization.py",
    ),
    Mutant(
        "engine/analysis/receptive_field.py",
        "return 0, self.pixels - 1",
        "return 0, self.pixels",
        "tests/engine/analysis",
    ),
    Mutant(
        "engine/analysis/receptive_field.py",
        "return mine.jump == theirs.jump and mine.centre == theirs.centre",
        "return mine.jump == theirs.jump",
        "tests/engine/analysis",
    ),
    Mutant(
        "engine/analysis/receptive_field.py",
        "AxisField(local.strands, max(self.pixels or 0, other.pixels or 0))",
        "AxisField(local.strands, min(self.pixels or 0, other.pixels or 0))",
        "tests/engine/analysis",
    ),
    # networks and plans
    Mutant(
        "engine/model/network.py",
        "if source == target or target in self.ancestors(source):",
        "if source == target:",
        "tests/engine/model",
    ),
    Mutant(
        "engine/model/network.py",
        "inputs = node.inputs[: layer.max_inputs]",
        "inputs = node.inputs",
        "tests/engine/model",
    ),
    Mutant(
        "engine/model/network.py",
        "inputs += [one for one in passed if one not in inputs]",
        "inputs += passed",
        "tests/engine/model",
    ),
    Mutant(
        "engine/plan/fusion.py",
        "if len(readers) != 1 or last in wanted or readers[0] in taken:",
        "if len(readers) != 1 or readers[0] in taken:",
        "tests/engine/plan tests/engine/execution/test_executor.py",
    ),
    Mutant(
        "engine/plan/fusion.py",
        "if not isinstance(form, MatrixForm) or residual is not None:",
        "if not isinstance(form, MatrixForm):",
        "tests/engine/plan tests/engine/execution/test_executor.py",
    ),
    Mutant(
        "engine/execution/packed.py",
        "        if self.packed.is_filled:\n            return\n",
        "",
        "tests/engine/execution",
    ),
    Mutant(
        "engine/weights/random.py",
        "(2.0 / layer.fan_in(*inputs)) ** 0.5",
        "(1.0 / layer.fan_in(*inputs)) ** 0.5",
        "tests/engine/weights/test_random.py",
    ),
    Mutant(
        "engine/weights/random.py", '(f"/{self.seed}" if self.seed else "")', '""', "tests/engine/weights"
    ),
    # the window
    Mutant(
        "gui/session/document.py",
        "        self.undo_stack.resetClean()\n\n    def open",
        "\n\n    def open",
        "tests/gui/session/test_document.py tests/gui/autosave",
    ),
    Mutant(
        "gui/session/document.py",
        "        if after is self.project or after == self.project:\n            return False\n",
        "",
        "tests/gui/session/test_document.py",
    ),
    Mutant(
        "gui/session/selection.py",
        "if node_id in after.network)",
        "if node_id in before.network)",
        "tests/gui/session/test_selection.py",
    ),
    Mutant(
        "gui/session/compute.py",
        "        if generation == self._generation and self._is_busy:\n",
        "        if self._is_busy:\n",
        "tests/gui/session/test_compute.py",
    ),
    Mutant(
        "gui/look/colormaps.py",
        "        made[missing] = NOT_A_NUMBER\n",
        "        pass\n",
        "tests/gui/look/test_colormaps.py",
    ),
    Mutant("gui/autosave/record.py", ", private=True)", ")", "tests/gui/autosave/test_record.py"),
    Mutant(
        "gui/session/layer_mime.py",
        "except (ValueError, OverflowError, RecursionError, EngineError):",
        "except (ValueError, EngineError):",
        "tests/gui/session/test_layer_mime.py",
    ),
    Mutant(
        "gui/commands/run.py",
        "    executor.check(project.network)  # before seconds of compiling\n    warm_up(executor)\n",
        "",
        "tests/gui/test_command_line.py -k times",
    ),
    Mutant(
        "gui/commands/export.py",
        "        _refuse_figure_options(arguments)\n",
        "",
        "tests/gui/test_command_line.py -k export",
    ),
)
