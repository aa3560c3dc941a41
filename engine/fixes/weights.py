"""Ways out where a node's weights do not fit its layer: other weights, or the settings they were made for."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.errors import ShapeError
from engine.fixes.fix import Fix
from engine.fixes.settings_that_fit import fits
from engine.layers import Layer
from engine.model.network import Node
from engine.shapes import Shape, pair_text
from engine.weights import FITTED, HE, Given, Trained, Weights, misfit
from engine.weights.bank import Bank, kernel_size


def ways_back(node: Node, shapes: tuple[Shape, ...]) -> tuple[Fix, ...]:
    """Settings with which the layer takes the numbers that its weights hold for it."""
    return tuple(
        Fix(text, lambda network, layer=layer: network.replace_layer(node.id, layer))  # type: ignore[misc]  # the default binds the loop's layer
        for text, layer in _fitting_layers(node, shapes)
    )


def weight_fixes(node: Node, shapes: tuple[Shape, ...]) -> tuple[Fix, ...]:
    """Random weights always fit; settings are offered where they make the layer take these weights."""
    found = [*ways_back(node, shapes)]
    anew = Fix("Draw anew (He)", lambda network: network.set_weights(node.id, HE))
    if isinstance(node.weights, Given) and node.weights.origin == FITTED:
        found.append(replace(anew, text="Fit again", refit=node.id))
    return (*found, anew)


def _fitting_layers(node: Node, shapes: tuple[Shape, ...]) -> Iterator[tuple[str, Layer]]:
    settings = {setting.name for setting in node.layer.settings()}
    for text, changes in _candidates(node, shapes):
        if changes.keys() <= settings:
            try:
                layer = node.layer.replace(**changes)
            except ShapeError:
                continue
            weights = node.weights
            is_back = not misfit(weights, layer, shapes) and not weights.fallback(layer, shapes)
            if fits(layer, *shapes) and is_back:
                yield text, layer
                return


def _held_shape(weights: Weights) -> Shape | None:
    """The shape of the weight that the source has numbers for."""
    if isinstance(weights, Given):
        return weights.arrays["weight"].shape if "weight" in weights.arrays else None
    return weights.trained_shape() if isinstance(weights, Trained) else None


def _candidates(node: Node, shapes: tuple[Shape, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fewest changes first."""
    weights = node.weights
    if isinstance(weights, Bank) and "weight" in node.layer.param_shapes(*shapes):
        shape = node.layer.param_shapes(*shapes)["weight"]
        if len(shape) == 4:
            kernel = tuple(map(max, kernel_size(node.layer, shapes), weights.smallest))
            yield f"Kernel {pair_text((kernel[0], kernel[1]))}", {"kernel_size": kernel}
    given = _held_shape(weights)
    if given is not None:
        out = "out_channels" if len(given) == 4 else "out_features"
        words = "Channels" if len(given) == 4 else "Features"
        if len(given) in (2, 4):
            yield f"{words} out {given[0]}", {out: given[0]}
        if len(given) == 4:
            kernel_text = f"ernel {pair_text((given[2], given[3]))}"
            yield f"K{kernel_text}", {"kernel_size": given[2:]}
            yield f"Channels out {given[0]}, k{kernel_text}", {out: given[0], "kernel_size": given[2:]}
