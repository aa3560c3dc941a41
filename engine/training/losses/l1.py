"""Mean absolute error of images: edges stay sharper than with squares."""

from typing import Final

import numpy as np

from engine.training.losses.loss import Loss, Outputs, Targets


def _evaluate(outputs: Outputs, targets: Targets) -> tuple[float, Outputs]:
    difference = outputs - targets
    loss = float(np.abs(difference).mean(dtype=np.float64))
    return loss, np.sign(difference) * np.float32(1 / difference.size)


LOSS: Final = Loss(
    name="l1",
    title="Mean absolute error",
    formula="Σ |y − t| / n over all n values of the batch; its slope is sign(y − t) / n, 0 where they meet",
    source="Zhao, Gallo, Frosio & Kautz, Loss functions for image restoration, 2017, section III.A",
    on_classes=False,
    evaluate=_evaluate,
    rank=2,
)
