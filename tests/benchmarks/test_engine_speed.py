"""What the engine promises of its speed, as ratios within one run wherever that is possible."""

import math
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from engine.execution.executor import Executor
from engine.model.network import Network
from engine.plan import post_activation
from gui.bench.measure import alternated, peak_gflops
from gui.commands.networks import find_network, find_photograph
from tests.engine.execution.odd_networks import PHOTOGRAPH, make, node

pytestmark = pytest.mark.benchmark

ROOT = Path(__file__).resolve().parents[2]
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_kept: dict[int, tuple[Network, frozenset[str]]] = {}


def kept(network: Network) -> frozenset[str]:
    """Every map after an activation; found once a network."""
    return _kept.setdefault(id(network), (network, post_activation(network)))[1]


def full_run(executor: Executor, network: Network, seed: int = 0, photograph: object = PHOTOGRAPH) -> float:
    """Milliseconds of a run that computes every map after an activation."""
    executor.forget()
    return run(executor, network, seed, photograph)


def run(executor: Executor, network: Network, seed: int = 0, photograph: object = PHOTOGRAPH) -> float:
    wanted = kept(network)
    began = time.perf_counter()
    for _ in executor.run(network, photograph, seed=seed, wanted=wanted):
        pass
    return (time.perf_counter() - began) * 1e3


def single(channels: int, size: int, kernel: int, depth: int = 10) -> Network:
    """So many equal convolutions, one after the other: a run is long enough to be measured."""
    nodes = [node("input", make("Input", shape=(channels, size, size)))]
    for index in range(depth):
        layer = make("Conv2d", out_channels=channels, kernel_size=(kernel, kernel))
        nodes.append(node(f"conv{index}", layer, f"conv{index - 1}" if index else "input"))
    return Network(nodes)


def speed_and_peak(channels: int, size: int, kernel: int) -> tuple[float, float]:
    """GFLOP/s in terms of the direct algorithm, and of multiply–adds in registers; best of each."""
    network = single(channels, size, kernel)
    executor = Executor()
    peak, best = 0.0, math.inf
    for _ in range(4):
        peak = max(peak, peak_gflops(THREADS))
        times = alternated({"run": lambda: full_run(executor, network)}, rounds=12, enough_s=0.5)["run"]
        best = min(best, *times)
    flops = 2 * 10 * channels * channels * kernel * kernel * size * size
    return flops / best / 1e6, peak


@pytest.mark.parametrize(("channels", "size"), [(64, 56), (128, 28), (256, 14)])
def test_3x3_convolutions_are_fast_beyond_direct_arithmetic(channels: int, size: int) -> None:
    """500 GFLOP/s on two cores with AVX-512, or 2.2 times the machine's own peak."""
    speed, peak = speed_and_peak(channels, size, 3)
    assert speed >= min(250 * THREADS, 2.2 * peak)


@pytest.mark.parametrize(("channels", "size"), [(256, 56), (512, 28), (256, 28)])
def test_1x1_convolutions_come_close_to_the_peak(channels: int, size: int) -> None:
    speed, peak = speed_and_peak(channels, size, 1)
    assert speed >= 0.75 * peak


def test_an_edit_at_conv5_1_of_vgg16_shows_new_maps_after_an_eighth_of_a_full_run() -> None:
    """The edited layer first; the dense layers below wait for 0.5 GB of weights from memory."""
    named = find_network("vgg16")
    network = named.project.network
    _, photograph = find_photograph(named, None)
    layer = network.nodes["conv5_1"].layer
    edited = network.replace_layer("conv5_1", layer.replace(out_channels=496))
    executor = Executor()
    own = []
    for _ in range(9):
        whole = full_run(executor, network, photograph=photograph)
        began = time.perf_counter()
        for result in executor.run(edited, photograph, wanted=kept(edited)):
            elapsed = (time.perf_counter() - began) * 1e3
            if result.node_id == "relu5_1":
                own.append(elapsed / whole)
    assert median(own[2:]) <= 0.12


def test_a_run_is_cancelled_within_10_ms() -> None:
    network = single(64, 500, 3, depth=8)
    executor = Executor()
    full_run(executor, network)
    waited = []
    for turn in range(15):
        ended: list[float] = []

        def work(into: list[float] = ended) -> None:
            full_run(executor, network)
            into.append(time.perf_counter())

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.02 + 0.007 * turn)
        asked = time.perf_counter()
        executor.cancel()
        thread.join()
        waited.append((ended[0] - asked) * 1e3)
    assert median(waited) <= 10


def _burn(cores: set[int]) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)
    while True:
        math.factorial(500)


@pytest.fixture
def hog() -> Iterator[object]:
    """Begins, when called, to keep one core busy."""
    context = multiprocessing.get_context("spawn")
    core = {min(os.sched_getaffinity(0))} if hasattr(os, "sched_getaffinity") else {0}
    process = context.Process(target=_burn, args=(core,), daemon=True)
    yield process.start
    process.kill()
    process.join()


def test_a_busy_core_slows_a_run_by_2_5_at_most(hog: object) -> None:
    named = find_network("resnet50")
    network = named.project.network
    _, photograph = find_photograph(named, None)
    executor = Executor()
    idle = median(full_run(executor, network, photograph=photograph) for _ in range(15))
    hog()
    time.sleep(1.0)
    busy = median(full_run(executor, network, photograph=photograph) for _ in range(25))
    assert busy <= 2.5 * idle


WARM_UP = """
import time
began = time.perf_counter()
from engine.execution.executor import Executor
Executor().warm_up(lambda done, total: None)
print(time.perf_counter() - began)
"""


def warm_up_s(cache: Path) -> float:
    environment = os.environ | {"ONEBYONE_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", WARM_UP], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def test_kernels_compile_within_8_s_and_load_within_500_ms(tmp_path: Path) -> None:
    assert warm_up_s(tmp_path) <= 8
    assert median(warm_up_s(tmp_path) for _ in range(3)) <= 0.5
