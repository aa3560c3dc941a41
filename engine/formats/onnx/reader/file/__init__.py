"""The file itself: its graph, tensors and functions, looked at before they are believed."""
