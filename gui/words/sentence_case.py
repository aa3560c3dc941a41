"""Messages as they are read on screen."""


def sentence(message: str) -> str:
    """A message of the engine's with a capital letter, unless it begins with the name of a file."""
    first = message.partition(" ")[0].rstrip(".:,")
    return message if "." in first or "/" in first else message[:1].upper() + message[1:]
