"""The names of ONNX's operators are ONNX's."""

import pytest

from engine.formats.onnx.op import Op


def test_every_name_is_that_of_an_operator_of_onnx() -> None:
    onnx = pytest.importorskip("onnx")
    # BitCast came with operator set 26.
    newer = {"BitCast"} if onnx.defs.onnx_opset_version() < 26 else set()
    assert set(Op) - {schema.name for schema in onnx.defs.get_all_schemas()} - newer == set()


def test_an_operator_is_equal_to_its_name() -> None:
    assert all(operator == operator.name and f"{operator}" == operator.name for operator in Op)
