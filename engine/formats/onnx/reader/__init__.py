"""From the bytes of an ONNX file to a project."""
