"""What PyTorch's two exporters write of the idioms of CNNs, at several opsets: equal, and put together."""

import contextlib
import io
import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.formats.onnx.reader.file.opening import read_model
from tests.peers.onnx_files import verdict

torch = pytest.importorskip("torch")  # there with the peers alone
nn, F = torch.nn, torch.nn.functional

pytestmark = [pytest.mark.peer, pytest.mark.filterwarnings("ignore")]


class Calls(nn.Module):
    """A module that computes by one function of itself and its input."""

    def __init__(self, function: Callable[[Any, torch.Tensor], torch.Tensor], **parts: nn.Module) -> None:
        super().__init__()
        for name, part in parts.items():
            setattr(self, name, part)
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(self, x)


def block(into: int, out: int, kernel: int = 3, stride: int = 1, groups: int = 1) -> nn.Module:
    conv = nn.Conv2d(into, out, kernel, stride, kernel // 2, groups=groups, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out), nn.ReLU())


def shuffled(x: torch.Tensor) -> torch.Tensor:
    n, c, h, w = x.shape
    return x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)


def weighted(self: Any, x: torch.Tensor) -> torch.Tensor:
    gate = self.b(F.relu(self.a(x.mean((2, 3))))).view(x.shape[0], x.shape[1], 1, 1)
    return x * torch.sigmoid(gate).expand_as(x)


def spatial(self: Any, x: torch.Tensor) -> torch.Tensor:
    seen = torch.cat([x.mean(1, keepdim=True), x.max(1, keepdim=True)[0]], 1)
    return x * torch.sigmoid(self.a(seen))


def coordinates(self: Any, x: torch.Tensor) -> torch.Tensor:
    h, w = x.shape[2:]
    both = [F.adaptive_avg_pool2d(x, (h, 1)), F.adaptive_avg_pool2d(x, (1, w)).permute(0, 1, 3, 2)]
    rows, cols = F.hardswish(self.a(torch.cat(both, 2))).split([h, w], 2)
    return x * torch.sigmoid(self.b(rows)) * torch.sigmoid(self.c(cols.permute(0, 1, 3, 2)))


def convnext(self: Any, x: torch.Tensor) -> torch.Tensor:
    y = self.norm(self.a(x).permute(0, 2, 3, 1))
    return x + self.c(F.gelu(self.b(y))).permute(0, 3, 1, 2)


def response(self: Any, x: torch.Tensor) -> torch.Tensor:
    size = x.norm(p=2, dim=(2, 3), keepdim=True)
    return x * (size / (size.mean(1, keepdim=True) + 1e-6)) + x


def pyramid(self: Any, x: torch.Tensor) -> torch.Tensor:
    low = self.b(self.a(x))
    return self.c(self.a(x) + F.interpolate(low, size=self.a(x).shape[-2:], mode="nearest"))


def focus(self: Any, x: torch.Tensor) -> torch.Tensor:
    return self.a(torch.cat([x[..., i::2, j::2] for i in (0, 1) for j in (0, 1)], 1))


def same(self: Any, x: torch.Tensor) -> torch.Tensor:
    return self.a(F.pad(x, [0, 1, 0, 1]))


def dense(self: Any, x: torch.Tensor) -> torch.Tensor:
    return F.log_softmax(self.b(torch.tanh(self.a(F.max_pool2d(x, 4).flatten(1)))), 1)


def standardized(self: Any, x: torch.Tensor) -> torch.Tensor:
    """NFNet's convolution: its kernels have mean 0 and variance 1, by a batch norm of the weights."""
    kernel = self.a.weight
    flat = kernel.reshape(1, len(kernel), -1)
    own = F.batch_norm(flat, None, None, weight=torch.full((len(kernel),), 0.7), training=True)
    return F.conv2d(x, own.reshape_as(kernel), self.a.bias, padding=1)


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "residual": lambda: Calls(lambda s, x: F.relu(s.a(x) + x), a=block(8, 8)),
    "depthwise": lambda: nn.Sequential(block(8, 8, 3, 2, 8), block(8, 12, 1)),
    "weighted": lambda: Calls(weighted, a=nn.Linear(8, 4), b=nn.Linear(4, 8)),
    "spatial": lambda: Calls(spatial, a=nn.Conv2d(2, 1, 7, padding=3)),
    "coordinates": lambda: Calls(
        coordinates, a=nn.Conv2d(8, 4, 1), b=nn.Conv2d(4, 8, 1), c=nn.Conv2d(4, 8, 1)
    ),
    "shuffle": lambda: Calls(lambda s, x: shuffled(torch.cat([s.a(x), x], 1)), a=block(8, 8, 1)),
    "convnext": lambda: Calls(
        convnext, a=nn.Conv2d(8, 8, 7, padding=3, groups=8), norm=nn.LayerNorm(8), b=nn.Linear(8, 16),
        c=nn.Linear(16, 8),
    ),
    "response": lambda: Calls(response),
    "pyramid": lambda: Calls(pyramid, a=block(8, 8, 3, 2), b=block(8, 8, 3, 2), c=nn.Conv2d(8, 8, 3)),
    "focus": lambda: Calls(focus, a=nn.Conv2d(32, 8, 3)),
    "standardized": lambda: Calls(standardized, a=nn.Conv2d(8, 8, 3)),
    "same": lambda: Calls(same, a=nn.Conv2d(8, 8, 3, 2)),
    "dense": lambda: Calls(dense, a=nn.Linear(8 * 16, 20), b=nn.Linear(20, 5)),
    "activations": lambda: nn.Sequential(
        nn.Conv2d(8, 8, 1), nn.SiLU(), nn.Hardswish(), nn.GELU(), nn.GELU("tanh"), nn.Mish(), nn.PReLU(8),
    ),
    "norms": lambda: nn.Sequential(nn.GroupNorm(4, 8), nn.InstanceNorm2d(8, affine=True), nn.Conv2d(8, 8, 3)),
    "sizes": lambda: nn.Sequential(
        nn.Upsample(scale_factor=2, mode="bilinear"), nn.Upsample(size=(13, 21), mode="bicubic"),
        nn.AdaptiveAvgPool2d((1, 7)), nn.PixelShuffle(2), nn.ReflectionPad2d(1),
    ),
    "transposed": lambda: nn.Sequential(
        nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.ConvTranspose2d(8, 3, 3, 2, 1, output_padding=1), nn.Tanh(),
    ),
    "numbers": lambda: Calls(lambda s, x: torch.clamp(x * 0.17 + 2 - x / 3, -1, 4) ** 2),
    "inception": lambda: Calls(
        lambda s, x: torch.cat([s.a(x), s.b(F.avg_pool2d(x, 3, 1, 1)), F.max_pool2d(x, 3, 1, 1)], 1),
        a=nn.Conv2d(8, 4, (1, 7), padding=(0, 3)), b=block(8, 4, 1),
    ),
}  # fmt: skip
EXPORTS = ((False, 11), (False, 13), (False, 17), (True, 18), (True, 20))
"""(whether by torch.export, opset)."""


def exported(network: nn.Module, by_export: bool, opset: int, folder: Path) -> bytes:
    x = torch.rand(1, 8, 16, 16)
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            if by_export:
                program: Any = torch.onnx.export(
                    network, (x,), dynamo=True, opset_version=opset, verbose=False
                )
                program.save(folder / "model.onnx")
                return (folder / "model.onnx").read_bytes()
            file = io.BytesIO()
            torch.onnx.export(network, (x,), file, opset_version=opset, dynamo=False)
            return file.getvalue()
    finally:
        logging.disable(logging.NOTSET)


def drawn(name: str) -> nn.Module:
    torch.manual_seed(0)
    network = NETWORKS[name]().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return network


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_open_fully_and_are_equal(name: str, tmp_path: Path) -> None:
    network = drawn(name)
    for by_export, opset in EXPORTS:
        found = verdict(exported(network, by_export, opset, tmp_path), folder=tmp_path)
        assert found.status == "same", (by_export, opset, found)
        assert not found.foreign, (by_export, opset)


def kinds(name: str, opset: int, tmp_path: Path) -> Iterator[str]:
    project = read_model(exported(drawn(name), False, opset, tmp_path))
    return (node.layer.kind for node in project.network.nodes.values())


@pytest.mark.parametrize("opset", [11, 13, 17])
def test_what_was_written_in_pieces_is_one_layer_again(opset: int, tmp_path: Path) -> None:
    counter = Counter(kinds("activations", opset, tmp_path))
    assert counter["GELU"] == 2
    assert counter["SiLU"] == counter["Hardswish"] == 1
    assert list(kinds("convnext", opset, tmp_path)) == [
        "Input", "DepthwiseConv2d", "LayerNorm", "Conv2d", "GELU", "Conv2d", "Add",
    ]  # fmt: skip
    assert "ChannelShuffle" in kinds("shuffle", opset, tmp_path)
