"""Turns a network into steps: algorithm, layout, fusion and memory of each, readable before anything runs."""

from engine.plan.fusion import post_activation
from engine.plan.plan import Plan, Step
from engine.plan.planner import Given, make_plan
from engine.plan.text import plan_text

__all__ = ["Given", "Plan", "Step", "make_plan", "plan_text", "post_activation"]
