"""Networks as oblique slabs."""
