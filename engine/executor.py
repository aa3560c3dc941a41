"""Runs a network on a photograph and remembers every map: the executor, by its name in the design.

What it is made of stands in `engine.execution`.
"""

from engine.execution.executor import Executor, NodeResult, default_budget_bytes
from engine.execution.maps import Map

__all__ = ["Executor", "Map", "NodeResult", "default_budget_bytes"]
