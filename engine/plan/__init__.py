"""Turns a network into steps: algorithm, layout, fusion and memory of each, readable before anything runs."""

from engine.kernels.fast.places import MapLayout
from engine.plan.fusion import post_activation
from engine.plan.output_shapes import last_maps
from engine.plan.plan import Plan, Step, plan_text
from engine.plan.planner import make_plan

__all__ = ["MapLayout", "Plan", "Step", "last_maps", "make_plan", "plan_text", "post_activation"]
