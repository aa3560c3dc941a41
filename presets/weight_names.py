"""What torchvision, timm and Keras call the layers of the presets."""

from engine.formats.weight_matching import Renaming


def renamings() -> tuple[Renaming, ...]:
    """One for each scheme of names."""
    return ()
