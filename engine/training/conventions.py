"""Where programs that train differ: what is done here, as in PyTorch, beside Keras and ONNX.

Every line is held against this engine by a test. Keras is version 3, ONNX the operators' own specification
with its preview of training.
"""

from dataclasses import dataclass
from typing import Final

TORCH_NORM: Final = "docs.pytorch.org, nn.BatchNorm2d"
KERAS_NORM: Final = "keras.io, BatchNormalization"
ONNX_NORM: Final = "onnx.ai, BatchNormalization-15"
TRAINING: Final = "onnx.ai, ai.onnx.preview.training"


@dataclass(frozen=True, kw_only=True)
class Convention:
    """One question and three answers."""

    key: str
    about: str
    here: str
    """As PyTorch has it, unless it says otherwise."""
    keras: str
    onnx: str
    source: str


CONVENTIONS: Final = (
    Convention(
        key="batch variance",
        about="A batch is normalised with",
        here="its biased variance, Σ(x − x̄)²/n",
        keras="the same",
        onnx="the same",
        source=f"Ioffe & Szegedy, 2015, algorithm 1; {TORCH_NORM}",
    ),
    Convention(
        key="running variance",
        about="The running variance takes up",
        here="the unbiased one, Σ(x − x̄)²/(n − 1)",
        keras="the biased one",
        onnx="the biased one",
        source=f"Ioffe & Szegedy, algorithm 2; {TORCH_NORM}; {KERAS_NORM}; {ONNX_NORM}",
    ),
    Convention(
        key="running momentum",
        about="Running statistics r and a batch’s b",
        here="r ← 0.9 r + 0.1 b, “momentum 0.1”",
        keras="r ← 0.99 r + 0.01 b, “momentum 0.99”",
        onnx="r ← 0.9 r + 0.1 b, “momentum 0.9”",
        source=f"{TORCH_NORM}; {KERAS_NORM}; {ONNX_NORM}",
    ),
    Convention(
        key="norm epsilon",
        about="ε of batch norm, inside the root",
        here="√(v + 1e-5)",
        keras="√(v + 1e-3)",
        onnx="√(v + 1e-5)",
        source=f"{TORCH_NORM}; {KERAS_NORM}; {ONNX_NORM}",
    ),
    Convention(
        key="momentum",
        about="SGD with momentum: the rate η stands",
        here="outside: v ← μ v + g, w ← w − η v",
        keras="inside: v ← μ v − η g, w ← w + v",
        onnx="outside: v ← α v + g, w ← w − R v",
        source=f"docs.pytorch.org, optim.SGD; keras.io, SGD; {TRAINING}, Momentum",
    ),
    Convention(
        key="adam epsilon",
        about="ε of Adam, outside the root",
        here="√(v/(1 − β₂ᵗ)) + 1e-8",
        keras="√v + 1e-7, corrected in the rate",
        onnx="√v + 1e-6, corrected in the rate",
        source=f"Kingma & Ba, 2015, algorithm 1 and section 2; keras.io, Adam; {TRAINING}, Adam",
    ),
    Convention(
        key="decay",
        about="Weight decay λ of SGD and Adam",
        here="is part of the gradient: g + λ w",
        keras="is apart: w ← w − η λ w",
        onnx="is part of the gradient: g + λ w",
        source=f"docs.pytorch.org, optim.SGD; keras.io, Optimizer; {TRAINING}",
    ),
    Convention(
        key="decoupled decay",
        about="Weight decay of AdamW",
        here="first w ← (1 − η λ) w, then Adam’s step",
        keras="the same",
        onnx="after Adam’s step, without η",
        source=f"Loshchilov & Hutter, 2019, algorithm 2; docs.pytorch.org, optim.AdamW; {TRAINING}, Adam",
    ),
    Convention(
        key="clipping",
        about="Clipping to the norm c of all gradients",
        here="× c/(‖g‖ + 1e-6) where ‖g‖ > c",
        keras="× c/‖g‖ where ‖g‖ > c",
        onnx="–",
        source="docs.pytorch.org, clip_grad_norm_; keras.io, Optimizer: global_clipnorm",
    ),
    Convention(
        key="cross-entropy",
        about="Cross-entropy is taken of",
        here="values before the softmax, any size",
        keras="shares clipped at 1e-7, unless from_logits",
        onnx="values before the softmax",
        source="docs.pytorch.org, nn.CrossEntropyLoss; keras.io, losses; onnx.ai, SoftmaxCrossEntropyLoss",
    ),
    Convention(
        key="ties",
        about="Equal values under a max pooling",
        here="the first, row by row, takes the gradient",
        keras="the same",
        onnx="–",
        source="docs.pytorch.org, nn.MaxPool2d; tensorflow/tensorflow#51682",
    ),
    Convention(
        key="kink",
        about="The slope of ReLU at 0",
        here="0",
        keras="0",
        onnx="–",
        source="Bertoin et al., Numerical influence of ReLU′(0), NeurIPS 2021",
    ),
    Convention(
        key="dropout",
        about="Dropout while training",
        here="the kept are divided by 1 − p, nothing later",
        keras="the same",
        onnx="the same",
        source="docs.pytorch.org, nn.Dropout; keras.io, Dropout; onnx.ai, Dropout-13",
    ),
    Convention(
        key="drawn",
        about="Weights that are drawn",
        here="He’s normal, biases 0 (PyTorch: U(±1/√n) both)",
        keras="Glorot’s uniform, biases 0",
        onnx="–",
        source="He et al., 2015; docs.pytorch.org, nn.Conv2d; keras.io, Conv2D",
    ),
)
