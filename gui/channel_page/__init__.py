"""The page of one channel, and of one layer: what it answers to, and where the information is."""
