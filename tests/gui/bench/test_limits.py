"""Who is limited to which instructions is said, and who is not."""

from engine.kernels.fast.host import Host
from gui.bench.limits import limits, limits_text

HERE = Host(width=8, registers=16, x86=True)


def test_without_limits_the_vectors_are_told() -> None:
    assert limits({"HOME": "/", "ONEDNN_MAX_CPU_ISA": ""}) == {}
    assert limits_text({}, HERE) == "8 floats a vector, 16 vector registers"


def test_onnxruntime_is_never_limited_and_whoever_else_is_not_is_named() -> None:
    both = limits({"ONEDNN_MAX_CPU_ISA": "AVX2", "ONEBYONE_VECTOR_WIDTH": "8"})
    text = limits_text(both, HERE)
    assert "ONEBYONE_VECTOR_WIDTH=8, ONEDNN_MAX_CPU_ISA=AVX2" in text
    assert "onnxruntime cannot be limited" in text
    assert "nor" not in text
    assert "nor are PyTorch's and OpenVINO's" in limits_text({"ONEBYONE_VECTOR_WIDTH": "8"}, HERE)
    assert "nor is the engine" in limits_text({"ONEDNN_MAX_CPU_ISA": "AVX2"}, HERE)
