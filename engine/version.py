"""Which version this is: the one place where it is written; the distribution's metadata are made of it."""

from typing import Final

VERSION: Final = "1.0.0"
