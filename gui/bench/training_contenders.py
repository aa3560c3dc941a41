"""One step of training, here and in eager PyTorch, from the same weights on the same pictures."""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.plan.output_shapes import output_shapes
from engine.training.settings import Settings
from engine.training.trainer import Trainer

Step = Callable[[], float]
"""Makes one step; gives its loss."""


Gradients = dict[tuple[str, str], Any]
"""By node and name of the parameter."""


def torch_steps(
    trainer: Trainer, threads: int, *, double: bool = False, gradients: Gradients | None = None
) -> Step:
    """PyTorch's side of a trainer from here on: the same weights, running statistics, pictures and settings,
    an optimiser that remembers nothing.

    double: all of it in float64, to which both programs' roundings can be held. gradients: where each step
    leaves them, before they are clipped.

    Pictures are changed by chance by nobody, and the learning rate follows the trainer's schedule.
    """
    torch = importlib.import_module("torch")
    torch.set_num_threads(threads)
    network, goal, settings = trainer.network, trainer.goal, trainer.settings
    names = {"nn": torch.nn, "F": importlib.import_module("torch.nn.functional"), "torch": torch}
    shapes, steps, held = output_shapes(network), [], []
    named: Gradients = {}
    kind = torch.float64 if double else torch.float32
    for node_id in trainer.tape.nodes:
        node = network[node_id]
        if node_id == goal.input_id:
            continue
        code = node.layer.torch(*(shapes[source] for source in node.inputs))
        module = eval(code.module, names) if code.module else None
        if module is not None:
            values = {
                name: torch.from_numpy(np.array(x)) for name, x in trainer.parameters.of(node_id).items()
            }
            module.load_state_dict(values, strict=False)
            module.to(kind).train()
            held.append(module)
            named |= {(node_id, name): values for name, values in module.named_parameters()}
        arguments = [f"x{index}" for index in range(len(node.inputs))]
        call = compile(code.call.format(*arguments, self="self"), node_id, "eval")
        steps.append((node_id, node.inputs, call, module, arguments))
    optimizer = _optimizer(torch, settings, [p for module in held for p in module.parameters()])
    judge, made = torch.nn.CrossEntropyLoss(), trainer.step_number

    def step() -> float:
        nonlocal made
        trainer.step_number = made  # which pictures and which rate come next
        rate, (inputs, targets) = trainer.rate().learning_rate, trainer.batch(trainer.batch_numbers())
        for group in optimizer.param_groups:
            group["lr"] = rate
        maps = {goal.input_id: torch.from_numpy(np.ascontiguousarray(inputs)).to(kind)}
        optimizer.zero_grad()
        for node_id, sources, call, module, arguments in steps:
            read = (maps[source] for source in sources)
            maps[node_id] = eval(call, names, {"self": module, **dict(zip(arguments, read, strict=True))})
        loss = judge(maps[goal.output_id].flatten(1), torch.from_numpy(targets))
        loss.backward()
        if gradients is not None:
            gradients.update({key: values.grad.numpy().copy() for key, values in named.items()})
        if settings.clip is not None:
            torch.nn.utils.clip_grad_norm_([p for module in held for p in module.parameters()], settings.clip)
        optimizer.step()
        made += 1
        return float(loss.detach())

    return step


def our_steps(trainer: Trainer) -> Step:
    """Our side, which begins again when the run is over."""
    start = trainer.snapshot()

    def step() -> float:
        if trainer.is_done:
            trainer.restore(start)
        return trainer.step().loss

    return step


def _optimizer(torch: Any, settings: Settings, parameters: list[Any]) -> Any:
    options: dict[str, Any] = {"lr": settings.rate, "weight_decay": settings.weight_decay}
    if settings.optimizer == "sgd":
        return torch.optim.SGD(parameters, momentum=settings.momentum, **options)
    kinds = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
    return kinds[settings.optimizer](parameters, **options)
