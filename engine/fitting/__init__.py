"""Weights fitted to a photograph, without labels and without training: PCA, k-means, least squares."""
