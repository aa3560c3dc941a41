"""What a survey found, as arrays by name: the content of `survey.npz`, and what windows and pages show."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from engine.analysis.analyze import Analysis, analyze
from engine.model.network import Network
from engine.survey.part import NAMED, Part
from engine.survey.similarity import cka
from engine.survey.spectrum import alike_channels, channel_spectrum
from engine.survey.survey import names_of
from engine.survey.surveyed import Surveyed
from engine.survey.tally import NOBODY, Tally

Array = npt.NDArray[Any]

KEYS: Final = {
    "about": "JSON: network, photographs, seed, version of these keys",
    "layers": "(L,) node ids, in topological order; LAYER below stands for one of them",
    "files": "(F,) the photographs that `top_file` counts, paths in the folder",
    "skipped": f"(S, 2) files that are no pictures, and why: the first {NAMED:,}; `about` has how many",
    "mean/LAYER": "(C,) over all places of all photographs; so `variance/`, `minimum/`, `maximum/`",
    "dead/LAYER": "(C,) whether the channel had one and the same value everywhere",
    "not_finite/LAYER": "(C,) values that are no numbers, and take no part in anything",
    "histogram/LAYER": "(C, 128) counts in equal bins from −limit to limit",
    "histogram_limit/LAYER": "(C,) a power of 2 above every |value|; 0 where all are 0",
    "top_value/LAYER": "(C, K) falling: the largest value of a photograph, of the K that have the largest",
    "top_file/LAYER": "(C, K) indices into `files`; −1 where there are fewer photographs",
    "top_place/LAYER": "(C, K, 2) row and column in the map, the first of equals",
    "top_box/LAYER": "(C, K, 4) top, left, bottom, right of its receptive field in pixels of the Input, ends"
    " included, padding too",
    "spectrum/LAYER": "(C,) falling: eigenvalues of the channels' covariance over all places",
    "effective_rank/LAYER": "exp of the entropy of their shares (Roy & Vetterli 2007)",
    "needed_99/LAYER": "the fewest principal axes with 99 % of the variance",
    "alike/LAYER": "(P, 2) pairs of channels with |correlation| ≥ 0.95, and `correlation/LAYER` (P,)",
    "cka": "(L, L) linear CKA without bias, batches of 32 photographs; zeros below 4 photographs",
    "cka_floor": "(L, L) the largest |CKA| in 8 shuffles of the photographs: what chance does",
    "against/…": "with --against: the other network's `layers`, and `cka`, `cka_floor` (L, L2) between both",
}
"""Every name in `survey.npz`, and what stands there."""

VERSION: Final = 2


def outcome_arrays(
    part: Part,
    folder: Path,
    networks: Sequence[tuple[str, Network, Surveyed]],
    seeds: Sequence[int],
) -> dict[str, Array]:
    """The same arrays for the same part, to the byte; `networks` are names with what was surveyed of them."""
    wanted = {
        int(index)
        for node_id in networks[0][2].layers
        for index in np.unique(part.tallies[f"0/{node_id}"].top_file)
        if index != NOBODY
    }
    names = names_of(folder, wanted)
    order = {index: place for place, index in enumerate(sorted(names))}
    name, network, surveyed = networks[0]
    about = {
        "version": VERSION,
        "network": name,
        "against": networks[1][0] if len(networks) > 1 else None,
        "seed": seeds[0],
        "photographs": part.opened,
        "skipped": part.skipped_count,
        "cka_photographs": part.compared,
    }
    made: dict[str, Array] = {
        "about": np.array(json.dumps(about, ensure_ascii=False)),
        "layers": _words(surveyed.layers),
        "files": _words([names[index] for index in sorted(names)]),
        "skipped": _words([word for pair in part.skipped for word in pair]).reshape(-1, 2),
    }
    analysis = analyze(network)
    for node_id in surveyed.layers:
        found = layer_arrays(part.tallies[f"0/{node_id}"], order, analysis, node_id, surveyed.shapes[node_id])
        made |= {f"{quantity}/{node_id}": values for quantity, values in found.items()}
    counts = [len(each.layers) for _, _, each in networks]
    mine = slice(0, counts[0])
    made["cka"], made["cka_floor"] = _between(part, mine, mine)
    if len(networks) > 1:
        other = slice(counts[0], counts[0] + counts[1])
        made["against/layers"] = _words(networks[1][2].layers)
        made["against/cka"], made["against/cka_floor"] = _between(part, mine, other)
    return made


def layer_arrays(
    tally: Tally,
    order: Mapping[int, int],
    analysis: Analysis,
    node_id: str,
    shape: Sequence[int],
) -> dict[str, Array]:
    """Of one layer. order: the place of each file of the listing among the named ones."""
    width = shape[2] if len(shape) == 3 else 1
    rows, columns = np.divmod(tally.top_place, width)
    files = np.vectorize(lambda index: order.get(int(index), NOBODY), otypes=[np.int32])(tally.top_file)
    nobody = files == NOBODY
    return statistics_arrays(tally) | {
        "top_value": np.where(nobody, np.float32(0), tally.top_value),
        "top_file": files,
        "top_place": np.where(nobody[..., None], 0, np.stack([rows, columns], axis=-1)).astype(np.int32),
        "top_box": _boxes(analysis, node_id, rows, columns, nobody),
    }


def statistics_arrays(tally: Tally) -> dict[str, Array]:
    """Of one layer, but for its patches."""
    seen = tally.values > 0
    is_zero = ~seen | ((tally.low == 0) & (tally.high == 0))
    made: dict[str, Array] = {
        "mean": tally.mean,
        "variance": tally.variance,
        "minimum": np.where(seen, tally.low, 0).astype(np.float32),
        "maximum": np.where(seen, tally.high, 0).astype(np.float32),
        "dead": tally.low >= tally.high,
        "not_finite": tally.strange,
        "histogram": tally.counts,
        "histogram_limit": np.where(is_zero, 0.0, np.exp2(tally.exponents.astype(float))),
    }
    covariance = tally.covariance
    if len(covariance):
        spectrum = channel_spectrum(covariance)
        pairs, correlation = alike_channels(covariance)
        made |= {
            "spectrum": spectrum.variances,
            "effective_rank": np.array(spectrum.effective_rank),
            "needed_99": np.array(spectrum.needed()),
            "alike": pairs,
            "correlation": correlation,
        }
    return made


def _boxes(analysis: Analysis, node_id: str, rows: Array, columns: Array, nobody: Array) -> Array:
    """(C, K, 4)."""
    field = analysis.layers[node_id].receptive_field
    made = np.zeros((*rows.shape, 4), np.int32)
    if field is None:
        return made
    for at, (axis, places) in enumerate(zip(field.axes, (rows, columns), strict=True)):
        for place in np.unique(places):
            first, last = axis.span(int(place)) or (0, 0)
            made[places == place, at], made[places == place, at + 2] = first, last
    made[nobody] = 0
    return made


def _between(part: Part, first: slice, second: slice) -> tuple[Array, Array]:
    """(CKA, floor) between two sets of layers."""
    alone = np.diag(part.hsic)
    found = cka(part.hsic[first, second], alone[first], alone[second])
    chance = [cka(draw[first, second], alone[first], alone[second]) for draw in part.shuffled]
    return found, np.max(np.abs(chance), axis=0)


def _words(words: Sequence[str]) -> Array:
    """As numpy keeps text; names with bytes that are no text are shown as such."""
    return np.array([word.encode("utf-8", "replace").decode() for word in words], dtype=np.str_)
