"""What lessons measure: networks that have learned, and time; remembered, and counted a second way."""
