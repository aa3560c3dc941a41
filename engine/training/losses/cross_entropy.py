"""Cross-entropy of classes, on logits: a softmax is part of it, and never applied twice."""

from typing import Final

import numpy as np

from engine.training.losses.loss import Loss, Outputs, Targets


def shares(outputs: Outputs) -> Outputs:
    """Softmax of (N, F) logits, in doubles and with the largest taken off: no logit is too large."""
    shifted = outputs.astype(np.float64) - outputs.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _evaluate(outputs: Outputs, targets: Targets) -> tuple[float, Outputs]:
    shifted = outputs.astype(np.float64) - outputs.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    totals = powers.sum(axis=1, keepdims=True)
    rows = np.arange(len(targets))
    loss = float((np.log(totals[:, 0]) - shifted[rows, targets]).mean())
    slope = powers / totals
    slope[rows, targets] -= 1
    return loss, (slope / len(targets)).astype(np.float32)


LOSS: Final = Loss(
    name="cross-entropy",
    title="Cross-entropy",
    formula="−log(exp(z_t) / Σ exp(z_k)), mean over the batch; its slope is softmax(z) − 1 at t",
    source="Goodfellow, Bengio & Courville, Deep Learning, 2016, section 6.2.2.3",
    on_classes=True,
    evaluate=_evaluate,
    rank=0,
)
