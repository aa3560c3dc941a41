"""What an explanation is held against: baselines, randomised weights, reasons for nothing."""
