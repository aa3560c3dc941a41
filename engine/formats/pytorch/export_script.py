"""Exports a PyTorch module as ONNX. Runs as a file in the user's own Python, and imports nothing of ours.

Arguments: the reference (`module:Name` or `file.py:Name`), the sizes of the input (`3x224x224`), the way (one
of `WAYS`), the file to write, and one for the answer: JSON with the parameters' number, or with `error`, and
`again` where another way may do. Batch norms are kept apart from convolutions, which exporters like to melt
into one.
"""

import importlib
import importlib.util
import inspect
import json
import os
import sys
import warnings
from typing import Any

WAYS = ("torch.export", "TorchScript")


class Refused(Exception):
    """Why the module cannot be exported, in a line for people."""


class NotThisWay(Exception):
    """Why it cannot be exported in this way."""


def main(reference: str, sizes: str, way: str, target: str, answer: str) -> None:
    """Export, and leave the answer."""
    sys.path[0] = os.getcwd()  # instead of this file's own folder, whose modules are none of the user's
    warnings.simplefilter("ignore")
    try:
        reply = export(reference, tuple(map(int, sizes.split("x"))), way, target)
    except Refused as error:
        reply = {"error": str(error), "again": False}
    except NotThisWay as error:
        reply = {"error": f"PyTorch cannot export it as ONNX: {error}", "again": True}
    with open(answer, "w", encoding="utf-8") as file:
        json.dump(reply, file)


def export(reference: str, shape: tuple[int, ...], way: str, target: str) -> dict[str, Any]:
    """Write the ONNX file; what there is to tell."""
    try:
        torch: Any = importlib.import_module("torch")
    except ImportError:
        raise Refused(
            f"PyTorch is not installed for {sys.executable}."
            " --python, or ONEBYONE_PYTHON, names the Python that has it"
        ) from None
    module, _, name = reference.rpartition(":")
    network = made(torch, find(module, name), reference)
    network.eval()
    example = torch.rand(1, *shape)
    try:
        with torch.no_grad():
            network(example)
    except Exception as error:
        raise Refused(
            f"{name} does not take an input of {'×'.join(map(str, shape))}: {told(error)}"
        ) from None
    try:
        (by_torch_export if way == "torch.export" else by_torch_script)(torch, network, example, target)
    except Exception as error:
        raise NotThisWay(told(error)) from None
    return {"parameters": sum(parameter.numel() for parameter in network.parameters())}


def find(module: str, name: str) -> Any:
    """What stands in the user's module under this name."""
    try:
        if module.endswith(".py"):
            spec = importlib.util.spec_from_file_location(os.path.basename(module)[:-3], module)
            assert spec is not None
            assert spec.loader is not None
            loaded = importlib.util.module_from_spec(spec)
            sys.path.insert(0, os.path.dirname(os.path.abspath(module)))
            spec.loader.exec_module(loaded)
        else:
            loaded = importlib.import_module(module)
    except FileNotFoundError:
        raise Refused(f"there is no file {module!r}") from None
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(f"{error.name}.")):
            raise Refused(
                f"there is no module {error.name!r} for {sys.executable} in {os.getcwd()}"
            ) from None
        raise Refused(f"{module} cannot be imported: {told(error)}") from None
    except Exception as error:
        raise Refused(f"{module} cannot be imported: {told(error)}") from None
    found = loaded
    for part in name.split("."):
        if not hasattr(found, part):
            classes = [key for key, value in vars(loaded).items() if is_own_module(value, loaded)]
            there = f"; there are {', '.join(sorted(classes)[:8])}" if classes else ""
            raise Refused(f"{module} has no {name!r}{there}")
        found = getattr(found, part)
    return found


def is_own_module(value: Any, loaded: Any) -> bool:
    """Whether this is a class of networks that the user's module defines."""
    is_class = inspect.isclass(value) and value.__module__ == loaded.__name__
    return is_class and any(base.__name__ == "Module" for base in value.__mro__)


def made(torch: Any, found: Any, reference: str) -> Any:
    """The network itself: an object, or what a class or function without arguments gives."""
    name = reference.rpartition(":")[2]
    if not isinstance(found, torch.nn.Module):
        if not callable(found):
            raise Refused(f"{reference} is a {type(found).__name__}, and no torch.nn.Module or its class")
        needed = arguments(found)
        if needed:
            raise Refused(
                f"{name} needs arguments: {', '.join(needed)}. Name a function, or an object, that needs none"
            )
        try:
            found = found()
        except Exception as error:
            raise Refused(f"{name}() fails: {told(error)}") from None
    if not isinstance(found, torch.nn.Module):
        raise Refused(f"{reference} gives a {type(found).__name__}, and no torch.nn.Module")
    return found


def arguments(function: Any) -> list[str]:
    """Those that have to be given."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    fixed = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty and parameter.kind not in fixed
    ]


def by_torch_export(torch: Any, network: Any, example: Any, target: str) -> None:
    """Write the file by torch.export, which needs the package onnxscript."""
    optimizer: Any = importlib.import_module("onnxscript").optimizer
    program = torch.onnx.export(network, (example,), dynamo=True, optimize=False, verbose=False)
    optimizer.fold_constants(program.model)
    own = {name for name, _ in network.named_parameters()}
    for node in program.model.graph:
        # A convolution without bias gets one of zeros, which is no parameter of the network.
        bias = node.inputs[2] if "Conv" in node.op_type and len(node.inputs) == 3 else None
        value = None if bias is None or bias.name in own else bias.const_value
        if value is not None and not value.numpy().any():
            node.replace_input_with(2, None)
    program.save(target, external_data=False)


def by_torch_script(torch: Any, network: Any, example: Any, target: str) -> None:
    """Write the file by tracing, as every PyTorch can."""
    known = inspect.signature(torch.onnx.export).parameters
    older = {"dynamo": False} if "dynamo" in known else {}
    mode = torch.onnx.TrainingMode.PRESERVE
    torch.onnx.export(network, (example,), target, opset_version=17, training=mode, **older)


def told(error: BaseException) -> str:
    """An exception in one line that is not too long."""
    text = " ".join(str(error).split())
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= 200 else f"{line[:199]}…"


if __name__ == "__main__":
    main(*sys.argv[1:])
