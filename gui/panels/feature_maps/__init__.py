"""The feature maps of the selected layer, the kernel that makes one of them, and layers kept beside it."""
