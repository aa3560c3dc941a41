"""Mean squared error of images."""

from typing import Final

import numpy as np

from engine.training.losses.loss import Loss, Outputs, Targets


def _evaluate(outputs: Outputs, targets: Targets) -> tuple[float, Outputs]:
    difference = outputs - targets
    loss = float(np.square(difference, dtype=np.float64).mean())
    return loss, difference * np.float32(2 / difference.size)


LOSS: Final = Loss(
    name="mse",
    title="Mean squared error",
    formula="Σ (y − t)² / n over all n values of the batch; its slope is 2 (y − t) / n",
    source="Goodfellow, Bengio & Courville, Deep Learning, 2016, section 5.1.4",
    on_classes=False,
    evaluate=_evaluate,
    rank=1,
)
