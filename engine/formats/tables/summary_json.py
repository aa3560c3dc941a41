"""The numbers of a network as JSON, the contract that other programs rely on.

MACs, FLOPs and bytes as in `engine.analysis.analyze`; receptive fields per axis (height, width), fractional
values as texts such as "1/2". Keys are only ever added; `assets/schemas/summary.schema.json` describes them.
"""

import json
from typing import Any, Final

from engine.analysis.analyze import Analysis, LayerReport, Problem
from engine.analysis.receptive_field import ReceptiveField, rational_json
from engine.analysis.training_memory import BatchMemory
from engine.model.network import Network, Node
from engine.shapes import Shape

SCHEMA: Final = 1
"""Of everything that is printed as JSON; raised when a key is taken away or comes to mean something else."""


def summary_record(name: str, network: Network, analysis: Analysis) -> dict[str, Any]:
    """All numbers, JSON-ready. `input` is the shape of the first Input, None where there is none."""
    totals = analysis.totals
    return {
        "schema": SCHEMA,
        "name": name,
        "input": _first_input(network),
        "totals": {
            "parameters": totals.parameters,
            "non_trainable": totals.non_trainable,
            "macs": totals.macs,
            "flops": totals.flops,
            "operations": {
                "multiply_add": totals.operations.multiply_add,
                "add": totals.operations.add,
                "multiply": totals.operations.multiply,
                "compare": totals.operations.compare,
                "divide": totals.operations.divide,
                "exp": totals.operations.exp,
            },
            "parameter_bytes": totals.parameter_bytes,
            "activation_bytes": totals.activation_bytes,
            "peak_activation_bytes": totals.peak_activation_bytes,
            "receptive_field": field_record(totals.receptive_field),
            **({"uncounted": list(totals.uncounted)} if totals.uncounted else {}),
        },
        "layers": [_layer(network.nodes[node_id], report) for node_id, report in analysis.layers.items()],
        "problems": [_problem(problem) for problem in analysis.problems],
    }


def summary_json(name: str, network: Network, analysis: Analysis, memory: BatchMemory | None = None) -> str:
    """`summary_record` as text, indented, with the memory for a batch where it is asked for."""
    record = summary_record(name, network, analysis)
    if memory is not None:
        record["totals"]["memory"] = memory_record(memory)
    return json.dumps(record, indent=2, ensure_ascii=False)


def memory_record(memory: BatchMemory) -> dict[str, Any]:
    """Bytes for a batch, JSON-ready."""
    return {
        "batch": memory.batch,
        "bytes_per_value": memory.bytes_per_value,
        "parameter_bytes": memory.parameters,
        "activation_bytes": memory.maps,
        "peak_activation_bytes": memory.peak_maps,
        "inference_bytes": memory.inference,
        "gradient_bytes": memory.gradients,
        "optimizer_bytes": memory.optimizer,
        "kept_activation_bytes": memory.kept_maps,
        "training_bytes": memory.training,
    }


def field_record(field: ReceptiveField | None) -> dict[str, Any] | None:
    """A receptive field, JSON-ready; None where it is not known."""
    if field is None:
        return None
    return {
        "size": [rational_json(value) for value in field.size],
        "jump": [rational_json(value) for value in field.jump],
        "start": [rational_json(value) for value in field.start],
        "smallest": [rational_json(value) for value in field.smallest],
        "whole_input": field.whole_input,
        "aligned": field.aligned,
    }


def _layer(node: Node, report: LayerReport) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.layer.kind,
        "label": node.label,
        "inputs": list(node.inputs),
        "input_shapes": [list(shape) for shape in report.input_shapes],
        "output_shape": _shape(report.output_shape),
        "parameters": report.parameters,
        "macs": report.macs if report.counted else None,
        "flops": report.flops if report.counted else None,
        "activation_bytes": report.activation_bytes,
        "receptive_field": field_record(report.receptive_field),
        "problems": [_problem(problem) for problem in report.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {"id": problem.node_id, "setting": problem.setting, "message": problem.message}


def _first_input(network: Network) -> list[int] | None:
    return next((list(shape) for shape in network.inputs.values()), None)


def _shape(shape: Shape | None) -> list[int] | None:
    return None if shape is None else list(shape)
