"""One value taken apart."""
