"""Networks and projects as immutable values."""
