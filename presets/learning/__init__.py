"""What lessons measure on networks that have learned: remembered, and counted a second way."""
