"""Messages as they are read on screen."""


def sentence(message: str) -> str:
    """A message of the engine's with a capital letter; it may begin with a setting's name."""
    return message[:1].upper() + message[1:]
