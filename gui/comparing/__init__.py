"""Networks beside networks: two side by side, and where the 1×1s are in all of them."""
