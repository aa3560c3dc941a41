"""Trainings that lessons quote: short, remembered, and counted a second way."""
