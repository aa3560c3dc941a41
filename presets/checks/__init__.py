"""Lessons held to what they promise: numbers counted, solutions played, students' detours survived."""
