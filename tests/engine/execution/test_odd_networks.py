"""The fast engine against each layer's own kernel, on networks nobody would draw."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.plan import post_activation
from tests.engine.execution.odd_networks import assert_right, odd_network, run
from tests.engine.small_networks import chain, conv

pytestmark = pytest.mark.timeout(900)
"""Kernels of three widths may have to be compiled, on a machine that does other things: 131 s were seen."""

ROOT = Path(__file__).resolve().parents[3]
OFTEN = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@OFTEN
@given(st.integers(0, 2**32))
def test_every_map_is_right_when_all_are_wanted(seed: int) -> None:
    network = odd_network(random.Random(seed))
    assert_right(network, run(network))


@OFTEN
@given(st.integers(0, 2**32))
def test_fused_maps_are_right(seed: int) -> None:
    network = odd_network(random.Random(seed))
    wanted = post_activation(network)
    found = run(network, wanted=wanted)
    assert set(found) == set(wanted)
    assert_right(network, found)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 16))
def test_thousands_of_networks_are_right(part: int, seed: int, steps: int) -> None:
    """In parts with networks of their own: what is asked for is an amount of work, however long it takes."""
    network = odd_network(random.Random(f"{part} {seed}"), steps)
    assert_right(network, run(network))
    assert_right(network, run(network, wanted=post_activation(network)))


@pytest.mark.parametrize("width", ["4", "8", "16"])
def test_every_vector_width_gives_the_same_maps(width: str) -> None:
    script = "from tests.engine.execution.odd_networks import check_many; check_many(range(40))"
    environment = os.environ | {"ONEBYONE_VECTOR_WIDTH": width}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("kernel", "channels"), [(20, 8), (24, 4), (24, 8), (20, 3)])
def test_a_kernel_as_large_as_few_maps_is_right(kernel: int, channels: int) -> None:
    """As dense layers become; to the plan a kernel row is one pixel of many channels."""
    network = chain(conv(channels, 1), conv(5, kernel, padding="valid"), shape=(3, 24, 24))
    assert_right(network, run(network))
