"""The panels around the canvas. Each shows one side of the document; none knows another."""
